"""A QR code as the path of an SVG, drawn here so that no key travels to anybody who draws it."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Picture:
    """What a template draws."""

    size: int
    """Width and height with the quiet border."""
    path: str


def qr(text: str) -> Picture:
    """The code of a text, one unit a square, with the border of four that scanners want."""
    rows = list(segno.make_qr(text, error="m").matrix_iter(border=4))
    squares = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    ]
    return Picture(len(rows), "".join(squares))
