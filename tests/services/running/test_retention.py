"""Each time that docs/privacy.md names is the one that the program goes by, to the millisecond."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any

import pytest

from afterword.core.model import Act, Member, Role, Site
from afterword.core.rate import Rate
from afterword.core.telling import NewMessage
from afterword.services import shared_limits
from afterword.services.context import Context
from afterword.services.members.invite_member import invite_member
from afterword.services.members.issue_api_token import issue_api_token
from afterword.services.running.housekeeping import tidy_up
from afterword.storage import (
    bans,
    delivery_tries,
    outbox,
    own_sessions,
    reader_codes,
    sessions,
    sign_in_failures,
)
from afterword.storage.kept_data import SECTIONS
from afterword.storage.own_sessions import PageOwner
from afterword.storage.reader_codes import Asked
from tests.services.builders import DAY, NOW, decide, write
from tests.services.known import known

Plant = Callable[[Context, Site, Member], Awaitable[object]]
NAMED = re.compile(r"\{([\w.]+)(?::(\w+))?\}")

VOTE = "INSERT INTO vote (comment_id, voter, address, value, at) VALUES (:id, 'a', 'x', 1, :now)"
REACTION = """
INSERT INTO reaction (page_id, voter, address, reaction, at) VALUES (:id, 'a', 'x', '+', :now)
"""
REPORT = """
INSERT INTO report (comment_id, reporter, address, reason, text, at)
VALUES (:id, 'a', 'x', 'spam', '', :now)
"""


async def an_old_removal(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx, "Regretted", email="noa@readers.example")
    await decide(ctx, owner, Act.REMOVE, comment)


async def an_address(ctx: Context, site: Site, owner: Member) -> None:
    await write(ctx, address="203.0.113.5")


async def addresses_of_readers(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    async with ctx.store.write() as db:
        for sql, of in ((VOTE, comment.id), (REACTION, comment.page_id), (REPORT, comment.id)):
            await db.execute(sql, {"id": of, "now": NOW})


async def an_unconfirmed_address(ctx: Context, site: Site, owner: Member) -> None:
    await write(ctx, email="ana@readers.example", notify="thread")


async def a_known_reader(ctx: Context, site: Site, owner: Member) -> None:
    await known(ctx, site)


async def an_own_page(ctx: Context, site: Site, owner: Member) -> None:
    mailbox_id = (await known(ctx, site)).reader.mailbox_id
    lasts = constant("services.persons.own_page.LASTS")
    async with ctx.store.write() as db:
        own_sessions.add(
            db, PageOwner(mailbox_id=mailbox_id), "one", "x", ends_at=NOW + lasts, now=NOW
        )


async def a_code(ctx: Context, site: Site, owner: Member) -> None:
    mailbox_id = (await known(ctx, site)).reader.mailbox_id or 0
    good_for = constant("services.readers.confirm_address.LASTS")
    async with ctx.store.write() as db:
        asked = Asked("a", None, mailbox_id, None, "b", True, 0, NOW, NOW + good_for)
        reader_codes.add(db, asked)


async def a_message(ctx: Context, site: Site, owner: Member) -> None:
    async with ctx.store.write() as db:
        number = await outbox.add(db, NewMessage(channel="mail", purpose="test"), now=NOW)
        assert number is not None
        outbox.settle(db, number, "sent", now=NOW)
        delivery_tries.add(db, number, sent=True, answer="250 Taken", now=NOW)


async def a_session(ctx: Context, site: Site, owner: Member) -> None:
    async with ctx.store.write() as db:
        await sessions.add(db, owner.id, "a hash", "x", "", now=NOW)


async def a_session_in_use(ctx: Context, site: Site, owner: Member) -> None:
    longest = constant("services.members.sign_in.LONGEST")
    async with ctx.store.write() as db:
        session = await sessions.add(db, owner.id, "a hash", "x", "", now=NOW)
        await sessions.seen(db, session.id, now=NOW + longest)


async def a_token(ctx: Context, site: Site, owner: Member) -> None:
    longest = constant("services.members.issue_api_token.LONGEST:days") // DAY
    # As the text of the page says: until its last day, which is over with its last millisecond.
    await issue_api_token(ctx, owner, "backup", Role.OWNER, longest, now=NOW + 1)


async def an_invitation(ctx: Context, site: Site, owner: Member) -> None:
    await invite_member(ctx, owner, site.id, Role.VIEWER, "Jonas", now=NOW)


async def a_wrong_password(ctx: Context, site: Site, owner: Member) -> None:
    async with ctx.store.write() as db:
        await sign_in_failures.add(db, "a hash", now=NOW)


async def an_act_that_is_limited(ctx: Context, site: Site, owner: Member) -> None:
    assert await shared_limits.take(ctx, [("comments/203.0.113.5", Rate(5, 60))], now=NOW) == 0


async def a_ban_that_is_over(ctx: Context, site: Site, owner: Member) -> None:
    more: dict[str, Any] = {"label": "Heron", "reason": "", "shadow": False, "salted_at": None}
    async with ctx.store.write() as db:
        await bans.add(
            db, site.id, "name", "heron", ends_at=NOW, member_id=owner.id, now=NOW - 1, **more
        )


TIMERS: Mapping[tuple[str, str], tuple[Plant, str]] = {
    ("services.audit.undo_act.UNDOABLE", "what was removed"): (
        an_old_removal,
        "SELECT count(*) FROM comment JOIN contact ON comment_id = id WHERE source <> ''",
    ),
    ("services.audit.undo_act.UNDOABLE", "bans"): (
        a_ban_that_is_over,
        "SELECT count(*) FROM ban",
    ),
    ("services.running.housekeeping.KNOWN_SENDERS", "senders"): (
        an_address,
        "SELECT count(*) FROM sender",
    ),
    ("services.running.housekeeping.REMEMBERED", "votes"): (
        addresses_of_readers,
        "SELECT count(address) FROM vote",
    ),
    ("services.running.housekeeping.REMEMBERED", "reactions"): (
        addresses_of_readers,
        "SELECT count(address) FROM reaction",
    ),
    ("services.running.housekeeping.REMEMBERED", "reports"): (
        addresses_of_readers,
        "SELECT count(address) FROM report",
    ),
    ("services.telling.manage_subscriptions.LASTS", "unconfirmed"): (
        an_unconfirmed_address,
        "SELECT count(email) FROM mailbox",
    ),
    ("services.readers.reader_session.LASTS", "readers"): (
        a_known_reader,
        "SELECT count(*) FROM reader_session",
    ),
    ("services.persons.own_page.LASTS", "own page"): (
        an_own_page,
        "SELECT count(*) FROM own_session",
    ),
    ("services.running.housekeeping.DAY", "codes"): (a_code, "SELECT count(*) FROM reader_code"),
    ("services.running.housekeeping.TOLD", "messages"): (
        a_message,
        "SELECT count(*) FROM outbox AS o JOIN delivery_try AS t ON t.outbox_id = o.id",
    ),
    ("services.members.sign_in.IDLE", "unused"): (a_session, "SELECT count(*) FROM session"),
    ("services.members.sign_in.LONGEST", "used"): (
        a_session_in_use,
        "SELECT count(*) FROM session",
    ),
    ("services.members.issue_api_token.LONGEST:days", "tokens"): (
        a_token,
        "SELECT count(*) FROM api_token",
    ),
    ("services.members.invite_member.GOOD_FOR", "invitations"): (
        an_invitation,
        "SELECT count(*) FROM invitation",
    ),
    ("services.members.sign_in_throttle.WINDOW", "failures"): (
        a_wrong_password,
        "SELECT count(*) FROM sign_in_failure",
    ),
    ("services.shared_limits.LONGEST", "limits"): (
        an_act_that_is_limited,
        "SELECT count(*) FROM rate_bucket",
    ),
}
"""By the name that the page has it from: how there comes to be something, and what counts it."""

ELSEWHERE = {"services.readers.confirm_address.LASTS", "services.members.account_mails.LOST_FOR"}
"""How long something is good that lies there longer; their own tests have them."""


def constant(named: str) -> int:
    """In milliseconds."""
    dotted, _, unit = named.partition(":")
    module, _, name = dotted.rpartition(".")
    value = int(getattr(import_module(f"afterword.{module}"), name))
    return value * DAY if unit == "days" else value


def test_every_time_that_the_page_names_is_tried_here() -> None:
    told = "".join(kept.until for rows in SECTIONS.values() for kept in rows)
    named = {name + (f":{unit}" if unit else "") for name, unit in NAMED.findall(told)}
    assert named - ELSEWHERE == {name for name, _ in TIMERS}


def test_the_usual_times_are_thirty_seven_and_thirty_days() -> None:
    assert constant("services.running.housekeeping.KNOWN_SENDERS") == 30 * DAY
    assert constant("services.telling.manage_subscriptions.LASTS") == 7 * DAY
    assert constant("services.audit.undo_act.UNDOABLE") == 30 * DAY


@pytest.mark.parametrize("timer", TIMERS, ids=" ".join)
async def test_what_is_kept_for_a_time_is_there_until_then_and_not_after(
    ctx: Context, site: Site, owner: Member, timer: tuple[str, str]
) -> None:
    plant, counted = TIMERS[timer]
    await plant(ctx, site, owner)
    over = NOW + constant(timer[0])
    assert await _count(ctx, counted) == 1
    await tidy_up(ctx, now=over - 1)
    assert await _count(ctx, counted) == 1
    await tidy_up(ctx, now=over + 1)
    assert await _count(ctx, counted) == 0


async def _count(ctx: Context, sql: str) -> int:
    row = await ctx.store.fetch_one(sql)
    assert row is not None
    return int(row[0])
