"""The steps of which moving is made, as the audit log keeps them: each is looked at, done, and undone.

What a step says is all that its undo needs, but for the top-level comments that it led away: these are
in the table `moved_comment`, however many there are. Undo puts back what is still as the step left it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from afterword.core.errors import Conflict
from afterword.core.model import Page
from afterword.storage import moves, pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.storage.store import Db, WriteDb

    Open: TypeAlias = "Mapping[int, Page]"
    """The pages of an act by id, all behind their doors."""


class Renamed(msgspec.Struct, frozen=True, tag="rename"):
    """A page got another address or title."""

    page: int
    url: tuple[str, str]
    """Before and after."""
    title: tuple[str, str]
    key: str | None
    """The key that it did not have before; those that it had stay."""


class Merged(msgspec.Struct, frozen=True, tag="merge"):
    """All that a page had went to another one, and it became a name for that."""

    page: int
    into: int
    keys: tuple[str, ...]
    pinned: tuple[int, ...]
    reactions: dict[str, int]
    """What was added to those of the other page."""


class Split(msgspec.Struct, frozen=True, tag="split"):
    """Some top-level comments went to another page, with all replies to them."""

    page: int
    into: int
    comments: tuple[int, ...]
    pinned: tuple[int, ...]
    opened: bool
    """Whether the other page was opened for them."""


Step: TypeAlias = Renamed | Merged | Split


async def look_at_merge(db: Db, page: Page, into: Page) -> Merged:
    """What merging a page into another will do."""
    doubled = await moves.doubled_reactions(db, page.id, into.id)
    counts = {name: each - doubled.get(name, 0) for name, each in page.reactions.items()}
    return Merged(
        page.id,
        into.id,
        keys=tuple(await moves.keys_of(db, page.id)),
        pinned=tuple(await moves.pinned_on(db, page.id)),
        reactions={name: number for name, number in counts.items() if number > 0},
    )


async def do(db: WriteDb, step: Step, opened: Open, audit_id: int, now: int) -> None:
    """Carries out a step of the act with this entry."""
    page = opened[step.page]
    if isinstance(step, Renamed):
        await pages.describe(db, page.id, step.url[1], step.title[1])
        keys = [] if step.key is None else [step.key]
        if keys and not await pages.add_keys(db, page, keys, now, audit_id=audit_id):
            raise Conflict("Somebody has just written at the new address. Please look again.")
    elif isinstance(step, Merged):
        into = opened[step.into]
        await moves.note(db, audit_id, page.id, None)
        await moves.move_all(db, page.id, into)
        await moves.give_keys(db, page, step.keys, into.id)
        await moves.merge(db, page.id, into.id)
        await _count_reactions(db, into.id, step.reactions, 1)
    else:
        await moves.note(db, audit_id, page.id, step.comments)
        await moves.move_noted(db, audit_id, page.id, page.id, opened[step.into])


async def wake(db: WriteDb, step: Step) -> bool:
    """Makes ready for the undo of a step, before doors are opened; False where there is nothing left.

    A page that was merged is one again only if the other still is what it was merged into.
    """
    there = await pages.get_many(db, [step.page] if isinstance(step, Renamed) else [step.into])
    if not there or any(page.merged_into is not None for page in there.values()):
        return False
    if isinstance(step, Merged):
        return await moves.revive(db, step.page, step.into)
    page = await pages.get(db, step.page)
    return page is not None and page.merged_into is None


async def undo(db: WriteDb, step: Step, opened: Open, audit_id: int) -> bool:
    """Puts back what a step has changed and nobody has since; whether there was anything."""
    page = opened[step.page]
    if isinstance(step, Renamed):
        return await _undo_rename(db, step, page)
    into = opened[step.into]
    moved = await moves.move_noted(db, audit_id, page.id, into.id, page)
    await _pin_again(db, step.pinned, page.id)
    if isinstance(step, Merged):
        await moves.give_keys(db, into, step.keys, page.id)
        await _count_reactions(db, into.id, step.reactions, -1)
        return True
    if step.opened and await moves.is_unused(db, into.id):
        for key in await moves.keys_of(db, into.id):
            await moves.drop_key(db, into, key)
        await moves.merge(db, into.id, page.id)
    return moved > 0


def doors(steps: Sequence[Step]) -> set[int]:
    """The pages that these steps change."""
    return {step.page for step in steps} | {
        step.into for step in steps if not isinstance(step, Renamed)
    }


async def _undo_rename(db: WriteDb, step: Renamed, page: Page) -> bool:
    as_left = (page.url, page.title) == (step.url[1], step.title[1])
    if as_left:
        await pages.describe(db, page.id, step.url[0], step.title[0])
    if step.key is not None and as_left:
        await moves.drop_key(db, page, step.key)
    return as_left


async def _count_reactions(
    db: WriteDb, page_id: int, changed: Mapping[str, int], sign: int
) -> None:
    page = await pages.get(db, page_id)
    assert page is not None, "its door is open"
    if changed:
        names = {**page.reactions, **changed}
        counts = {n: page.reactions.get(n, 0) + sign * changed.get(n, 0) for n in names}
        await pages.count_reactions(db, page_id, {n: c for n, c in counts.items() if c > 0})


async def _pin_again(db: WriteDb, ids: Sequence[int], page_id: int) -> None:
    """As many as there is room for, of those that came back."""
    if not ids:
        return
    room = moves.MOST_PINNED - len(await moves.pinned_on(db, page_id))
    back = await moves.on_page(db, page_id, ids)
    await moves.pin(db, [each for each in ids if each in back][: max(0, room)], pinned=True)
