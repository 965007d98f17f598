"""The addresses that lead to a page, each with how it came to."""

from __future__ import annotations

from dataclasses import dataclass

from afterword.core.model import Page
from afterword.storage.store import Db, WriteDb

OF_PAGE = """
SELECT k.key, k.how, k.at, k.audit_id, a.act
FROM page_key AS k LEFT JOIN audit AS a ON a.id = k.audit_id
WHERE k.page_id = :page_id ORDER BY k.key
"""
PUT_BACK = """
INSERT INTO page_key (site_id, key, page_id, how, at, audit_id)
VALUES (:site_id, :key, :page_id, :how, :at, :audit_id)
ON CONFLICT (site_id, key) DO NOTHING RETURNING key
"""


@dataclass(frozen=True, slots=True)
class LeadingKey:
    """A key that leads to a page."""

    key: str
    how: str | None
    """`opened` with the page, `learnt` from a page that named this one, `imported`, or `given` by an act;
    None for one that is older than this is noted."""
    at: int | None
    audit_id: int | None = None
    """The act that gave it."""
    act: str | None = None
    """The word of that act."""


async def of_page(db: Db, page_id: int) -> list[LeadingKey]:
    """Every key that leads to the page."""
    return [LeadingKey(*row) for row in await db.fetch_all(OF_PAGE, {"page_id": page_id})]


async def put_back(db: WriteDb, page: Page, key: LeadingKey) -> bool:
    """Let a key lead to the page as it did before; False where it leads somewhere by now."""
    values = {"site_id": page.site_id, "page_id": page.id, "key": key.key, "how": key.how}
    row = await db.fetch_one(PUT_BACK, {**values, "at": key.at, "audit_id": key.audit_id})
    return row is not None
