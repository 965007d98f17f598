"""The first half of an import: the whole file is read into a staging, and looked at from the site.

Nothing is written to the database, so that a dry run ends here and a broken file changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from afterword.core.errors import Invalid, UnknownOrigin
from afterword.core.tree import excerpt
from afterword.formats.record import CommentRecord, PageRecord, Passed, Record
from afterword.services.importing.clean_record import (
    MAX_KEYS,
    CleanPage,
    clean_comment,
    clean_key,
    clean_page,
    rules_for,
)
from afterword.services.importing.import_report import Hear, ImportReport
from afterword.storage import imports, pages
from afterword.storage.imports import Incoming

if TYPE_CHECKING:
    from afterword.core.model import Page, Site
    from afterword.core.move_rule import MoveRule
    from afterword.formats.formats import Format
    from afterword.formats.opening import Opened
    from afterword.services.context import Context
    from afterword.storage.staging import Staged, Staging

T = TypeVar("T")

BATCH = 500
"""Comments that are read, compared or written together."""

_pages = msgspec.json.Decoder(CleanPage)
_comments = msgspec.json.Decoder(Incoming)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be imported, and how."""

    site: Site
    format: Format
    rules: Sequence[MoveRule] = ()
    """What addresses of the file are here."""
    staff: Mapping[str, int] = field(default_factory=dict)
    """Ids of members by their address in lower case: comments with it bear the badge."""
    hear: Hear | None = None
    """Told of each single thing that the report counts."""


async def stage_import(
    ctx: Context,
    opened: Opened,
    staging: Staging,
    wanted: Wanted,
    progress: Callable[[int], object],
) -> ImportReport:
    """Reads all of it; `progress` hears how many bytes are done. Raises `MalformedFile`."""
    report = ImportReport(wanted.format.title)
    if wanted.hear is not None:
        report.tell(wanted.hear)
    stage = _Stage(staging, wanted, report)
    records = wanted.format.read(opened)
    # In slices, so that an interrupt finds a moment.
    while await _whole(ctx.in_thread(stage.take, records)):
        progress(opened.done)
    await _whole(ctx.in_thread(stage.settle))
    await _compare(ctx, staging, wanted, stage.report)
    return stage.report


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; an interrupt lets it end, for the staging that it uses is closed next."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def read_page(data: bytes) -> CleanPage:
    """A page as it was staged."""
    return _pages.decode(data)


def read_comment(data: bytes) -> Incoming:
    """A comment as it was staged."""
    return _comments.decode(data)


