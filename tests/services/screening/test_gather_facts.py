"""What the rules are told comes true through a submission: rates, haste, slow pages, whence it came."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from afterword.core.errors import TooMany
from afterword.core.model import Act, Comment, Member, Site, Status
from afterword.services.context import Context
from afterword.services.running.housekeeping import KNOWN_SENDERS, tidy_up
from afterword.services.sites.manage_sites import edit_site
from afterword.services.writing.revise_comment import withdraw_comment
from afterword.storage import pages, senders, verdicts
from tests.services.builders import (
    DAY,
    MINUTE,
    NOW,
    ORIGIN,
    approved,
    client_id,
    decide,
    read_bytes,
    submit,
    write,
)

TOKEN = "a" * 22
HERE, THERE = "203.0.113.7", "198.51.100.9"
HOUR = 60 * MINUTE


async def decided(ctx: Context, site: Site, **policy: Any) -> None:
    """Gives the site these rules."""
    changed = replace(site.policy, **policy)
    await edit_site(ctx.store, site, name=site.name, origins=site.origins, policy=changed, now=NOW)
    await ctx.sites.refresh(ctx.store)


async def rules(ctx: Context, comment: Comment) -> list[str]:
    found = (await verdicts.of(ctx.store, [comment.id])).get(comment.id)
    return [reason.rule for reason in found.reasons] if found else []


async def slow_down(ctx: Context, comment: Comment, seconds: int) -> None:
    async with ctx.store.write() as db, pages.changing(db, comment.page_id, NOW):
        await pages.slow_down(db, comment.page_id, seconds)


async def test_words_of_the_lists_hold_and_block(ctx: Context, open_site: Site) -> None:
    await decided(ctx, open_site, hold_words=("casino",), block_words=("*pill*",))
    held = await write(ctx, "The casino")
    assert (held.status, await rules(ctx, held)) == (Status.PENDING, ["hold_words"])
    spam = await write(ctx, "Hello", name="Pillshop")
    assert (spam.status, await rules(ctx, spam)) == (Status.SPAM, ["block_words"])
    assert (await write(ctx, "Casinos")).status == Status.APPROVED


async def test_a_form_that_was_filled_in_no_time_is_held(ctx: Context, open_site: Site) -> None:
    hasty = await write(ctx, seconds=0.5)
    assert (hasty.status, await rules(ctx, hasty)) == (Status.PENDING, ["too_fast"])
    assert (await write(ctx, seconds=3)).status == Status.APPROVED
    assert (await write(ctx)).status == Status.APPROVED


async def test_more_than_a_few_from_one_address_are_held_within_the_hour(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await decided(ctx, open_site, address_rate=2)
    known = await approved(ctx, owner, visitor_token=TOKEN, address=THERE)
    for minute in (0, 1):
        assert (await write(ctx, address=HERE, now=NOW + minute * MINUTE)).status == "approved"
    third = await write(ctx, address=f"::ffff:{HERE}", now=NOW + 2 * MINUTE)
    assert (third.status, await rules(ctx, third)) == (Status.PENDING, ["address_rate"])
    assert (await write(ctx, address=HERE, visitor_token=TOKEN)).status == known.status
    assert (await write(ctx, address=THERE)).status == Status.APPROVED
    assert (await write(ctx)).status == Status.APPROVED
    assert (await write(ctx, address=HERE, now=NOW + 2 * HOUR)).status == Status.APPROVED


async def test_an_address_is_the_same_before_and_after_midnight(
    ctx: Context, open_site: Site
) -> None:
    await decided(ctx, open_site, address_rate=1)
    midnight = NOW - NOW % DAY + DAY
    await write(ctx, address=HERE, now=midnight - MINUTE)
    assert (await write(ctx, address=HERE, now=midnight + MINUTE)).status == Status.PENDING


async def test_more_than_people_write_in_a_minute_is_held(ctx: Context, open_site: Site) -> None:
    await decided(ctx, open_site, page_rate=2, site_rate=3)
    for last in (1, 2):
        assert (await write(ctx, address=f"192.0.2.{last}")).status == Status.APPROVED
    third = await write(ctx, address="192.0.2.3")
    assert await rules(ctx, third) == ["page_rate"]
    other = await write(ctx, address="192.0.2.4", url=f"{ORIGIN}/other")
    assert await rules(ctx, other) == ["site_rate"]
    assert (await write(ctx, address="192.0.2.5", now=NOW + MINUTE)).status == Status.APPROVED


async def test_on_a_slow_page_authors_wait_for_their_next_comment(
    ctx: Context, open_site: Site
) -> None:
    first = await submit(ctx, visitor_token=TOKEN, address=HERE)
    await slow_down(ctx, first.comment, 60)
    same: list[dict[str, str]] = [{"visitor_token": TOKEN}, {"address": HERE}]
    for who in same:
        with pytest.raises(TooMany) as refused:
            await write(ctx, **who, now=NOW + 20_001)
        assert (refused.value.code, refused.value.retry_after) == ("slow", 40)
    for who in ({"visitor_token": "b" * 22, "address": THERE}, {}):
        assert (await write(ctx, **who, now=NOW + 20_001)).status == Status.APPROVED
    assert (await write(ctx, **same[0], url=f"{ORIGIN}/other")).status == Status.APPROVED
    assert (await write(ctx, **same[0], now=NOW + MINUTE)).status == Status.APPROVED


async def test_on_a_slow_page_the_same_comment_again_is_no_second_one(
    ctx: Context, open_site: Site
) -> None:
    await slow_down(ctx, await write(ctx), 60)
    same = client_id()
    first = await submit(ctx, "Once", client_id=same, visitor_token=TOKEN, address=HERE)
    again = await submit(
        ctx, "Once", client_id=same, visitor_token=TOKEN, address=HERE, now=NOW + 1000
    )
    assert (again.created, again.comment.id) == (False, first.comment.id)


async def test_on_a_slow_page_one_of_two_at_the_same_moment_waits(
    ctx: Context, open_site: Site
) -> None:
    await slow_down(ctx, await write(ctx), 60)
    both = await asyncio.gather(
        *(write(ctx, visitor_token=TOKEN) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["Comment", "TooMany"]


async def test_whence_a_comment_came_is_kept_as_hashes_of_its_day_and_shown_to_nobody(
    ctx: Context, open_site: Site
) -> None:
    comment = await write(ctx, address=HERE, visitor_token=TOKEN)
    neighbour = await write(ctx, address="203.0.113.8")
    later = await write(ctx, address=HERE, now=NOW + DAY)
    kept = [await senders.of(ctx.store, each.id) for each in (comment, neighbour, later)]
    assert all(kept)
    first, second, third = kept
    assert first and second and third
    assert (first.address == second.address, first.network == second.network) == (False, True)
    assert {first.address, first.network}.isdisjoint({third.address, third.network})
    rows = repr(await ctx.store.fetch_all("SELECT * FROM sender"))
    assert "203.0" not in rows
    shown = (await read_bytes(ctx)).decode()
    assert first.address not in shown
    assert first.network not in shown


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::", "nonsense"])
async def test_what_is_no_address_is_not_kept(
    ctx: Context, open_site: Site, address: str | None
) -> None:
    comment = await write(ctx, address=address)
    assert await senders.of(ctx.store, comment.id) is None


async def test_whence_a_comment_came_is_forgotten_after_thirty_days(
    ctx: Context, open_site: Site
) -> None:
    comment = await write(ctx, address=HERE)
    await tidy_up(ctx, now=NOW + KNOWN_SENDERS)
    assert await senders.of(ctx.store, comment.id) is not None
    await tidy_up(ctx, now=NOW + KNOWN_SENDERS + 1)
    assert await senders.of(ctx.store, comment.id) is None


async def test_whence_a_comment_came_goes_with_the_comment(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    mine, other = await submit(ctx, address=HERE), await write(ctx, address=THERE)
    await withdraw_comment(ctx, mine.comment.id, mine.author_token, origin=ORIGIN, now=NOW)
    assert await senders.of(ctx.store, mine.comment.id) is None
    await decide(ctx, owner, Act.SPAM, other)
    assert await senders.of(ctx.store, other.id) is not None
