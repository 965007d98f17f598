"""What a part of the bench hands back: words for people, figures for promises, data for plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec


class Bars(msgspec.Struct, frozen=True, kw_only=True, tag="bars"):
    """Figures side by side, a group for each thing that was measured."""

    name: str
    """Its file's name, without `.svg`."""
    title: str
    unit: str
    groups: Sequence[str]
    series: Mapping[str, Sequence[float | None]]
    """By who was measured: a figure for each group, or `None` where there is none."""
    promise: float | None = None
    """Where a line stands that the bars are to reach, or not to pass."""


class Lines(msgspec.Struct, frozen=True, kw_only=True, tag="lines"):
    """How something goes as something else grows."""

    name: str
    """Its file's name, without `.svg`."""
    title: str
    x: str
    """What grows to the right, with its unit."""
    y: str
    """What grows upwards, with its unit."""
    series: Mapping[str, Sequence[tuple[float, float]]]
    log_x: bool = False
    """Each step to the right is ten times as far; all x are above 0 then."""
    promise: float | None = None
    """Where a line stands that the others are to reach, or not to pass."""


class Part(msgspec.Struct, frozen=True):
    """What one part measured."""

    text: str
    """Markdown, with tables below headings of level two."""
    figures: Mapping[str, float] = {}
    """By names of the form `kind: where`, by whose kinds `bench/promises.py` asks for them."""
    plots: Sequence[Bars | Lines] = ()
