from __future__ import annotations

import pytest

from afterword.core.plot import HEIGHT, LABELS, LEFT, WIDTH, median, nice_ceiling, plot


@pytest.mark.parametrize(
    ("value", "top"), [(0, 2), (1, 2), (3, 4), (4, 4), (5, 10), (11, 20), (21, 40), (41, 100)]
)
def test_an_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert nice_ceiling(value) == top


@pytest.mark.parametrize("count", [0, 1, 30, 90, 365])
def test_all_bars_stand_inside_and_beside_each_other(count: int) -> None:
    drawn = plot([(str(number), number % 7) for number in range(count)])
    assert len(drawn.bars) == count
    assert len(drawn.across) <= LABELS
    ends = [LEFT, *(bar.x + bar.width for bar in drawn.bars)]
    assert all(bar.x >= end for bar, end in zip(drawn.bars, ends, strict=False))
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in drawn.bars)
    assert max(ends) <= WIDTH


def test_twice_as_much_is_twice_as_tall_and_nothing_has_no_height() -> None:
    none, one, two = plot([("a", 0), ("b", 1), ("c", 2)]).bars
    assert (none.height, two.height) == (0, pytest.approx(2 * one.height))
    assert [none.said, two.said] == ["a: 0", "c: 2"]


def test_no_day_touches_the_zero_beside_the_axis() -> None:
    drawn = plot([("12 Jul", 1)])
    letters = 1.35 * 16  # as large as they are on a phone
    assert drawn.days - 0.75 * letters > drawn.up[0].at + 0.4 * letters
    assert drawn.days + 0.25 * letters < drawn.height


def test_the_median_is_the_one_in_the_middle() -> None:
    assert [median(values) for values in ([], [3], [1, 9, 2], [1, 2, 4, 9])] == [None, 3, 2, 3]
