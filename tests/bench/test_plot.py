"""Plots of the bench: sound SVG that is read on a phone, at night, and by a screen reader."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from bench.part import Bars, Lines
from bench.plot import WIDTH, draw, said, short, ticks

BARS = Bars(
    name="reading",
    title="Requests a second for one page of 100 comments, with 1 and with 32 clients, beside a bare app",
    unit="requests/s",
    groups=["1 client", "32 clients <&>"],
    series={
        "Afterword, SQLite": [2900, 9000],
        "Afterword, PostgreSQL": [2800, 8800.5],
        "Isso": [5.3, None],
    },
    promise=7200,
)
LINES = Lines(
    name="growth",
    title="p50 by what is stored",
    x="comments",
    y="ms",
    series={
        "Afterword": [(1e3, 0.61), (1e5, 0.6), (1e6, 0.66)],
        "10 thousand in one": [(1e3, 0.9)],
    },
    log_x=True,
    promise=0.73,
)
PLOTS = [
    BARS,
    LINES,
    Lines(name="still", title="Nothing", x="s", y="MB", series={"flat": [(0, 0), (9, 0)]}),
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.name)
def test_a_plot_is_sound_and_lies_within_its_paper(plot: Bars | Lines) -> None:
    drawing = ET.fromstring(draw(plot))
    _, _, wide, high = map(float, drawing.attrib["viewBox"].split())
    assert wide == WIDTH
    for text in drawing.iter(f"{SVG}text"):
        words, x, y = text.text or "", float(text.attrib["x"]), float(text.attrib["y"])
        long = 5.5 * len(words)
        left = x - {"start": 0, "middle": long / 2, "end": long}[text.get("text-anchor", "start")]
        assert left >= 0, words
        assert left + long <= WIDTH, words
        assert 0 < y < high, words
    for bar in drawing.iter(f"{SVG}rect"):
        assert float(bar.get("x", 0)) + float(bar.attrib["width"]) <= WIDTH
    for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", " ".join(drawn_points(drawing))):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= high


def drawn_points(drawing: ET.Element) -> list[str]:
    return [line.attrib["points"] for line in drawing.iter(f"{SVG}polyline")]


def test_longer_bars_are_greater_figures() -> None:
    drawing = ET.fromstring(draw(BARS))
    bars = [
        float(each.attrib["width"])
        for each in drawing.iter(f"{SVG}rect")
        if each.get("height") == "13"
    ]
    assert len(bars) == 5, "what was not measured has no bar"
    assert bars[0] / bars[3] == pytest.approx(2900 / 9000, rel=0.01)


def test_a_plot_says_in_words_what_it_shows() -> None:
    drawing = ET.fromstring(draw(BARS))
    assert drawing.get("role") == "img"
    named = {each.get("id"): each.text for each in drawing}
    assert [named[key] for key in drawing.attrib["aria-labelledby"].split()] == [
        BARS.title,
        said(BARS),
    ]
    assert "32 clients <&>: Afterword, SQLite 9,000, Afterword, PostgreSQL 8,800." in said(BARS)
    assert "Afterword: 0.61 at 1,000, 0.66 at 1,000,000, at most 0.66" in said(LINES)


def luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * each for each in colour[1:])
    parts = (int(full[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_and_inks_stand_out_from_the_paper(dark: bool) -> None:
    light, _, night = draw(BARS).partition("@media (prefers-color-scheme:dark)")
    rules = dict(re.findall(r"([.\w]+)\{[^{}]*?(?:fill|stroke):(#\w+)", night if dark else light))
    paper = luminance(rules.pop(".paper"))
    assert {"text", ".quiet", ".f0", ".f5", ".l0"} <= set(rules)
    for name, colour in rules.items():
        if name != ".grid":
            high, low = sorted((luminance(colour), paper), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, name


@pytest.mark.parametrize(
    ("top", "expected"),
    [(0, [0, 1]), (1, [0, 0.25, 0.5, 0.75, 1]), (9000, [0, 2500, 5000, 7500, 10000])],
)
def test_axes_have_round_numbers(top: float, expected: list[float]) -> None:
    assert ticks(top) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "-"),
        (0, "0"),
        (0.0861, "0.0861"),
        (0.8349, "0.835"),
        (1.2, "1.2"),
        (5.31, "5.31"),
        (43, "43"),
        (99.96, "100"),
        (12345.6, "12,346"),
    ],
)
def test_a_number_has_the_digits_that_mean_something(value: float | None, expected: str) -> None:
    assert short(value) == expected
