"""What was staged, read back in lots: off the event loop, so that a server answers meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from afterword.services.importing.clean_record import CleanPage
from afterword.storage.imports import Incoming

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.storage.staging import Staged, Staging

T = TypeVar("T")

BATCH = 500
"""Comments that are read, compared or written together."""
PAGES = 100
"""Pages that are, as long as they have no more keys than this ten times over."""

_pages = msgspec.json.Decoder(CleanPage)
_comments = msgspec.json.Decoder(Incoming)


class Waiting(NamedTuple):
    """A comment at its turn, with what it says."""

    staged: Staged
    comment: Incoming


@dataclass(frozen=True, slots=True)
class StagedPage:
    """A page that comes, or that comments come to."""

    number: int
    page: CleanPage
    is_fresh: bool
    """Whether any of its comments is not here yet."""


@dataclass(frozen=True, slots=True)
class Share:
    """Some comments of a page that are not here yet; none where there are none."""

    page: CleanPage
    comments: list[Waiting]


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; an interrupt lets it end, for the staging that it uses is closed next."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def lots(ctx: Context, items: Iterator[list[T]]) -> AsyncIterator[list[T]]:
    """One list after the other, each made in a thread."""
    while (lot := await whole(ctx.in_thread(next, items, None))) is not None:
        yield lot


def page_lots(staging: Staging, *, complete: bool) -> Iterator[list[StagedPage]]:
    """The pages, so many at once; without `complete` those that have comments in the file."""
    lot: list[StagedPage] = []
    keys = 0
    for number, data, full, fresh in staging.pages():
        if full or complete:
            page = _pages.decode(data)
            lot.append(StagedPage(number, page, fresh))
            keys += len(page.keys)
        if len(lot) >= PAGES or keys >= 10 * PAGES:
            yield lot
            lot, keys = [], 0
    if lot:
        yield lot


def shares(staging: Staging, *, complete: bool) -> Iterator[list[Share]]:
    """What is to be written together: small pages are many at once, large ones come in pieces."""
    some: list[Share] = []
    size = 0
    for lot in page_lots(staging, complete=complete):
        for each in lot:
            batches = comments_on(staging, each)
            batch: list[Waiting] | None = next(batches, [])
            while batch is not None:
                some.append(Share(each.page, batch))
                size += len(batch)
                if size >= BATCH:
                    yield some
                    some, size = [], 0
                batch = next(batches, None)
        if some:
            yield some
            some, size = [], 0


def comments_on(staging: Staging, page: StagedPage) -> Iterator[list[Waiting]]:
    """Its comments that are not here yet, parents first."""
    if page.is_fresh:
        for batch in staging.comments(page.number, BATCH):
            yield [Waiting(each, _comments.decode(each.data)) for each in batch]
