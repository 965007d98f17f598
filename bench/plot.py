"""Plots as SVG: readable at 360 pixels, in light and dark, with a screen reader and in grey."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from bench.part import Bars, Lines

WIDTH = 360
"""Of the drawing, in the units of its letters: at this many pixels these have their real size."""
_SIDE = 12
_LETTER = 6.2
"""How wide a letter of 11 px is about."""
_LIGHT = ("#0b62c4", "#b84700", "#1a7f37", "#7a3fd1", "#b02a76", "#57606a")
_DARK = ("#58a6ff", "#f0883e", "#4ac26b", "#bc8cff", "#f778ba", "#9ea7b3")
_DASHES = ("none", "7 3", "2 3", "9 3 2 3", "5 5", "1 4")
"""Lines differ by more than colour."""
_BAR, _BETWEEN_BARS, _LABEL, _BETWEEN_GROUPS = 13, 3, 17, 9
_FIGURE_ROOM = 66
"""What stays free beside the longest bar, for its figure."""
_HEIGHT = 210
_LEFT, _RIGHT, _BELOW = 46, 14, 40


def draw(plot: Bars | Lines) -> str:
    """The whole file."""
    top = 24 + 15 * _title_lines(plot.title)
    inside = list(_bars(plot, top) if isinstance(plot, Bars) else _lines(plot, top))
    height = float(inside.pop())
    return "\n".join([*_begin(plot, height), *_title(plot.title), *inside, "</svg>\n"])


def said(plot: Bars | Lines) -> str:
    """The plot in words, for who does not see it."""
    if isinstance(plot, Bars):
        rows = [
            f"{group}: "
            + ", ".join(
                f"{name} {short(values[n])}"
                for name, values in plot.series.items()
                if values[n] is not None
            )
            for n, group in enumerate(plot.groups)
        ]
        return f"In {plot.unit}. {'; '.join(rows)}."
    ends = [
        f"{name}: {short(points[0][1])} at {short(points[0][0])}, "
        f"{short(points[-1][1])} at {short(points[-1][0])}, at most {short(max(y for _, y in points))}"
        for name, points in plot.series.items()
        if points
    ]
    return f"{plot.y} by {plot.x}. {'; '.join(ends)}."


def short(value: float | None) -> str:
    """The number with three digits that mean something."""
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(digits, 4)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _begin(plot: Bars | Lines, height: float) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH * 1.5:.0f}" height="{height * 1.5:.0f}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{escape(plot.title)}</title>'
    yield f'<desc id="desc">{escape(said(plot))}</desc>'
    yield f"<style>{_style()}</style>"
    yield f'<rect class="paper" width="{WIDTH}" height="{height:.0f}"/>'


def _style() -> str:
    def inks(colours: Sequence[str]) -> str:
        fills = (f".f{n}{{fill:{colour}}}" for n, colour in enumerate(colours))
        strokes = (f".l{n}{{stroke:{colour}}}" for n, colour in enumerate(colours))
        return "".join([*fills, *strokes])

    dashes = "".join(f".l{n}{{stroke-dasharray:{dash}}}" for n, dash in enumerate(_DASHES))
    return (
        "text{font:11px system-ui,sans-serif;fill:#1f2328;paint-order:stroke;stroke:#fff;stroke-width:3px}"
        ".title{font-size:13px;font-weight:600}"
        ".quiet{fill:#57606a}.paper{fill:#fff}.grid{stroke:#d8dee4}.promise{stroke:#1f2328;"
        "stroke-dasharray:3 3}.line{fill:none;stroke-width:2}"
        f"{inks(_LIGHT)}{dashes}"
        "@media (prefers-color-scheme:dark){text{fill:#e6edf3;stroke:#0d1117}.quiet{fill:#9ea7b3}"
        ".paper{fill:#0d1117}"
        f".grid{{stroke:#30363d}}.promise{{stroke:#e6edf3}}{inks(_DARK)}}}"
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    wanted = (f' class="{kind}"' if kind else "") + (
        f' text-anchor="{anchor}"' if anchor != "start" else ""
    )
    return f'<text x="{x:.1f}" y="{y:.1f}"{wanted}>{escape(words)}</text>'


def _title_lines(title: str) -> int:
    return len(_broken(title))


def _broken(title: str) -> list[str]:
    """The title in lines that are no wider than the drawing."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * 7.2 > WIDTH - 2 * _SIDE and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _title(title: str) -> Iterator[str]:
    for n, line in enumerate(_broken(title)):
        yield _text(_SIDE, 20 + 15 * n, line, "title")


def _legend(names: Iterable[str], y: float, *, lines: bool) -> tuple[list[str], float]:
    """Who is who, in as many lines as it takes; and where it ends."""
    drawn: list[str] = []
    x: float = _SIDE
    for n, name in enumerate(names):
        wide = 22 + len(name) * _LETTER + 10
        if x > _SIDE and x + wide > WIDTH:
            x, y = _SIDE, y + 16
        if lines:
            drawn.append(f'<path class="line l{n}" d="M{x:.1f} {y - 4:.1f}h18"/>')
        else:
            drawn.append(f'<rect class="f{n}" x="{x:.1f}" y="{y - 9:.1f}" width="12" height="10"/>')
        drawn.append(_text(x + 22, y, name))
        x += wide
    return drawn, y + 14


