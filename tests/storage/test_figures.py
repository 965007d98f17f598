"""What is asked each time that somebody looks at the metrics reads no table from end to end."""

from __future__ import annotations

import re

from afterword.storage import figures
from afterword.storage.store import Store


async def test_counts_are_read_from_indexes_that_hold_little_else(ready_sqlite_url: str) -> None:
    store = await Store.open(ready_sqlite_url)
    try:
        comments = await store.fetch_all(f"EXPLAIN QUERY PLAN {figures.COMMENTS}")
        outbox = await store.fetch_all(f"EXPLAIN QUERY PLAN {figures.OUTBOX}")
    finally:
        await store.close()
    steps = [str(row[-1]) for row in (*comments, *outbox)]
    # Sites are few: they may be read one by one.
    reading = [step for step in steps if re.match(r"SCAN (?!CONSTANT|s\b)|SEARCH", step)]
    assert [step for step in reading if "INDEX" not in step] == []
    assert [step for step in reading if re.match("SCAN (c|comment) ", step)] == []
    used = {found[1] for step in reading if (found := re.search(r"INDEX (\w+)", step))}
    assert used == {"comment_by_score", "comment_by_day", "event_to_spread", "outbox_by_state"}
