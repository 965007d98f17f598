"""What the addresses of pages answered when they were asked last, and how far such a round is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from afterword.core.model import Page
from afterword.storage.pages import COLUMNS, page_of
from afterword.storage.store import Db, WriteDb

BEGIN = """
INSERT INTO address_run (site_id, begun_at, seen_at) VALUES (:site_id, :now, :now)
ON CONFLICT (site_id) DO UPDATE SET begun_at = :now, seen_at = :now, ended_at = NULL
"""
OPEN_RUN = "SELECT begun_at FROM address_run WHERE site_id = :site_id AND ended_at IS NULL"
END = "UPDATE address_run SET seen_at = :now, ended_at = :now WHERE site_id = :site_id"
TO_ASK = """
SELECT {columns} FROM page AS p LEFT JOIN address_check AS c ON c.page_id = p.id
WHERE p.site_id = :site_id AND p.merged_into IS NULL AND p.id > :after_id
    AND (c.at IS NULL OR c.at < :begun_at OR c.url <> p.url)
ORDER BY p.id LIMIT :limit
""".replace("{columns}", COLUMNS)
NOTE = """
INSERT INTO address_check (page_id, site_id, url, outcome, status, leads_to, said, at)
VALUES (:page_id, :site_id, :url, :outcome, :status, :leads_to, :said, :now)
ON CONFLICT (page_id) DO UPDATE SET url = :url, outcome = :outcome, status = :status,
    leads_to = :leads_to, said = :said, at = :now
"""
# What was asked under another address than the page has now says nothing of it any more.
_KNOWN = """
FROM address_check AS c JOIN page AS p ON p.id = c.page_id
WHERE c.site_id = :site_id AND c.url = p.url AND p.merged_into IS NULL
"""
COUNTS = "SELECT c.outcome, count(*) {known} GROUP BY c.outcome".replace("{known}", _KNOWN)
OF_OUTCOME = (
    "SELECT {columns}, c.status, c.leads_to, c.said {known} AND c.outcome = :outcome"
    " ORDER BY c.page_id LIMIT :limit"
)
OF_OUTCOME = OF_OUTCOME.replace("{columns}", COLUMNS).replace("{known}", _KNOWN)


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What the address of a page answered."""

    page: Page
    status: int | None
    leads_to: str | None
    said: str | None
    """Why there was no answer."""


async def begin(db: WriteDb, site_id: int, now: int) -> None:
    """A round begins: whatever was asked before is asked again."""
    await db.execute(BEGIN, {"site_id": site_id, "now": now})


async def begun_at(db: Db, site_id: int) -> int | None:
    """When the round began that is not over; None where there is none."""
    row = await db.fetch_one(OPEN_RUN, {"site_id": site_id})
    return int(row[0]) if row else None


async def end(db: WriteDb, site_id: int, now: int) -> None:
    """The round is over."""
    await db.execute(END, {"site_id": site_id, "now": now})


async def to_ask(db: Db, site_id: int, *, begun_at: int, after_id: int, limit: int) -> list[Page]:
    """The next pages that this round has not asked."""
    values = {"site_id": site_id, "begun_at": begun_at, "after_id": after_id, "limit": limit}
    return [page_of(row) for row in await db.fetch_all(TO_ASK, values)]


async def note(
    db: WriteDb,
    page: Page,
    *,
    outcome: str,
    status: int | None,
    leads_to: str | None,
    said: str | None,
    now: int,
) -> None:
    """Keep what the page's address answered, in place of what it answered before."""
    values = {"page_id": page.id, "site_id": page.site_id, "url": page.url, "now": now}
    told = {"outcome": outcome, "status": status, "leads_to": leads_to, "said": said}
    await db.execute(NOTE, {**values, **told})


async def counts(db: Db, site_id: int) -> Mapping[str, int]:
    """How many pages of the site came out how."""
    rows = await db.fetch_all(COUNTS, {"site_id": site_id})
    return {outcome: int(number) for outcome, number in rows}


async def of_outcome(db: Db, site_id: int, outcome: str, limit: int) -> list[AddressCheck]:
    """Pages of the site that came out so."""
    values = {"site_id": site_id, "outcome": outcome, "limit": limit}
    rows = await db.fetch_all(OF_OUTCOME, values)
    return [AddressCheck(page_of(row[:-3]), *row[-3:]) for row in rows]
