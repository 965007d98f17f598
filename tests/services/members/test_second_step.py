"""The second step: a code counts once, a recovery code too, and guessing either is slowed down."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import (
    Forbidden,
    Invalid,
    NotFound,
    SecondStepNeeded,
    SignInNeeded,
    TooMany,
)
from afterword.core.model import Member, Role, Site
from afterword.core.tokens import TICKET_LASTS
from afterword.core.totp import STEP, code_at
from afterword.services.context import Context
from afterword.services.members.reset_password import make_reset_link, reset_password
from afterword.services.members.second_step import (
    begin_enrolment,
    renew_codes,
    status,
    turn_off,
    turn_off_for,
    turn_on,
)
from afterword.services.members.sign_in import SignedIn, finish_sign_in, restore_session, sign_in
from tests.services.builders import NOW, PASSWORD, add


def code(ctx: Context, member: Member, seed: str, now: int = NOW) -> str:
    return code_at(ctx.tokens.totp_keys(member.id, seed)[0], now // STEP)


async def enter(ctx: Context, member: Member, password: str = PASSWORD, now: int = NOW) -> SignedIn:
    return await sign_in(ctx, member.email, password, address="192.0.2.7", agent="", now=now)


async def ticket(ctx: Context, member: Member, password: str = PASSWORD, now: int = NOW) -> str:
    with pytest.raises(SecondStepNeeded) as needed:
        await enter(ctx, member, password, now)
    return needed.value.ticket


async def finish(ctx: Context, paper: str, typed: str, now: int = NOW) -> SignedIn:
    return await finish_sign_in(ctx, paper, typed, agent="", now=now)


async def enrolled(ctx: Context, member: Member) -> tuple[str, list[str]]:
    """Seed and recovery codes; the code of `NOW` is used up."""
    seed = begin_enrolment(ctx, member).seed
    session = (await enter(ctx, member)).session
    return seed, await turn_on(ctx, member, session, seed, code(ctx, member, seed), now=NOW)


async def test_it_is_turned_on_by_a_code_and_asked_for_from_then_on(
    ctx: Context, owner: Member
) -> None:
    here, there = await enter(ctx, owner), await enter(ctx, owner)
    seed = begin_enrolment(ctx, owner).seed
    for wrong_seed, typed in ((seed, "000000"), ("x", code(ctx, owner, "x")), ("", "")):
        with pytest.raises(Invalid):
            await turn_on(ctx, owner, here.session, wrong_seed, typed, now=NOW)
    assert await status(ctx, owner) is None
    codes = await turn_on(ctx, owner, here.session, seed, code(ctx, owner, seed), now=NOW)
    assert await status(ctx, owner) == len(set(codes)) == 10
    assert await restore_session(ctx, here.cookie_value, now=NOW) is not None
    assert await restore_session(ctx, there.cookie_value, now=NOW) is None
    later = NOW + STEP
    opened = await finish(ctx, await ticket(ctx, owner), code(ctx, owner, seed, later), later)
    assert await restore_session(ctx, opened.cookie_value, now=later) is not None


async def test_each_code_counts_once_and_none_before_it(ctx: Context, owner: Member) -> None:
    seed, _ = await enrolled(ctx, owner)
    paper, later = await ticket(ctx, owner), NOW + STEP
    for used in (NOW, NOW - STEP):
        with pytest.raises(Invalid):
            await finish(ctx, paper, code(ctx, owner, seed, used))
    answers = await asyncio.gather(
        *(finish(ctx, paper, code(ctx, owner, seed, later), later) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, SignedIn) for answer in answers) == 1


async def test_a_recovery_code_gets_in_once_however_it_is_typed(
    ctx: Context, owner: Member
) -> None:
    _, codes = await enrolled(ctx, owner)
    paper = await ticket(ctx, owner)
    await finish(ctx, paper, f" {codes[0].upper().replace('-', ' ')} ")
    assert await status(ctx, owner) == 9
    with pytest.raises(Invalid):
        await finish(ctx, paper, codes[0])
    other = await add(ctx, Role.OWNER)
    await enrolled(ctx, other)
    with pytest.raises(Invalid):
        await finish(ctx, await ticket(ctx, other), codes[1])
    new = await renew_codes(ctx, owner, now=NOW)
    with pytest.raises(Invalid):
        await finish(ctx, paper, codes[1])
    await finish(ctx, paper, new[1])


async def test_neither_key_nor_recovery_codes_stand_in_the_database(
    ctx: Context, owner: Member
) -> None:
    seed, codes = await enrolled(ctx, owner)
    key = ctx.tokens.totp_keys(owner.id, seed)[0]
    rows = [
        *await ctx.store.fetch_all("SELECT totp_key FROM member"),
        *await ctx.store.fetch_all("SELECT code_hash FROM recovery_code"),
    ]
    text = repr([tuple(row) for row in rows])
    assert key.hex() not in text
    assert begin_enrolment(ctx, owner, seed).key.replace(" ", "") not in text
    assert not [each for each in codes if each.replace("-", "") in text]


async def test_guessing_a_code_is_slowed_down_from_wherever_it_comes(
    ctx: Context, owner: Member
) -> None:
    seed, codes = await enrolled(ctx, owner)
    for number in range(5):
        with pytest.raises(Invalid):
            await finish(ctx, await ticket(ctx, owner), f"{number:06}")
    later = NOW + STEP - 1
    for typed in (code(ctx, owner, seed, NOW + STEP), codes[0]):
        with pytest.raises(TooMany):
            await finish(ctx, await ticket(ctx, owner), typed, later)
    await finish(ctx, await ticket(ctx, owner), codes[0], NOW + STEP)


async def test_a_ticket_ends_soon_and_with_the_password(ctx: Context, owner: Member) -> None:
    seed, _ = await enrolled(ctx, owner)
    paper, late = await ticket(ctx, owner), NOW + TICKET_LASTS
    with pytest.raises(SignInNeeded):
        await finish(ctx, paper, code(ctx, owner, seed, late), late)
    link = await make_reset_link(ctx, owner, owner.id, now=NOW)
    new = "nine patient otters"
    await reset_password(ctx, link.partition("token=")[2], new, now=NOW)
    later = NOW + STEP
    with pytest.raises(SignInNeeded):
        await finish(ctx, paper, code(ctx, owner, seed, later), later)
    await finish(ctx, await ticket(ctx, owner, new), code(ctx, owner, seed, later), later)
    for forged in ("", "x", ctx.tokens.session.sign("x"), paper[:-1]):
        with pytest.raises(SignInNeeded):
            await finish(ctx, forged, "000000", later)


async def test_a_ticket_is_no_session(ctx: Context, owner: Member) -> None:
    await enrolled(ctx, owner)
    assert await restore_session(ctx, await ticket(ctx, owner), now=NOW) is None


async def test_it_is_turned_off_by_its_member_or_by_who_owns_all_their_sites(
    ctx: Context, owner: Member, site: Site
) -> None:
    member, mine = await add(ctx, Role.MODERATOR, site), await add(ctx, Role.OWNER, site)
    await enrolled(ctx, member)
    await turn_off(ctx, member, now=NOW)
    assert await status(ctx, member) is None
    await enter(ctx, member)
    await enrolled(ctx, member)
    await enrolled(ctx, owner)
    with pytest.raises(Forbidden):
        await turn_off_for(ctx, mine, owner.id, now=NOW)
    await turn_off_for(ctx, mine, member.id, now=NOW)
    await enter(ctx, member)
    with pytest.raises(NotFound):
        await turn_off_for(ctx, mine, member.id, now=NOW)
    with pytest.raises(NotFound):
        await renew_codes(ctx, member, now=NOW)
