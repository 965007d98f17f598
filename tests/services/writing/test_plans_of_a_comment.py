"""What stores a comment on PostgreSQL is planned once, whatever its values, and by indexes."""

from __future__ import annotations

import pytest

from afterword.core.model import Site
from afterword.services.context import Context
from afterword.storage.store import Row, WriteDb
from tests.services.builders import submit, write
from tests.test_query_plans import fill

_PREPARED = """
SELECT name, statement, cardinality(parameter_types), generic_plans, custom_plans
FROM pg_prepared_statements
"""


@pytest.fixture
def engine() -> str:
    """SQLite makes no plans for values."""
    return "postgres"


async def test_each_statement_is_planned_once_and_reads_no_comments_but_by_an_index(
    ctx: Context, open_site: Site
) -> None:
    await fill(ctx.store)
    async with ctx.store.write() as db:
        await db.execute("SELECT setval(pg_get_serial_sequence('comment', 'id'), 100000)")
        await db.execute("ANALYZE")
    for number in range(3):
        comment = await write(ctx, f"Number {number}", email="reader@example.org")
        await submit(ctx, "An answer", parent_id=comment.id)
    plans = await ctx.store.at_once(_plans)
    assert len(plans) >= 6, "what a comment asks"
    for statement, plan in plans.items():
        assert "Seq Scan on comment" not in plan, f"{statement}\n{plan}"


async def _plans(db: WriteDb) -> dict[str, str]:
    """The plan for any values of each statement that this connection has executed in such a write."""
    found: list[Row] = await db.fetch_all(_PREPARED)
    asked = [row for row in found if "comment" in row[1] and row[3]]
    assert not [row[1] for row in asked if row[4]], "planned for its values"
    plans = {}
    for name, statement, parameters, *_ in asked:
        values = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
        rows = await db.fetch_all(f'EXPLAIN EXECUTE "{name}"{values}')
        plans[statement] = "\n".join(row[0] for row in rows)
    return plans