class _Stage:
    def __init__(self, staging: Staging, wanted: Wanted, report: ImportReport) -> None:
        self._staging = staging
        self._wanted = wanted
        self._idle = list(wanted.rules)
        self.report = report

    def take(self, records: Iterator[Record]) -> bool:
        """Keeps the next records; False at the end."""
        count = 0
        for record in islice(records, BATCH):
            count += 1
            match record:
                case PageRecord():
                    self._take_page(record)
                case CommentRecord():
                    self._take_comment(record)
                case Passed(place, reason):
                    self.report.skipped.add(reason, place)
        return count > 0

    def settle(self) -> None:
        """Finds pages, parents and turns, and counts."""
        staging, report = self._staging, self.report
        for ref, url in staging.find_pages():
            reason = "A comment whose page is not taken." if url else "A comment without its page."
            report.skipped.add(reason, f"{ref} on {url}" if url else ref)
        for ref in staging.find_parents():
            report.changed.add("What it answers is not in the file: it stands by itself.", ref)
        for ref in staging.put_in_order():
            report.changed.add("It answers itself by way of others: it stands by itself.", ref)
        if not self._wanted.format.complete and (count := staging.drop_leaves()):
            reason = "A deleted comment that nothing answers."
            report.skipped.add(reason, "", count)
        for url in staging.shared_addresses():
            reason = "Another page of the file has this address: they become one."
            report.collisions.add(reason, url)
        report.idle_rules = tuple(f"{rule.old}={rule.new}" for rule in self._idle)
        report.comments = staging.by_status()
        report.authors = staging.authors()

    def _take_page(self, record: PageRecord) -> None:
        if self._idle:
            used = rules_for(record, self._wanted.rules)
            self._idle = [rule for rule in self._idle if rule not in used]
        try:
            page = clean_page(record, self._wanted.site, self._wanted.rules)
        except UnknownOrigin as refusal:
            reason = f"A page on {refusal.origin}, which is not of this site. --map leads it here."
            self._skip_page(record, reason)
        except Invalid:
            self._skip_page(record, "A page whose address is none.")
        else:
            if len(record.keys) > MAX_KEYS:
                self.report.changed.add(f"A page keeps {MAX_KEYS} of its keys.", page.url)
            data = msgspec.json.encode(page)
            if not self._staging.add_page(record.ref, page.keys[0], page.url, data):
                self.report.skipped.add("A page that is in the file twice.", record.url)

    def _skip_page(self, record: PageRecord, reason: str) -> None:
        self.report.skipped.add(reason, record.url)
        self._staging.add_page(record.ref, None, record.url or "?", None)

    def _take_comment(self, record: CommentRecord) -> None:
        def tell(reason: str) -> None:
            self.report.changed.add(reason, record.ref)

        comment = clean_comment(record, self._wanted.staff, tell)
        if not comment.tree and comment.status != "removed":
            tell("Nothing of its text can be seen.")
        added = self._staging.add_comment(
            record.ref,
            record.page,
            record.parent,
            status=comment.status,
            origin_key=clean_key(record.origin_key or f"{self._wanted.format.name}:{record.ref}"),
            author=f"{comment.name}\n{comment.email or ''}",
            data=msgspec.json.encode(comment),
        )
        if not added:
            self.report.skipped.add("A comment that is in the file twice.", record.ref)


async def _compare(ctx: Context, staging: Staging, wanted: Wanted, report: ImportReport) -> None:
    """Counts what the site has already, and finds what came to it on another way."""
    opened: set[str] = set()
    for number, data, full in staging.pages():
        if not (full or wanted.format.complete):
            continue
        report.pages += 1
        page = read_page(data)
        by_key = await pages.find_each(ctx.store, wanted.site.id, page.keys)
        found = next((by_key[key] for key in page.keys if key in by_key), None)
        for key, other in by_key.items():
            if found is not None and other.id != found.id:
                reason = "A key that leads to another page here, as it does on."
                report.collisions.add(reason, f"{key} to {other.url}")
        if staging.knows_addresses and not staging.knows_any(page.keys):
            report.gone.add("A page that the sitemap does not have.", page.url)
        if found is None and opened.isdisjoint(page.keys):
            report.new_pages += 1
            opened.add(page.keys[0])
        same: list[tuple[str, int]] = []
        for batch in staging.comments(number, BATCH):
            same += await _compare_some(ctx, staging, wanted, found, batch, report)
        staging.take_for(same)


async def _compare_some(
    ctx: Context,
    staging: Staging,
    wanted: Wanted,
    page: Page | None,
    batch: Sequence[Staged],
    report: ImportReport,
) -> list[tuple[str, int]]:
    """Doubles among these: the key of the one that is there, and the number of the one that is not needed."""
    there = await imports.there(ctx.store, wanted.site.id, [each.origin_key for each in batch])
    report.there_already += len(there)
    fresh = [each for each in batch if each.origin_key not in there]
    if page is None or not fresh:
        return []
    comments = {each.n: read_comment(each.data) for each in fresh}
    times = sorted({each.created_at for each in comments.values()})
    known = {
        (each.created_at, each.name, excerpt(each.tree, 10_000)): each.origin_key
        for each in await imports.at_times(ctx.store, page.id, times)
        if not staging.is_from_here(each.origin_key)
    }
    found = [
        (known[said], n)
        for n, each in comments.items()
        if each.status != "removed"
        and (said := (each.created_at, each.name, excerpt(each.tree, 10_000))) in known
    ]
    report.doubles += len(found)
    if found:
        report.same.add("Comments that came here on another way.", page.url, len(found))
    return found
