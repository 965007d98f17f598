"""What a site's learning filter knows: for people to see, to take with them, and to begin anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.classifier import Seen, judge, say, weight
from afterword.core.features import EVERY, features
from afterword.core.model import Role
from afterword.services.permission import own_site
from afterword.services.render import render
from afterword.storage import audit, learnt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.classifier import Opinion
    from afterword.core.model import Member
    from afterword.services.context import Context

RESET = "reset_filter"
"""The word of the audit log."""
STRONGEST = 20
"""Tokens of each kind that are shown."""
_LOOKED_AT = 400
"""Of those that lean farthest, so that a site with many words is read as quickly as one with few."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """A token, how much it speaks for spam, and in how many comments it was."""

    token: str
    weight: float
    seen: Seen


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A site's filter."""

    every: Seen
    """The decisions that it knows, of each kind."""
    spam: tuple[Leaning, ...]
    """What speaks for spam, the strongest first."""
    good: tuple[Leaning, ...]
    """What speaks against it."""


async def read_filter(ctx: Context, member: Member, site_id: int) -> Knowledge:
    """How much the filter of a site knows, and its strongest tokens."""
    own_site(ctx, member, site_id, Role.VIEWER)
    every = (await learnt.seen(ctx.store, site_id, [EVERY])).get(EVERY, Seen())
    spam, good = [
        _strongest(await learnt.leaning(ctx.store, site_id, _LOOKED_AT, spam=kind), every, kind)
        for kind in (True, False)
    ]
    return Knowledge(every, spam, good)


async def try_filter(ctx: Context, member: Member, site_id: int, text: str) -> Opinion | None:
    """What the filter makes of a text, which is kept nowhere; None while it has no say."""
    site = own_site(ctx, member, site_id, Role.VIEWER)
    tokens = features(await render(ctx, text[: site.policy.max_length], site.policy))
    return judge(tokens, await learnt.seen(ctx.store, site_id, tokens))


async def export_filter(ctx: Context, member: Member, site_id: int) -> Mapping[str, Seen]:
    """Every count of a site's filter."""
    own_site(ctx, member, site_id, Role.OWNER)
    return await learnt.everything(ctx.store, site_id)


async def reset_filter(ctx: Context, member: Member, site_id: int, *, now: int) -> None:
    """The filter knows nothing any more. This cannot be undone: the counts are gone."""
    own_site(ctx, member, site_id, Role.OWNER)
    async with ctx.store.write() as db:
        await learnt.lock(db, [site_id])
        every = (await learnt.seen(db, site_id, [EVERY]))[EVERY]
        await learnt.reset(db, site_id)
        await audit.add(
            db,
            member_id=member.id,
            act=RESET,
            site_id=site_id,
            subject=[],
            before={"good": every.good, "spam": every.spam},
            after=None,
            now=now,
        )


def _strongest(found: Mapping[str, Seen], every: Seen, spam: bool) -> tuple[Leaning, ...]:
    sign = 1 if spam else -1
    leaning = [Leaning(token, weight(token, seen, every), seen) for token, seen in found.items()]
    told = [each for each in leaning if each.weight * sign > 0 and say(each.token)]
    told.sort(key=lambda each: (-sign * each.weight, each.token))
    once = {say(each.token): each for each in reversed(told)}
    return tuple(each for each in told if once[say(each.token)] is each)[:STRONGEST]
