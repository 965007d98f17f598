"""Tables that a person reads: each figure beside what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown with aligned columns."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([f"## {title}", "", line(head), rule, *(line(row) for row in rows), ""])


def ratio(ours: float, theirs: float) -> str:
    """`ours / theirs` with three digits that mean something."""
    if not theirs:
        return "-"
    value = ours / theirs
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
