"""Asks the address of a page whether the page is still there, and where it leads.

Politely: with a pause, without cookies, by the guarded client. Only the site's own origins are asked;
where a redirect leaves them, that is told and not followed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urljoin, urlsplit

from afterword.core.errors import NotFetched
from afterword.core.origin import origin_of
from afterword.delivery.guarded_client import REDIRECTS, Limits, Outgoing

if TYPE_CHECKING:
    from afterword.core.model import Page, Site
    from afterword.delivery.guarded_client import Fetched
    from afterword.services.context import Context

Outcome: TypeAlias = Literal["there", "moved", "for_now", "front", "elsewhere", "gone", "failed"]
"""`for_now`: a redirect that is not for good; `front`: to the front page, as for what is gone;
`elsewhere`: to no origin of the site, or the page has none."""
PERMANENT = (301, 308)
GONE = (404, 410)
HOPS = 5
LIMITS = Limits(seconds=5, size=2 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Answered:
    """How the address of one page came out."""

    outcome: Outcome
    status: int | None = None
    leads_to: str | None = None
    said: str | None = None


async def ask(ctx: Context, site: Site, page: Page, pause: float) -> Answered:
    """Asks the address of a page, and where that leads, with so many seconds before each question."""
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
