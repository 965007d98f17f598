"""The first half of an import: the whole file is read into a staging, and looked at from the site.

Nothing is written to the database, so that a dry run ends here and a broken file changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Invalid, UnknownOrigin
from afterword.formats.record import CommentRecord, PageRecord, Passed, Record
from afterword.services.importing.clean_record import (
    MAX_KEYS,
    NOTHING,
    clean_author,
    clean_comment,
    clean_key,
    clean_page,
    rules_for,
)
from afterword.services.importing.compare_import import compare_import
from afterword.services.importing.import_report import Hear, ImportReport
from afterword.services.importing.staged import BATCH, whole
from afterword.storage import imports

if TYPE_CHECKING:
    from afterword.core.model import Site
    from afterword.core.move_rule import MoveRule
    from afterword.formats.formats import Format
    from afterword.formats.opening import Opened
    from afterword.services.context import Context
    from afterword.storage.staging import Staging


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
    while found := await whole(ctx.in_thread(_read, records)):
        there = await imports.there(ctx.store, wanted.site.id, stage.keys_of(found))
        await whole(ctx.in_thread(stage.take, found, there))
        progress(opened.done)
    await whole(ctx.in_thread(stage.settle))
    await compare_import(
        ctx, staging, report, site_id=wanted.site.id, complete=wanted.format.complete
    )
    return report


def _read(records: Iterator[Record]) -> list[Record]:
    return list(islice(records, BATCH))


class _Stage:
    def __init__(self, staging: Staging, wanted: Wanted, report: ImportReport) -> None:
        self._staging = staging
        self._wanted = wanted
        self._idle = list(wanted.rules)
        self.report = report

    def keys_of(self, records: Sequence[Record]) -> list[str]:
        """The origin keys of the comments among these."""
        return [self._key(each) for each in records if isinstance(each, CommentRecord)]

    def take(self, records: Sequence[Record], there: Collection[str]) -> None:
        """Keeps these records; of comments that are there already, by their keys, the place alone."""
        with self._staging.together():
            for record in records:
                match record:
                    case PageRecord():
                        self._take_page(record)
                    case CommentRecord():
                        self._take_comment(record, there)
                    case Passed(place, reason):
                        self.report.skipped.add(reason, place)

    def _key(self, record: CommentRecord) -> str:
        return clean_key(record.origin_key or f"{self._wanted.format.name}:{record.ref}")

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
            reason = (
                f"A page on {refusal.origin}, which is not of this site. A rule can lead it here."
            )
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

    def _take_comment(self, record: CommentRecord, there: Collection[str]) -> None:
        def tell(reason: str) -> None:
            self.report.changed.add(reason, record.ref)

        key = self._key(record)
        # What is here stays as it is, so nobody has to look at what it says.
        comment = None if key in there else clean_comment(record, self._wanted.staff, tell)
        if comment is not None and comment.tree == NOTHING and comment.status != "removed":
            tell("Nothing of its text can be seen.")
        added = self._staging.add_comment(
            record.ref,
            record.page,
            record.parent,
            status=record.status.value,
            origin_key=key,
            author=clean_author(record),
            data=None if comment is None else msgspec.json.encode(comment),
        )
        if not added:
            self.report.skipped.add("A comment that is in the file twice.", record.ref)
