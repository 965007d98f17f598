"""A simulated wave of spam: 200 addresses, 16 thousand posts within ten minutes."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import pytest

from afterword.core.errors import ProofNeeded
from afterword.core.model import Hold, Member, Policy, Site, Status
from afterword.services.context import Context
from afterword.services.moderating.watch_surge import watch_surges
from afterword.services.sites.manage_sites import add_site
from afterword.storage import audit, comments, surges
from tests.services.builders import DAY, MINUTE, NOW, ORIGIN, POST, submit, work

POSTS = {"sqlite": 16_000, "postgresql": 1_600}
ADDRESSES = 200
SECONDS = 600
REGULARS = 20
WATCHED = 2
"""Seconds between two looks, as in services.background."""


@dataclass
class Wave:
    """What was sent, by whom, and what became of it at once."""

    ctx: Context
    site: Site
    turned_away: int = 0
    ids: dict[str, list[int]] = field(default_factory=lambda: {"spam": [], "known": [], "new": []})

    async def send(
        self, kind: str, body: str, *, who: str, address: str, now: int, works: bool = True
    ) -> int:
        proof = work(self.ctx, self.site, now) if works else None
        sent = await submit(
            self.ctx, body, now=now, address=address, seconds=40, proof=proof,
            visitor_token=f"{who:-<22}", url=f"{POST}-{hash(body) % 5}",
        )  # fmt: skip
        self.ids[kind].append(sent.comment.id)
        return sent.comment.id

    async def spam(self, number: int, now: int) -> None:
        """One of eight programs does the work that it is asked for; the others save it."""
        body = f"Offer {number}: see https://shop{number}.example/ for more."
        address = f"198.51.100.{number % ADDRESSES}"
        works = number % 8 == 0
        try:
            await self.send(
                "spam", body, who=f"bot-{number}", address=address, now=now, works=works
            )
        except ProofNeeded:
            self.turned_away += 1

    async def good(self, kind: str, number: int, who: int, now: int) -> int:
        body = f"Reading {number} at the gauge was {number} cm above the mark."
        address = f"203.0.113.{who % 250}"
        return await self.send(kind, body, who=f"{kind}-{who}", address=address, now=now)

    async def statuses(self, kind: str) -> Counter[Status]:
        found = await comments.get_many(self.ctx.store, self.ids[kind])
        return Counter(each.status for each in found.values())


@pytest.fixture
async def wave(ctx: Context, owner: Member) -> Wave:
    """A site that trusts everybody, which is the hardest case, with regulars who wrote yesterday."""
    site = await add_site(ctx.store, "blog", [ORIGIN], Policy(hold=Hold.NONE), NOW)
    await ctx.sites.refresh(ctx.store)
    wave = Wave(ctx, site)
    for who in range(REGULARS):
        await wave.good("known", who, who, NOW - DAY)
    return wave


async def _flood(wave: Wave, posts: int) -> int:
    """Sends it all; how many seconds any of it was public."""
    numbers = iter(range(posts))
    shown = 0
    for second in range(SECONDS):
        now = NOW + second * 1000
        work = [wave.spam(n, now) for n in islice(numbers, -(-posts // SECONDS))]
        if second % 3 == 0:
            work.append(wave.good("known", 1_000 + second, second % REGULARS, now))
        if second % 15 == 0:
            work.append(wave.good("new", 3_000 + second, 100 + second, now))
        await asyncio.gather(*work)
        if second % WATCHED == 0:
            await watch_surges(wave.ctx, now=now)
        if second < 30 and (await wave.statuses("spam"))[Status.APPROVED]:
            shown += 1
    return shown


async def test_a_wave_ends_with_nothing_bad_shown_and_nobody_known_held(
    wave: Wave, owner: Member, caplog: pytest.LogCaptureFixture
) -> None:
    ctx, site = wave.ctx, wave.site
    posts = POSTS[ctx.settings.database_url.partition(":")[0]]
    with caplog.at_level(logging.WARNING, "afterword"):
        shown = await _flood(wave, posts)
        assert (await surges.get(ctx.store, site.id)).is_surge
        for minute in range(60):
            await watch_surges(ctx, now=NOW + SECONDS * 1000 + minute * MINUTE)
    tide = await surges.get(ctx.store, site.id)
    became = {kind: await wave.statuses(kind) for kind in wave.ids}
    notices = [each for each in caplog.records if "as a flood" in each.getMessage()]
    acts = Counter(each.act for each in await audit.recent(ctx.store, limit=500))
    print(f"\n{posts} posts from {ADDRESSES} addresses within {SECONDS // 60} simulated minutes")
    for kind, statuses in became.items():
        print(f"  {kind}: " + ", ".join(f"{n} {status}" for status, n in statuses.items()))
    print(f"  {wave.turned_away} turned away without work; the rest did the hardest")
    print(f"  spam was public for {shown} seconds, notices {len(notices)}, acts {dict(acts)}")
    assert len(wave.ids["spam"]) + wave.turned_away == posts
    assert len(wave.ids["spam"]) == posts // 8
    assert became["spam"][Status.APPROVED] == 0
    assert became["known"] == {Status.APPROVED: REGULARS + SECONDS // 3}
    assert became["new"].keys() <= {Status.APPROVED, Status.PENDING}
    assert len(notices) == 1
    assert (acts["surge_begin"], acts["surge_end"]) == (1, 1)
    assert not tide.is_surge
    later = NOW + 3 * 60 * MINUTE
    after = await wave.good("new", 9_999, 99, later)
    assert (await comments.get_many(ctx.store, [after]))[after].status == Status.APPROVED
