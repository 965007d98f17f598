"""Signing in: right passwords open sessions, wrong ones cost time, and sessions can be ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio

from afterword.core.errors import Invalid, NotFound, SignInNeeded, TooMany
from afterword.core.model import Member, Role
from afterword.services.context import Context, open_context
from afterword.services.members.manage_members import set_password
from afterword.services.members.sign_in import (
    IDLE,
    LONGEST,
    SEEN_EVERY,
    SignedIn,
    change_password,
    end_other_sessions,
    end_session,
    list_sessions,
    restore_session,
    sign_in,
    sign_out,
)
from afterword.services.members.sign_in_throttle import FIRST_WAIT, TRIES, TRIES_OF_ADDRESS, WINDOW
from afterword.services.running.housekeeping import tidy_up
from tests.services.builders import MINUTE, NOW, PASSWORD, add

EMAIL = "priya@example.org"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
HOME, ELSEWHERE = "192.0.2.7", "192.0.2.8"


@pytest_asyncio.fixture
async def priya(ctx: Context) -> Member:
    return await add(ctx, Role.OWNER, email=EMAIL, name="Priya Raman")


async def enter(
    ctx: Context,
    password: str = PASSWORD,
    *,
    email: str = EMAIL,
    address: str = HOME,
    now: int = NOW,
) -> SignedIn:
    return await sign_in(ctx, email, password, address=address, agent=FIREFOX, now=now)


async def fail(ctx: Context, times: int, **more: str | int) -> None:
    for _ in range(times):
        with pytest.raises(SignInNeeded):
            await enter(ctx, "wrong password", **more)


async def test_the_right_password_opens_a_session(ctx: Context, priya: Member) -> None:
    signed_in = await enter(ctx, email=" Priya@Example.org ")
    assert signed_in.member == priya
    assert signed_in.session.agent == "Firefox on Linux"
    assert await restore_session(ctx, signed_in.cookie_value, now=NOW) == (
        priya,
        signed_in.session,
    )


async def test_each_sign_in_is_a_session_of_its_own(ctx: Context, priya: Member) -> None:
    first, second = await enter(ctx), await enter(ctx)
    assert first.cookie_value != second.cookie_value
    assert first.session.csrf != second.session.csrf
    assert len(await list_sessions(ctx, priya, now=NOW)) == 2


async def test_an_account_that_is_not_there_is_refused_in_the_same_words(
    ctx: Context, priya: Member
) -> None:
    refusals = []
    for email in (EMAIL, "nobody@example.org", "", "x" * 5_000):
        with pytest.raises(SignInNeeded) as refused:
            await enter(ctx, "wrong password", email=email)
        refusals.append((refused.value.code, refused.value.message))
    assert len(set(refusals)) == 1


async def test_a_made_up_cookie_opens_nothing(ctx: Context, priya: Member) -> None:
    real = (await enter(ctx)).cookie_value
    for cookie in ("", "x", real[:-1], real + "x", f"x{real}", "é", "a" * 10_000):
        assert await restore_session(ctx, cookie, now=NOW) is None


async def test_a_session_ends_when_nobody_uses_it_and_after_seven_days(
    ctx: Context, priya: Member
) -> None:
    cookie = (await enter(ctx)).cookie_value
    assert await restore_session(ctx, cookie, now=NOW + IDLE) is None
    now = NOW
    while now + IDLE - 1 < NOW + LONGEST:
        now += IDLE - 1
        assert await restore_session(ctx, cookie, now=now) is not None
    assert await restore_session(ctx, cookie, now=NOW + LONGEST) is None


async def test_a_clock_that_is_put_back_ends_no_session(ctx: Context, priya: Member) -> None:
    cookie = (await enter(ctx)).cookie_value
    assert await restore_session(ctx, cookie, now=NOW - 120 * MINUTE) is not None


async def test_the_last_use_is_written_down_now_and_then(ctx: Context, priya: Member) -> None:
    cookie = (await enter(ctx)).cookie_value
    await restore_session(ctx, cookie, now=NOW + SEEN_EVERY - 1)
    assert (await list_sessions(ctx, priya, now=NOW))[0].seen_at == NOW
    await restore_session(ctx, cookie, now=NOW + SEEN_EVERY)
    assert (await list_sessions(ctx, priya, now=NOW))[0].seen_at == NOW + SEEN_EVERY


async def test_a_session_that_was_ended_opens_nothing(ctx: Context, priya: Member) -> None:
    here, there, gone = [await enter(ctx) for _ in range(3)]
    await sign_out(ctx, gone.session, now=NOW)
    await end_session(ctx, priya, there.session.id, now=NOW)
    for ended in (there, gone):
        assert await restore_session(ctx, ended.cookie_value, now=NOW) is None
    assert [each.id for each in await list_sessions(ctx, priya, now=NOW)] == [here.session.id]
    with pytest.raises(NotFound):
        await end_session(ctx, priya, there.session.id, now=NOW)


async def test_nobody_ends_the_session_of_another(ctx: Context, priya: Member) -> None:
    session = (await enter(ctx)).session
    with pytest.raises(NotFound):
        await end_session(ctx, await add(ctx, Role.OWNER), session.id, now=NOW)
    assert len(await list_sessions(ctx, priya, now=NOW)) == 1


async def test_all_other_sessions_end_at_once(ctx: Context, priya: Member) -> None:
    here, *others = [await enter(ctx) for _ in range(3)]
    await end_other_sessions(ctx, here.session, now=NOW)
    assert await restore_session(ctx, here.cookie_value, now=NOW) is not None
    for other in others:
        assert await restore_session(ctx, other.cookie_value, now=NOW) is None


async def test_a_new_password_ends_all_other_sessions(ctx: Context, priya: Member) -> None:
    here, other = await enter(ctx), await enter(ctx)
    new = "nine patient otters"
    await change_password(ctx, priya, here.session, PASSWORD, new, now=NOW)
    assert await restore_session(ctx, here.cookie_value, now=NOW) is not None
    assert await restore_session(ctx, other.cookie_value, now=NOW) is None
    await fail(ctx, 1)
    await enter(ctx, new)


async def test_a_new_password_needs_the_old_one(ctx: Context, priya: Member) -> None:
    session = (await enter(ctx)).session
    for old, new, field in (("wrong", "nine patient otters", "old"), (PASSWORD, "short", "new")):
        with pytest.raises(Invalid) as refused:
            await change_password(ctx, priya, session, old, new, now=NOW)
        assert [each.field for each in refused.value.fields] == [field]
    for _ in range(TRIES - 1):
        with pytest.raises(Invalid):
            await change_password(ctx, priya, session, "wrong", "nine patient otters", now=NOW)
    with pytest.raises(TooMany):
        await change_password(ctx, priya, session, PASSWORD, "nine patient otters", now=NOW)


async def test_a_password_from_the_command_line_ends_all_sessions(
    ctx: Context, priya: Member
) -> None:
    cookie = (await enter(ctx)).cookie_value
    await set_password(ctx, EMAIL, "nine patient otters", now=NOW)
    assert await restore_session(ctx, cookie, now=NOW) is None


async def test_after_five_wrong_passwords_the_waiting_begins_and_grows(
    ctx: Context, priya: Member
) -> None:
    await fail(ctx, TRIES)
    now, waits = NOW, []
    for _ in range(4):
        with pytest.raises(TooMany) as refused:
            await enter(ctx, now=now)
        waits.append(refused.value.retry_after)
        now += refused.value.retry_after * 1000
        await fail(ctx, 1, now=now)
    assert waits == [FIRST_WAIT // 1000 * 2**step for step in range(4)]
    assert (await enter(ctx, now=now + WINDOW)).member == priya


async def test_waiting_does_not_grow_by_asking(ctx: Context, priya: Member) -> None:
    await fail(ctx, TRIES)
    for _ in range(10):
        with pytest.raises(TooMany):
            await enter(ctx, now=NOW + FIRST_WAIT - 1)
    assert (await enter(ctx, now=NOW + FIRST_WAIT)).member == priya


async def test_who_knows_the_password_gets_in_from_elsewhere(ctx: Context, priya: Member) -> None:
    await fail(ctx, TRIES)
    assert (await enter(ctx, address=ELSEWHERE)).member == priya


async def test_the_right_password_wipes_the_slate(ctx: Context, priya: Member) -> None:
    await fail(ctx, TRIES - 1)
    await enter(ctx)
    await fail(ctx, TRIES)


async def test_one_address_that_tries_many_accounts_waits_too(ctx: Context, priya: Member) -> None:
    for number in range(TRIES_OF_ADDRESS):
        await fail(ctx, 1, email=f"guess{number}@example.org")
    with pytest.raises(TooMany):
        await enter(ctx)


async def test_many_tries_at_once_count_each(ctx: Context, priya: Member) -> None:
    tries = [enter(ctx, "wrong password") for _ in range(4 * TRIES)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    passed = [answer for answer in answers if isinstance(answer, SignInNeeded)]
    assert len(passed) == TRIES
    with pytest.raises(TooMany):
        await enter(ctx)


async def test_housekeeping_deletes_what_has_ended(ctx: Context, priya: Member) -> None:
    cookie = (await enter(ctx)).cookie_value
    await fail(ctx, TRIES)
    await tidy_up(ctx, now=NOW + 1)
    assert await restore_session(ctx, cookie, now=NOW + 1) is not None
    with pytest.raises(TooMany):
        await enter(ctx, now=NOW + 1)
    await tidy_up(ctx, now=NOW + LONGEST)
    for table in ("session", "sign_in_failure"):
        row = await ctx.store.fetch_one(f"SELECT count(*) FROM {table}")
        assert row == (0,)


async def test_cookies_outlive_a_new_key_as_long_as_the_old_one_stands_below_it(
    ctx: Context, priya: Member
) -> None:
    cookie = (await enter(ctx)).cookie_value
    old = (ctx.settings.data / "secret.key").read_text().strip()
    new = "Gk3-5dT9xV_0qLmZ8rYw2bNc7hJf4sAe"
    for secret, is_known in ((f"{new} {old}", True), (new, False)):
        async with open_context(replace(ctx.settings, secret=secret)) as later:
            assert (await restore_session(later, cookie, now=NOW) is not None) == is_known
