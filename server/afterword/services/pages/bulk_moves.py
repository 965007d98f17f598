"""Moving many pages by a rule: first what would become of each, then all of it in one act."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, TypeAlias

from afterword.core.errors import Conflict, FieldError, Invalid
from afterword.core.model import Page, Role
from afterword.core.page_key import PageClaim, identify
from afterword.services.pages import move_steps
from afterword.services.pages.move_pages import MOVE, carry_out
from afterword.services.pages.move_steps import Renamed
from afterword.services.permission import own_site
from afterword.storage import moves, page_list, pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Member, Site
    from afterword.core.move_rule import MoveRule
    from afterword.core.page_key import Identity
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

    Found: TypeAlias = "list[tuple[Page, Identity]]"

Kind: TypeAlias = Literal["rename", "merge", "blocked"]
"""`blocked`: the new address is that of a page that goes elsewhere by the same rule."""
MOST = 1_000
"""Pages moved by one rule at once."""
CHANGED = "Pages have changed since you looked. Please look at the list again."
SHOWN = 50
"""Pages shown of those that a rule says nothing of."""


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """What would become of a page."""

    page: Page
    url: str
    key: str
    kind: Kind
    onto: Page | None = None
    """The page that has the new address already."""


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a rule would do."""

    moves: tuple[PlannedMove, ...]
    others: tuple[Page, ...]
    """Some of the pages that it says nothing of."""
    other_count: int
    digest: str
    """Of all that would become of pages, to tell whether it is still the same."""

    def of(self, kind: Kind) -> int:
        """How many moves are of this kind."""
        return sum(move.kind == kind for move in self.moves)


async def plan_moves(ctx: Context, member: Member, site_id: int, rule: MoveRule) -> MovePlan:
    """What the rule would do to the pages of a site; changes nothing.

    Raises `NotFound` and `Forbidden` for all but owners of the site, `Invalid` where it is too much at
    once, and `UnknownOrigin` where an address would be of no site.
    """
    return await _plan(ctx.store, own_site(ctx, member, site_id, Role.OWNER), rule)


async def move_pages(
    ctx: Context,
    member: Member,
    site_id: int,
    rule: MoveRule,
    *,
    merge: bool,
    digest: str | None = None,
    now: int,
) -> tuple[int | None, MovePlan]:
    """Carries the rule out: pages get their new addresses, the old ones keep working.

    With `merge`, a page whose new address has a page already is merged into it, else it stays. Returns
    the number of the act, None where there was nothing to do, and what was planned; raises `Conflict`
    where that is not what `digest` is of.
    """
    site = own_site(ctx, member, site_id, Role.OWNER)
    async with ctx.store.write() as db:
        plan = await _plan(db, site, rule)
        if digest is not None and digest != plan.digest:
            raise Conflict(CHANGED)
        audit_id = await carry_out_moves(db, member, MOVE, plan.moves, merge=merge, now=now)
    return audit_id, plan


async def carry_out_moves(
    db: WriteDb, member: Member, act: str, planned: Sequence[PlannedMove], *, merge: bool, now: int
) -> int | None:
    """Does what was planned, without the merges or with them; the number of the act, if there was any."""
    wanted = [each for each in planned if each.kind == "rename" or _merges(each, merge)]
    if not wanted:
        return None
    doors = {each.page.id for each in wanted} | {each.onto.id for each in wanted if each.onto}
    async with moves.changing_together(db, doors, now) as opened:
        if any(opened[each.page.id].url != each.page.url for each in wanted):
            raise Conflict("Pages have changed meanwhile. Please look at the list again.")
        steps = await _steps(db, wanted, opened)
        return await carry_out(db, member, act, steps, opened, now)


def _merges(move: PlannedMove, merge: bool) -> bool:
    return merge and move.kind == "merge"


async def _steps(
    db: Db, wanted: Sequence[PlannedMove], opened: move_steps.Open
) -> list[move_steps.Step]:
    """New addresses first: a page may be merged into one that has got its own just now."""
    renamed: list[move_steps.Step] = []
    merged: list[move_steps.Step] = []
    for each in wanted:
        page = opened[each.page.id]
        if each.kind == "merge" and each.onto is not None:
            merged.append(await move_steps.look_at_merge(db, page, opened[each.onto.id]))
        else:
            title = (page.title, page.title)
            key = None if each.onto else each.key
            renamed.append(Renamed(page.id, (page.url, each.url), title, key))
    return renamed + merged


async def _plan(db: Db, site: Site, rule: MoveRule) -> MovePlan:
    pattern = _pattern(rule)
    like = await page_list.matching(db, site.id, pattern, limit=MOST + 1)
    new = [(page, url) for page in like if (url := rule.applied(page.url)) and url != page.url]
    if len(new) > MOST:
        message = f"This is about more than {MOST:,} pages. Give a narrower rule, and then another."
        raise Invalid(FieldError("old", "too_many", message))
    planned = await plan_new_addresses(db, site, new)
    return MovePlan(
        moves=tuple(planned),
        others=tuple(await page_list.matching(db, site.id, pattern, limit=SHOWN, others=True)),
        other_count=await page_list.count(db, site.id) - len(planned),
        digest=digest_of(planned),
    )


async def plan_new_addresses(
    db: Db, site: Site, new: Sequence[tuple[Page, str]]
) -> list[PlannedMove]:
    """What becomes of pages that get these addresses."""
    found = [(page, identify(PageClaim(url), site)) for page, url in new]
    leading = await pages.find_each(db, site.id, [identity.key for _, identity in found])
    return _without_chains(_planned(found, leading))


def _planned(found: Found, leading: Mapping[str, Page]) -> list[PlannedMove]:
    taken: dict[str, Page] = dict(leading)
    planned = []
    for page, identity in found:
        key, onto = identity.key, taken.setdefault(identity.key, page)
        is_new = key not in leading and onto.id == page.id
        kind: Kind = "rename" if onto.id == page.id else "merge"
        planned.append(PlannedMove(page, identity.url, key, kind, None if is_new else onto))
    return planned


def _without_chains(planned: list[PlannedMove]) -> list[PlannedMove]:
    """Nobody is merged into a page that the same rule leads elsewhere."""
    goes_to = {move.page.id: move.key for move in planned}

    def is_blocked(move: PlannedMove) -> bool:
        onto = move.onto
        return (
            move.kind == "merge" and onto is not None and goes_to.get(onto.id, move.key) != move.key
        )

    return [
        PlannedMove(move.page, move.url, move.key, "blocked", move.onto)
        if is_blocked(move)
        else move
        for move in planned
    ]


def _pattern(rule: MoveRule) -> list[str]:
    """The old side as parts of an address with any text between them."""
    before, after = rule.parts
    start = ["", "://", before] if before.startswith("/") else [before]
    return start if after is None else [*start, after]


def digest_of(planned: Sequence[PlannedMove]) -> str:
    """Tells whether what would become of pages is still the same."""
    told = [(m.page.id, m.page.url, m.url, m.kind, m.onto and m.onto.id) for m in planned]
    return blake2b(repr(sorted(map(repr, told))).encode(), digest_size=12).hexdigest()
