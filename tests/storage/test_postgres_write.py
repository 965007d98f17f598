"""Statements that go to PostgreSQL together: only where none sees, or could see, what another one does."""

from __future__ import annotations

import pytest

from afterword.core.model import Site
from afterword.storage import sites
from afterword.storage.postgres_write import with_others
from afterword.storage.store import Store

NAME = "UPDATE site SET name = :name WHERE id = :id"
ORIGIN = "INSERT INTO site_origin (site_id, origin) VALUES (:id, :origin) RETURNING origin"


def test_a_change_goes_together_with_those_that_wait() -> None:
    together = with_others([(NAME, {"name": "two", "id": 1})], ORIGIN, {"id": 1, "origin": "b"})
    assert together is not None
    sql, values = together
    assert sql.startswith("WITH w0 AS (UPDATE site SET name = :name_w0 WHERE id = :id_w0) INSERT")
    assert values == {"name_w0": "two", "id_w0": 1, "id": 1, "origin": "b"}


@pytest.mark.parametrize(
    ("waiting", "last"),
    [
        (NAME, "UPDATE site SET policy = :policy WHERE id = :id"),
        (NAME, "INSERT INTO page (title) SELECT name FROM site"),
        ("INSERT INTO page (title) SELECT origin FROM site_origin", ORIGIN),
        (NAME, "SELECT 1 FROM page"),
        ("DELETE FROM page WHERE id = :id", NAME),
        (NAME, "DELETE FROM page WHERE id = :id"),
    ],
)
def test_what_could_see_another_goes_after_it(waiting: str, last: str) -> None:
    assert with_others([(waiting, {})], last, {}) is None


async def test_both_are_done_and_the_last_one_answers(store: Store, site: Site) -> None:
    async with store.write() as db:
        db.later(NAME, {"name": "two", "id": site.id})
        row = await db.fetch_one(ORIGIN, {"id": site.id, "origin": "https://two.example.org"})
    assert row == ("https://two.example.org",)
    (changed,) = await sites.all_sites(store)
    assert (changed.name, len(changed.origins)) == ("two", 2)
