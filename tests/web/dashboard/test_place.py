from __future__ import annotations

import pytest

from afterword.core.errors import Invalid, Malformed
from afterword.core.model import Tab
from afterword.web.dashboard.place import Place, with_note

PLACES = [
    Place(),
    Place(Tab.SPAM),
    Place(Tab.APPROVED, 7, "1773324309000.12"),
    Place(Tab.REMOVED, after="a&b=c#d"),
    Place(page_id=3, author=4, rule="links", links=True, since="2026-03-12", text="50 % & más"),
    Place(Tab.SPAM, sort="score", newer="812.7", ticked=True, after="1.5~2.3"),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_read_from_its_own_path(place: Place) -> None:
    assert Place.of(place.path) == place


def test_another_tab_begins_at_its_beginning() -> None:
    assert Place(Tab.SPAM, 7, "x").tab(Tab.REMOVED) == "/dashboard/queue?status=removed&site=7"
    assert Place(Tab.SPAM, 7, "x").on(None) == "/dashboard/queue?status=spam"


def test_a_filter_begins_at_the_beginning_and_keeps_the_others() -> None:
    place = Place(Tab.SPAM, 7, "x", page_id=3, text="weir", newer="1.2", ticked=True)
    assert place.first(text="") == "/dashboard/queue?status=spam&site=7&page=3"
    assert place.on(None) == "/dashboard/queue?status=spam&q=weir"
    assert place.further("y").endswith("&q=weir&newer=1.2&after=y")


def test_what_is_new_is_asked_for_by_the_same_filters() -> None:
    place = Place(Tab.SPAM, text="weir", after="x")
    assert place.news((812, 7)) == "/dashboard/queue/news?status=spam&q=weir&newer=812.7"


@pytest.mark.parametrize("wrong", [{"since": "2026-02-30"}, {"since": "x"}, {"newer": "1"}])
def test_what_cannot_be_meant_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises((Invalid, Malformed)):
        Place(**wrong).filter  # noqa: B018


def test_a_day_begins_at_midnight_in_utc() -> None:
    assert Place(since="2026-03-12").filter.since == 1_773_273_600_000


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        ("/dashboard/queue", "/dashboard/queue?done=3"),
        ("/dashboard/queue?site=7#comment-2", "/dashboard/queue?site=7&done=3#comment-2"),
        ("/dashboard/queue?said=undone&done=2", "/dashboard/queue?done=3"),
    ],
)
def test_word_of_an_act_replaces_older_word(path: str, noted: str) -> None:
    assert with_note(path, "done", "3") == noted
