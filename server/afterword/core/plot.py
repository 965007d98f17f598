"""Bars over days as numbers to draw: where each stands, and what the axes say. Whole numbers, no style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 720, 228
LEFT, BOTTOM, TOP = 48, 36, 10
BELOW = 28
"""From the floor to the line on which the days are written, clear of the zero beside it."""
LABELS = 6
"""Along the days, at most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value."""

    x: float
    y: float
    width: float
    height: float
    said: str
    """`12 March 2026: 4`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot, ready to be drawn."""

    bars: tuple[Bar, ...]
    across: tuple[Mark, ...]
    """Below the bars, by x."""
    up: tuple[Mark, ...]
    """Beside them, by y."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM
    days: int = HEIGHT - BOTTOM + BELOW
    """Where the words below the bars stand, by y."""


def plot(values: Sequence[tuple[str, float]]) -> Plot:
    """Bars for these labels and values, from zero up to a round number."""
    top = nice_ceiling(max((value for _, value in values), default=0))
    step = (WIDTH - LEFT) / max(1, len(values))
    tall = HEIGHT - BOTTOM - TOP
    bars = [
        Bar(
            x=round(LEFT + number * step + step * 0.1, 1),
            y=round(HEIGHT - BOTTOM - tall * value / top, 1),
            width=round(step * 0.8, 1),
            height=round(tall * value / top, 1),
            said=f"{label}: {_number(value)}",
        )
        for number, (label, value) in enumerate(values)
    ]
    every = -(-len(values) // LABELS) if values else 1
    across = [
        Mark(round(LEFT + (number + 0.5) * step, 1), label)
        for number, (label, _) in enumerate(values)
        if number % every == 0
    ]
    up = [
        Mark(round(HEIGHT - BOTTOM - tall * part, 1), _number(top * part)) for part in (0, 0.5, 1)
    ]
    return Plot(tuple(bars), tuple(across), tuple(up))


def nice_ceiling(value: float) -> float:
    """The least of 2, 4, 10, 20, 40, 100, … that is not below it."""
    size = 1
    while True:
        for factor in (2, 4, 10):
            if value <= factor * size:
                return factor * size
        size *= 10


def median(values: Sequence[float]) -> float | None:
    """The one in the middle; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")
