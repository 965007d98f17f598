"""Whichever process is asked tells of all: of those that are there, and of nobody twice."""

from __future__ import annotations

from pathlib import Path

from afterword.core.metric_families import CACHE_HITS, COMMIT_SECONDS, REQUESTS
from afterword.core.metrics import Histogram, Sample
from afterword.services.running.shared_figures import FRESH, SharedFigures

NOW = 1_800_000_000_000


def hits(number: int, worker: str) -> Sample:
    return Sample(CACHE_HITS.name, number, worker=worker)


def test_what_one_leaves_the_others_tell(tmp_path: Path) -> None:
    one, other = (SharedFigures(tmp_path / "metrics", worker) for worker in ("17", "18"))
    took = Histogram((0.1, 1.0))
    took.note(0.5)
    left = [
        hits(3, "17"),
        Sample(COMMIT_SECONDS.name, took.seen(), worker="17"),
        Sample(REQUESTS.name, 2, ("/c/{id}", "GET", "200"), worker="17"),
    ]
    one.leave(left, now=NOW)
    one.leave(left, now=NOW)
    assert other.of_others(now=NOW + 1) == left
    assert one.of_others(now=NOW + 1) == []
    assert [file.stat().st_mode & 0o077 for file in tmp_path.iterdir()] == [0]


def test_who_has_ended_or_died_is_told_of_no_more(tmp_path: Path) -> None:
    one, other, third = (SharedFigures(tmp_path, worker) for worker in ("17", "18", "19"))
    one.leave([hits(1, "17")], now=NOW)
    third.leave([hits(2, "19")], now=NOW)
    one.end()
    one.end()
    assert other.of_others(now=NOW) == [hits(2, "19")]
    assert other.of_others(now=NOW + FRESH + 1) == []
    assert list(tmp_path.iterdir()) == []


def test_what_another_release_measures_is_left_out(tmp_path: Path) -> None:
    one, other, third = (SharedFigures(tmp_path, worker) for worker in ("17", "18", "19"))
    one.leave(
        [Sample("afterword_of_tomorrow", 1), Sample(REQUESTS.name, 1, ("GET",)), hits(1, "17")],
        now=NOW,
    )
    third.leave([], now=NOW)
    (file,) = tmp_path.glob("*-19.json")
    file.write_bytes(b'{"at": 1, "samples": [{"na')
    assert other.of_others(now=NOW) == [hits(1, "17")]
