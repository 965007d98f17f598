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
_RUN = "SELECT site_id, begun_at, ended_at FROM address_run"
RUN = f"{_RUN} WHERE site_id = :site_id"
OPEN_RUNS = f"{_RUN} WHERE ended_at IS NULL ORDER BY site_id"
END = """
UPDATE address_run SET seen_at = :now, ended_at = :now
WHERE site_id = :site_id AND begun_at = :begun_at AND ended_at IS NULL
"""
ASKED = "SELECT count(*) FROM address_check WHERE site_id = :site_id AND at >= :begun_at"
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
MANY = """
SELECT count(*) FROM (SELECT 1 {known} AND c.outcome = :outcome LIMIT :most) AS found
""".replace("{known}", _KNOWN)
OF_OUTCOME = (
    "SELECT {columns}, c.status, c.leads_to, c.said {known} AND c.outcome = :outcome"
    " AND c.page_id > :after_id ORDER BY c.page_id LIMIT :limit"
)
OF_OUTCOME = OF_OUTCOME.replace("{columns}", COLUMNS).replace("{known}", _KNOWN)


@dataclass(frozen=True, slots=True)
class Run:
    """A round of asking the pages of a site."""

    site_id: int
    begun_at: int
    ended_at: int | None


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


async def run_of(db: Db, site_id: int) -> Run | None:
    """The last round of a site, which may not be over."""
    row = await db.fetch_one(RUN, {"site_id": site_id})
    return Run(*row) if row else None


async def open_runs(db: Db) -> list[Run]:
    """Those that are not over, of any site."""
    return [Run(*row) for row in await db.fetch_all(OPEN_RUNS)]


async def is_open(db: Db, run: Run) -> bool:
    """Whether this round still goes on."""
    found = await run_of(db, run.site_id)
    return found is not None and (found.begun_at, found.ended_at) == (run.begun_at, None)


async def end(db: WriteDb, run: Run, now: int) -> None:
    """The round is over, if it was not before."""
    values = {"site_id": run.site_id, "begun_at": run.begun_at, "now": now}
    await db.execute(END, values)


async def asked(db: Db, run: Run) -> int:
    """How many pages this round has asked."""
    row = await db.fetch_one(ASKED, {"site_id": run.site_id, "begun_at": run.begun_at})
    return int(row[0]) if row else 0


async def to_ask(db: Db, run: Run, *, after_id: int, limit: int) -> list[Page]:
    """The next pages that this round has not asked."""
    since = {"site_id": run.site_id, "begun_at": run.begun_at}
    values = {**since, "after_id": after_id, "limit": limit}
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


async def how_many(db: Db, site_id: int, outcome: str, most: int) -> int:
    """How many pages of the site came out so; `most` stands for so many or more."""
    values = {"site_id": site_id, "outcome": outcome, "most": most}
    row = await db.fetch_one(MANY, values)
    return int(row[0]) if row else 0


async def of_outcome(
    db: Db, site_id: int, outcome: str, limit: int, *, after_id: int = 0
) -> list[AddressCheck]:
    """Pages of the site that came out so, by their ids."""
    values = {"site_id": site_id, "outcome": outcome, "limit": limit, "after_id": after_id}
    rows = await db.fetch_all(OF_OUTCOME, values)
    return [AddressCheck(page_of(row[:-3]), *row[-3:]) for row in rows]
