"""The text that Prometheus reads, read again by its own parsers."""

from __future__ import annotations

import re

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_plain

from afterword.core.metric_families import FAMILIES
from afterword.core.metrics import Family, Histogram, Sample, exposition

REQUESTS = Family("a_requests_total", "counter", 'Says "so"\nand \\ so.', ("route",))
SIZE = Family("a_size_bytes", "gauge", "How large.")
TIME = Family("a_time_seconds", "histogram", "How long.", ("route",))
TABLE = (REQUESTS, SIZE, TIME)


def histogram(*values: float) -> Histogram:
    made = Histogram((0.5, 1, 2.5))
    for value in values:
        made.note(value)
    return made


SAMPLES = [
    Sample("a_time_seconds", histogram(0.5, 0.75, 9.25).seen(), ("/c/{id}",)),
    Sample("a_requests_total", 3, ('/"odd"\\\n',)),
    Sample("a_requests_total", 2**53, ("/",), worker="2"),
    Sample("a_size_bytes", 1.5),
    Sample("of_a_newer_release", 1),
]


@pytest.mark.parametrize("open_form", [False, True])
def test_both_forms_say_the_same_to_the_parsers_of_prometheus(open_form: bool) -> None:
    text = exposition(TABLE, SAMPLES, open_form=open_form)
    families = list((read_open if open_form else read_plain)(text))
    assert [(each.name, each.type) for each in families] == [
        ("a_requests", "counter"),
        ("a_size_bytes", "gauge"),
        ("a_time_seconds", "histogram"),
    ]
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }
    route = ("route", "/c/{id}")
    assert found == {
        ("a_requests_total", ("route", '/"odd"\\\n')): 3,
        ("a_requests_total", ("route", "/"), ("worker", "2")): 2**53,
        ("a_size_bytes",): 1.5,
        ("a_time_seconds_bucket", ("le", "0.5"), route): 1,
        ("a_time_seconds_bucket", ("le", "1.0"), route): 2,
        ("a_time_seconds_bucket", ("le", "2.5"), route): 2,
        ("a_time_seconds_bucket", ("le", "+Inf"), route): 3,
        ("a_time_seconds_sum", route): 10.5,
        ("a_time_seconds_count", route): 3,
    }
    assert families[0].documentation == REQUESTS.help


def test_only_open_metrics_says_where_it_ends() -> None:
    assert exposition(TABLE, [], open_form=True) == "# EOF\n"
    assert "EOF" not in exposition(TABLE, SAMPLES, open_form=False)


def test_labels_that_a_family_does_not_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        exposition(TABLE, [Sample("a_requests_total", 1)], open_form=False)


def test_histograms_add_up() -> None:
    whole = histogram(0.1)
    whole.add(histogram(0.2, 7))
    assert (whole.counts, whole.total, round(whole.sum, 9)) == ([2, 0, 0, 1], 3, 7.3)


def test_families_are_named_as_prometheus_advises() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    for family in FAMILIES:
        name = family.name
        assert re.fullmatch(r"(afterword|process)_[a-z_]+", name)
        assert name.endswith("_total") == (family.kind == "counter"), name
        assert not re.search(r"_(ms|millis\w*|minutes|kb|count|sum|bucket)(_|$)", name), name
        assert family.help.endswith("."), name
        assert "worker" not in family.labels