def _bars(plot: Bars, y: float) -> Iterator[str]:
    """What is drawn, and at last how high it is."""
    drawn, y = _legend(plot.series, y, lines=False)
    yield from drawn
    values = [v for each in plot.series.values() for v in each if v is not None]
    top = max([*values, plot.promise or 0.0]) or 1.0
    room = WIDTH - 2 * _SIDE - _FIGURE_ROOM
    begun, words = y, []
    for n, group in enumerate(plot.groups):
        words.append(_text(_SIDE, y + 10, group, "quiet"))
        y += _LABEL
        for kind, each in enumerate(plot.series.values()):
            if (value := each[n]) is None:
                continue
            long = max(1.0, room * value / top)
            yield f'<rect class="f{kind}" x="{_SIDE}" y="{y:.1f}" width="{long:.1f}" height="{_BAR}"/>'
            words.append(_text(_SIDE + long + 5, y + 10, short(value)))
            y += _BAR + _BETWEEN_BARS
        y += _BETWEEN_GROUPS
    if plot.promise is not None:
        at = _SIDE + room * plot.promise / top
        yield f'<path class="promise" d="M{at:.1f} {begun:.1f}V{y - 4:.1f}"/>'
        words.append(_text(at, y + 8, f"promised: {short(plot.promise)}", anchor=_anchor(at)))
        y += 14
    # After all else, so that no line runs through a word.
    yield from words
    yield _text(WIDTH - _SIDE, y + 8, plot.unit, "quiet", "end")
    yield str(y + 18)


def _anchor(x: float) -> str:
    """Words at the edges grow inwards."""
    return "start" if x < WIDTH / 3 else "end" if x > WIDTH * 2 / 3 else "middle"


def _lines(plot: Lines, y: float) -> Iterator[str]:
    """What is drawn, and at last how high it is."""
    drawn, y = _legend(plot.series, y, lines=True)
    yield from drawn
    points = [point for each in plot.series.values() for point in each]
    steps = ticks(max([*(v for _, v in points), plot.promise or 0.0], default=1.0))
    yield _text(_SIDE, y, plot.y, "quiet")
    y += 10
    far, near = max((x for x, _ in points), default=1.0), min((x for x, _ in points), default=0.0)
    across = WIDTH - _LEFT - _RIGHT

    def at_x(value: float) -> float:
        if plot.log_x:
            span = math.log10(far / near) or 1.0
            return _LEFT + across * math.log10(value / near) / span
        return _LEFT + across * (value - near) / ((far - near) or 1.0)

    def at_y(value: float) -> float:
        return y + _HEIGHT * (1 - value / steps[-1])

    for step in steps:
        yield f'<path class="grid" d="M{_LEFT} {at_y(step):.1f}h{across}"/>'
        yield _text(_LEFT - 5, at_y(step) + 4, short(step), "quiet", "end")
    for value in _powers(near, far) if plot.log_x else _within(near, far):
        yield _text(
            at_x(value), y + _HEIGHT + 15, short(value), "quiet", _edge(at_x(value), across)
        )
    if plot.promise is not None:
        yield f'<path class="promise" d="M{_LEFT} {at_y(plot.promise):.1f}h{across}"/>'
        words = f"promised: {short(plot.promise)}"
        yield _text(WIDTH - _RIGHT, at_y(plot.promise) - 4, words, anchor="end")
    for kind, each in enumerate(plot.series.values()):
        path = " ".join(f"{at_x(a):.1f},{at_y(b):.1f}" for a, b in each)
        yield f'<polyline class="line l{kind}" points="{path}"/>'
        if len(each) <= 12:
            for a, b in each:
                yield f'<circle class="f{kind}" cx="{at_x(a):.1f}" cy="{at_y(b):.1f}" r="3"/>'
    yield _text(WIDTH - _RIGHT, y + _HEIGHT + 31, plot.x, "quiet", "end")
    yield str(y + _HEIGHT + _BELOW)


def _edge(x: float, across: float) -> str:
    return "start" if x < _LEFT + 8 else "end" if x > _LEFT + across - 8 else "middle"


def ticks(top: float) -> list[float]:
    """Round numbers from 0 to the first that is not below `top`, four to six of them."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * (1 - 1e-9))
    return [step * n for n in range(math.ceil(top / step - 1e-9) + 1)]


def _powers(near: float, far: float) -> list[float]:
    first, last = math.ceil(math.log10(near) - 1e-9), math.floor(math.log10(far) + 1e-9)
    return [10.0**n for n in range(first, last + 1)]


def _within(near: float, far: float) -> list[float]:
    return [near + step for step in ticks(far - near) if near + step <= far * (1 + 1e-9)]
