"""Ending mails to a member by the link that each has, without signing in: one POST does it (RFC 8058).

The link proves no more than that its bearer reads the member's mails, and gives nothing but quiet. It
ends what the mail was about: those of one site, or a digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from afterword.core.errors import NotFound
from afterword.core.notices import DIGESTS
from afterword.services.telling.change_notices import CHANGE_NOTICES
from afterword.storage import audit, members, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.telling import Notices
    from afterword.services.context import Context
    from afterword.storage.store import Db

Ended: TypeAlias = Literal["this", "everything"]
"""What the mail was about, or all notices of the member."""
ENDED: tuple[Ended, ...] = get_args(Ended)
PATH = "/quiet/"
_DIGESTS = {str(every): of for every, of in DIGESTS.items()}


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a member hears by mail, as far as a link is about it."""

    site: str | None
    """Of its mails; None where it is about a digest, or the site is gone."""
    every: str | None
    """How often the digest comes; None where it is about a site."""
    this: bool
    """Whether there is still something to end."""
    everything: bool

    def is_over(self, what: Ended) -> bool:
        """Whether nothing of it comes any more."""
        return not (self.this if what == "this" else self.everything)


def quiet_link(ctx: Context, member_id: int, scope: int | str) -> str:
    """Where one POST ends the member's mails about a site, or a digest."""
    return f"{ctx.settings.public_url}{PATH}{ctx.tokens.quiet.sign(member_id, scope)}"


async def see_hearing(ctx: Context, token: str) -> Hearing:
    """What a link is about; raises `NotFound` for one that was not made here."""
    return await _see(ctx, ctx.store, *_claim(ctx, token))


async def stop_notices(ctx: Context, token: str, what: Ended, *, now: int) -> Hearing:
    """Ends it at once; twice is once. Raises `NotFound` for a link that was not made here."""
    member_id, scope = _claim(ctx, token)
    async with ctx.store.write() as db:
        heard = await notices.of_member(db, member_id)
        for site_id in _meant(heard, scope if what == "this" else None):
            await notices.put(db, member_id, site_id, "none")
            entry = await audit.add(
                db,
                member_id=member_id,
                act=CHANGE_NOTICES,
                site_id=site_id,
                subject=[member_id],
                before=heard[site_id],
                after="none",
                now=now,
            )
            await audit.came_by_mail(db, [entry])
        return await _see(ctx, db, member_id, scope)


def _meant(heard: Mapping[int | None, Notices], scope: int | str | None) -> list[int | None]:
    """The roles by which mails come that are meant, by their sites; None means all mails."""
    loud = [site_id for site_id, level in heard.items() if level != "none"]
    if scope is None:
        return loud
    if isinstance(scope, str):
        return [site_id for site_id in loud if heard[site_id] in _DIGESTS.get(scope, ())]
    by = scope if scope in heard else None
    return [by] if by in loud else []


def _claim(ctx: Context, token: str) -> tuple[int, int | str]:
    claim = ctx.tokens.quiet.read(token)
    if claim is None:
        message = (
            "This link was not made here. Please open it as it stands in the mail, in one piece."
        )
        raise NotFound(message)
    return claim


async def _see(ctx: Context, db: Db, member_id: int, scope: int | str) -> Hearing:
    member = await members.get(db, member_id)
    heard = await notices.of_member(db, member_id) if member else {}
    site = ctx.sites.by_id(scope) if isinstance(scope, int) else None
    return Hearing(
        site=site.name if site else None,
        every=scope if isinstance(scope, str) else None,
        this=bool(_meant(heard, scope)),
        everything=bool(_meant(heard, None)),
    )
