"""Writes docs/metrics.md from the table of metrics: `python server/tools/metrics_docs.py`."""

from __future__ import annotations

from pathlib import Path

from afterword.core.metric_families import FAMILIES
from afterword.core.metrics import WORKER, Family

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"

HEAD = f"""\
# Metrics

<!-- Made from server/afterword/core/metric_families.py by server/tools/metrics_docs.py; do not edit. -->

What `GET /metrics` says, to whoever sends the token of `AFTERWORD_METRICS_TOKEN`;
[operations.md](operations.md#watching-it) tells how to set it up and what to be woken for. Units are
seconds and bytes. No label holds an address, a page, a site or anything else that a stranger wrote.

Where several processes serve one port, what is one process's own has the label `{WORKER}` besides; sum over
it. What is asked of the database is the same whichever process answers, is at most 15 seconds old, and
must not be summed over machines.
"""


def page() -> str:
    """The whole page."""
    own = [each for each in FAMILIES if not each.of_all]
    of_all = [each for each in FAMILIES if each.of_all]
    return "\n".join([HEAD, _table("Of one process", own), _table("Of all together", of_all)])


def _table(title: str, families: list[Family]) -> str:
    rows = [
        f"| `{each.name}` | {each.kind} | {', '.join(f'`{name}`' for name in each.labels)} | {each.help} |"
        for each in families
    ]
    head = ["| name | kind | labels | what it is |", "|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
