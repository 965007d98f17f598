"""What a soak calls flat, and what not."""

from __future__ import annotations

from bench.soak import KINDS, Samples, _growth, _table
from bench.soak_load import Tally


def samples(**per_minute: float) -> Samples:
    """An hour in which each of these grows by so much a minute, beside noise that goes nowhere."""
    return [
        {
            "minute": minute,
            **{name: 100 + minute * by + (-1) ** minute for name, by in per_minute.items()},
        }
        for minute in range(60)
    ]


def test_what_grows_is_told_from_what_goes_up_and_down() -> None:
    kept = samples(memory=0.0, descriptors=0.5)
    assert abs(_growth(kept, "memory")) < 0.5
    assert abs(_growth(kept, "descriptors") - 29.5) < 0.5
    slopes = {name: _growth(kept, name) for name in ("memory", "descriptors")}
    tally = Tally()
    tally.errors["comment: 503 of POST /api/v1/comments"] += 2
    text = _table(kept, slopes, tally, 60, "sqlite")
    (memory,) = (line for line in text.splitlines() if line.startswith("| memory"))
    (descriptors,) = (line for line in text.splitlines() if line.startswith("| descriptors"))
    assert memory.split("|")[-2].strip() == "flat"
    assert descriptors.split("|")[-2].strip() == "**not flat**"
    assert "- 2 times comment: 503 of POST /api/v1/comments" in text
    assert KINDS["memory"].may_grow == 3.0
