"""Asks the addresses of a site's pages whether they are still there, and where they lead.

Politely: one at a time, with a pause, without cookies, by the guarded client. Only the site's own origins
are asked; where a redirect leaves them, that is told and not followed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urljoin, urlsplit

from afterword.core.errors import NotFetched
from afterword.core.model import Role
from afterword.core.origin import origin_of
from afterword.delivery.guarded_client import REDIRECTS, Limits, Outgoing
from afterword.services.permission import own_site
from afterword.storage import address_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.core.model import Member, Page, Site
    from afterword.delivery.guarded_client import Fetched
    from afterword.services.context import Context

Outcome: TypeAlias = Literal["there", "moved", "for_now", "front", "elsewhere", "gone", "failed"]
"""`for_now`: a redirect that is not for good; `front`: to the front page, as for what is gone;
`elsewhere`: to no origin of the site, or the page has none."""
PERMANENT = (301, 308)
GONE = (404, 410)
HOPS = 5
BATCH = 20
"""Answers noted in one transaction."""
PAUSE = 0.2
"""Seconds between two requests."""
LIMITS = Limits(seconds=5, size=2 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Answered:
    """How the address of one page came out."""

    outcome: Outcome
    status: int | None = None
    leads_to: str | None = None
    said: str | None = None


async def check_redirects(
    ctx: Context,
    member: Member,
    site_id: int,
    *,
    clock: Callable[[], int],
    pause: float = PAUSE,
    tell: Callable[[int], object] = lambda _: None,
) -> Mapping[str, int]:
    """Goes on with the round that was interrupted, else begins one; how many pages came out how.

    `tell` hears how many were asked. Raises `NotFound`, and `Forbidden` for all but owners.
    """
    site = own_site(ctx, member, site_id, Role.OWNER)
    begun_at = await address_checks.begun_at(ctx.store, site_id)
    if begun_at is None:
        begun_at = clock()
        async with ctx.store.write() as db:
            await address_checks.begin(db, site_id, begun_at)
    asked, after_id = 0, 0
    while found := await address_checks.to_ask(
        ctx.store, site_id, begun_at=begun_at, after_id=after_id, limit=BATCH
    ):
        answers = [(page, await _ask(ctx, site, page, pause)) for page in found]
        await _note(ctx, answers, clock())
        asked, after_id = asked + len(found), found[-1].id
        tell(asked)
    async with ctx.store.write() as db:
        await address_checks.end(db, site_id, clock())
    return await address_checks.counts(ctx.store, site_id)


async def _note(ctx: Context, answers: list[tuple[Page, Answered]], now: int) -> None:
    async with ctx.store.write() as db:
        for page, answer in answers:
            await address_checks.note(
                db,
                page,
                outcome=answer.outcome,
                status=answer.status,
                leads_to=answer.leads_to,
                said=answer.said,
                now=now,
            )


async def _ask(ctx: Context, site: Site, page: Page, pause: float) -> Answered:
    url, lasting = page.url, True
    for _ in range(HOPS + 1):
        if origin_of(url) not in site.origins:
            return Answered("elsewhere", leads_to=url)
        await asyncio.sleep(pause)
        try:
            answer = await _fetch(ctx, url)
        except NotFetched as refusal:
            return Answered("failed", leads_to=url, said=refusal.message)
        further = _further(url, answer)
        if further is None:
            return _judged(page, url, answer.status, lasting=lasting)
        lasting = lasting and answer.status in PERMANENT
        url = further
    return Answered("failed", leads_to=url, said=f"It redirects more than {HOPS} times.")


async def _fetch(ctx: Context, url: str) -> Fetched:
    """By HEAD; what that says nothing good of is asked once more by GET, which every server knows."""
    answer = await ctx.client.fetch(Outgoing(url, "HEAD"), LIMITS)
    if answer.status < 300 or answer.status in REDIRECTS:
        return answer
    return await ctx.client.fetch(Outgoing(url, headers={"Accept": "text/html"}), LIMITS)


def _further(url: str, answer: Fetched) -> str | None:
    location = answer.headers.get("location")
    if answer.status not in REDIRECTS or not location:
        return None
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError:
        return None


def _judged(page: Page, url: str, status: int, *, lasting: bool) -> Answered:
    if status in GONE:
        return Answered("gone", status, url)
    if status >= 300:
        return Answered("failed", status, url, f"It answers with status {status}.")
    if url == page.url:
        return Answered("there", status)
    if urlsplit(url).path in ("", "/") and urlsplit(page.url).path not in ("", "/"):
        return Answered("front", status, url)
    return Answered("moved" if lasting else "for_now", status, url)
