"""Links to accounts go by mail to the one they are for, work once, and tell nobody who has an account."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from afterword.core.model import Member, Role, Site
from afterword.services.context import Context, open_context
from afterword.services.members.account_mails import LOST_FOR
from afterword.services.members.invite_member import (
    accept_as_new,
    invite_member,
    withdraw_invitation,
)
from afterword.services.members.lost_password import MOST_A_DAY, PAUSE, ask_for_password
from afterword.services.members.manage_staff import set_disabled
from afterword.services.members.reset_password import (
    MAILED_FOR,
    find_reset,
    make_reset_link,
    reset_password,
)
from afterword.services.running.housekeeping import tidy_up
from afterword.settings import Settings
from tests.services.builders import NOW, add
from tests.support.smtp_sink import SENDER, Sink, deliver_all, text_part
from tests.support.statements import statements

DAY = 24 * 60 * 60_000
NEW = "nine patient otters"
ADDRESS = "192.0.2.7"


@pytest_asyncio.fixture
async def ctx(ready_url: str, tmp_path: Path, sink: Sink) -> AsyncIterator[Context]:
    """A context that sends mail."""
    settings = Settings(
        data=tmp_path / "data",
        database_url=ready_url,
        smtp_host="127.0.0.1",
        smtp_port=sink.port,
        smtp_security="none",
        mail_from=SENDER,
    )
    async with open_context(settings) as opened:
        yield opened


async def ask(ctx: Context, email: str, *, now: int = NOW, address: str = ADDRESS) -> None:
    await ask_for_password(ctx, email, address=address, now=now)


def token_of(mail: EmailMessage) -> str:
    found = re.search(r"\?token=(\w+)$", text_part(mail), re.MULTILINE)
    assert found is not None
    return found[1]


async def test_who_has_forgotten_the_password_gets_a_link_that_works_once(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    await ask(ctx, owner.email.upper())
    await deliver_all(ctx, lambda: NOW)
    (mail,) = sink.mails
    assert (mail["To"], mail["Subject"]) == (owner.email, "A new password")
    token = token_of(mail)
    assert (await find_reset(ctx, token, now=NOW)).id == owner.id
    with pytest.raises(NotFound):
        await find_reset(ctx, token, now=NOW + MAILED_FOR)
    await reset_password(ctx, token, NEW, now=NOW)
    with pytest.raises(NotFound):
        await reset_password(ctx, token, "another quiet heron", now=NOW)


async def test_a_mail_that_is_sent_once_more_has_the_same_link(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    await ask(ctx, owner.email)
    sink.answers["CONTENT"] = "451 4.3.0 Later"
    await deliver_all(ctx, lambda: NOW)
    sink.answers.clear()
    await deliver_all(ctx, lambda: NOW + 30_000)
    token = token_of(sink.mails[0])
    await reset_password(ctx, token, NEW, now=NOW + 30_000)
    async with ctx.store.write() as db:
        await db.execute("UPDATE outbox SET state = 'waiting'")
    await deliver_all(ctx, lambda: NOW + 60_000)
    assert sink.again == [sink.mails[0]["Message-ID"]]
    with pytest.raises(NotFound):
        await find_reset(ctx, token, now=NOW + 60_000)


async def test_nothing_tells_whether_there_is_an_account(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    gone = await add(ctx, Role.VIEWER)
    await set_disabled(ctx, owner, gone.id, True, now=NOW)
    for email in (owner.email, gone.email, "nobody@example.org", "no address"):
        await ask(ctx, email)
    rows = await ctx.store.fetch_all("SELECT state, data FROM outbox ORDER BY id")
    assert rows == [("waiting", "{}")] * 4
    await deliver_all(ctx, lambda: NOW)
    assert [mail["To"] for mail in sink.mails] == [owner.email]


async def test_nobody_is_flooded_with_links(ctx: Context, owner: Member, sink: Sink) -> None:
    for number in range(8):
        await ask(ctx, owner.email, address=f"192.0.2.{number}")
    await deliver_all(ctx, lambda: NOW)
    assert len(sink.mails) == 1
    await ask(ctx, owner.email, now=NOW + PAUSE)
    await deliver_all(ctx, lambda: NOW + PAUSE)
    assert len(sink.mails) == 2
    for number in range(2, 200):
        await ask(ctx, owner.email, now=NOW + number * PAUSE, address=f"203.0.113.{number}")
    rows = await ctx.store.fetch_all("SELECT created_at FROM outbox ORDER BY id")
    times = [at for (at,) in rows]
    assert all(sum(at <= each < at + DAY for each in times) <= MOST_A_DAY for at in times)
    assert len(times) == MOST_A_DAY * 3
    for number in range(5):
        await ask(ctx, f"a{number}@example.org", now=NOW + PAUSE, address="198.51.100.7")
    with pytest.raises(TooMany):
        await ask(ctx, "another@example.org", now=NOW + PAUSE, address="198.51.100.7")


async def test_whoever_asks_ends_no_link_that_is_there(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    """Else a stranger who knows an address could keep its owner out."""
    made = (await make_reset_link(ctx, owner, owner.id, now=NOW)).partition("?token=")[2]
    for number in range(2):
        await ask(ctx, owner.email, now=NOW + number * PAUSE, address=f"192.0.2.{number}")
        await deliver_all(ctx, lambda number=number: NOW + number * PAUSE)
    links = [made, *(token_of(mail) for mail in sink.mails)]
    for token in links:
        assert (await find_reset(ctx, token, now=NOW + PAUSE)).id == owner.id
    await reset_password(ctx, links[1], NEW, now=NOW + PAUSE)
    for token in links:
        with pytest.raises(NotFound):
            await find_reset(ctx, token, now=NOW + PAUSE)


async def test_a_link_that_was_used_stays_so_until_its_mail_is_tried_no_more(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    await ask(ctx, owner.email)
    await deliver_all(ctx, lambda: NOW)
    token = token_of(sink.mails[0])
    await reset_password(ctx, token, NEW, now=NOW)
    later = NOW + 3 * MAILED_FOR
    await tidy_up(ctx, now=later)
    async with ctx.store.write() as db:
        await db.execute("UPDATE outbox SET state = 'waiting'")
    await deliver_all(ctx, lambda: later)
    with pytest.raises(NotFound):
        await find_reset(ctx, token, now=later)
    await tidy_up(ctx, now=NOW + MAILED_FOR + LOST_FOR + 1)
    assert await ctx.store.fetch_all("SELECT id FROM invitation") == []


async def test_an_invitation_goes_to_the_address_that_was_given(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    made = await invite_member(
        ctx, owner, None, Role.MODERATOR, "Mira", email="mira@Example.net", now=NOW
    )
    (row,) = await ctx.store.fetch_all("SELECT data FROM outbox")
    token = made.link.rpartition("=")[2]
    assert "mira" not in row[0]
    assert token not in row[0]
    await deliver_all(ctx, lambda: NOW)
    (mail,) = sink.mails
    assert mail["To"] == "mira@example.net"
    assert token_of(mail) == token
    assert f"{owner.name} invites you as moderator" in text_part(mail)
    await accept_as_new(ctx, token, "Mira", "mira@example.net", NEW, now=NOW)
    assert await ctx.store.fetch_all("SELECT email FROM invitation") == [(None,)]


async def test_an_address_gets_one_invitation_a_day_whoever_owns_what(
    ctx: Context, owner: Member, site: Site, sink: Sink
) -> None:
    other = await add(ctx, Role.OWNER, site)
    invite = partial(invite_member, ctx, email="Mira@example.net")
    await invite(owner, None, Role.VIEWER, "Mira", now=NOW)
    for who, where in ((owner, None), (other, site.id)):
        with pytest.raises(Conflict):
            await invite(who, where, Role.VIEWER, "Mira", now=NOW)
    assert len(await ctx.store.fetch_all("SELECT id FROM invitation")) == 1
    await invite(other, site.id, Role.VIEWER, "Mira", now=NOW + DAY)
    await deliver_all(ctx, lambda: NOW + DAY)
    assert len(sink.mails) == 2


async def test_an_invitation_that_was_withdrawn_is_not_sent(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    made = await invite_member(
        ctx, owner, None, Role.MODERATOR, "", email="mira@example.net", now=NOW
    )
    await withdraw_invitation(ctx, owner, made.invitation.id, now=NOW)
    await deliver_all(ctx, lambda: NOW)
    assert sink.mails == []


async def test_an_invitation_goes_to_one_address_and_by_owners_alone(
    ctx: Context, owner: Member
) -> None:
    with pytest.raises(Invalid):
        await invite_member(ctx, owner, None, Role.VIEWER, "", email="a@b.example,c@d", now=NOW)
    mo = await add(ctx, Role.MODERATOR)
    with pytest.raises(Forbidden):
        await invite_member(ctx, mo, None, Role.VIEWER, "", email="a@b.example", now=NOW)
    assert await ctx.store.fetch_all("SELECT id FROM outbox") == []


async def test_without_a_mail_server_it_is_said_so(ready_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", database_url=ready_url)
    async with open_context(settings) as ctx:
        owner = await add(ctx, Role.OWNER)
        with pytest.raises(Conflict):
            await ask(ctx, owner.email)
        with pytest.raises(Conflict):
            await invite_member(ctx, owner, None, Role.VIEWER, "", email="a@b.example", now=NOW)


async def test_asking_is_the_same_work_whether_there_is_an_account(
    ctx: Context, owner: Member, sink: Sink
) -> None:
    """What differs is seen when the mail is made, beside the request."""
    gone = await add(ctx, Role.MODERATOR)
    await set_disabled(ctx, owner, gone.id, disabled=True, now=NOW)
    work = []
    for email in ("nobody@example.org", owner.email, owner.email, gone.email):
        with statements(ctx.store) as asked:
            await ask(ctx, email)
        work.append(asked)
    assert len(work[0]) > 3
    assert all(each == work[0] for each in work)
    await deliver_all(ctx, lambda: NOW)
    assert [each["To"] for each in sink.mails] == [owner.email]
