"""An address is confirmed by a code in the browser that asked for it; asking tells nobody anything."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.anonymity import Hashes
from afterword.core.errors import Forbidden, Invalid, SignInNeeded, UnknownOrigin
from afterword.core.mail import Mail, Paragraph, Sender, Small
from afterword.core.model import Hold, Site
from afterword.core.tokens import token_hash
from afterword.services.context import Context, open_context
from afterword.services.readers.confirm_address import (
    LASTS,
    MINUTE,
    MOST_TRIES,
    Confirmed,
    Wish,
    ask_for_code,
    ask_for_link,
    confirm_code,
)
from afterword.services.sites.manage_sites import add_site
from afterword.services.telling.mails import MAILS
from afterword.settings import Settings
from afterword.storage import comments, mailboxes, outbox, reader_codes
from tests.services import builders
from tests.services.builders import DAY, NOW, ORIGIN, POST, read, write
from tests.services.builders import add_site as add_another
from tests.services.known import AGENT
from tests.support.statements import statements

EMAIL = "ines@example.org"
DEVICE = "device-of-ines-0000001"
OTHER = "device-of-a-stranger-1"


@pytest_asyncio.fixture
async def ctx(ready_url: str, tmp_path: Path) -> AsyncIterator[Context]:
    """With a mail server that is never asked: what waits in the outbox is looked at."""
    settings = Settings(
        data=tmp_path / "data",
        database_url=ready_url,
        smtp_host="mail.example.org",
        mail_from=Sender("comments@example.org", "Comments"),
    )
    async with open_context(settings) as opened:
        yield opened


@pytest_asyncio.fixture
async def site(ctx: Context) -> Site:
    """A site that holds nobody."""
    policy = replace(builders.UNHURRIED, hold=Hold.NONE)
    site = await add_site(ctx.store, "blog", [ORIGIN], policy, NOW)
    await ctx.sites.refresh(ctx.store)
    return site


def wish(email: str = EMAIL, device: str = DEVICE, **more: str) -> Wish:
    given: dict[str, str | None] = {"url": POST, "site": None, "lang": "en", "origin": ORIGIN}
    return Wish(email=email, visitor_token=device, **(given | more))


async def mails(ctx: Context, now: int = NOW) -> list[Mail]:
    """What would be sent now, the newest last."""
    made = [
        await MAILS[each.purpose](ctx, each, now)
        for each in await outbox.due(ctx.store, 50, now=now)
    ]
    return [each for each in made if each is not None]


async def code(ctx: Context, now: int = NOW) -> str:
    """That was mailed last."""
    found = re.search(r"\b\d{8}\b", (await mails(ctx, now))[-1].subject)
    assert found is not None
    return found[0]


async def confirm(ctx: Context, ticket: str, typed: str, now: int = NOW) -> Confirmed:
    return await confirm_code(ctx, ticket, typed, origin=ORIGIN, agent=AGENT, now=now)


async def known(ctx: Context, device: str = DEVICE, now: int = NOW) -> Confirmed:
    ticket = await ask_for_code(ctx, wish(device=device), now=now)
    return await confirm(ctx, ticket, await code(ctx, now), now)


async def test_a_code_makes_a_reader_known_and_confirms_the_address(
    ctx: Context, site: Site
) -> None:
    ticket = await ask_for_code(ctx, wish(" Ines@Example.org "), now=NOW)
    typed = await code(ctx)
    done = await confirm(ctx, ticket, f"{typed[:4]} {typed[4:]}", NOW + LASTS - 1)
    comment = await write(ctx, name="Inês", reader_token=done.session.token)
    assert comment.author.verified
    mailbox = await mailboxes.by_key(ctx.store, ctx.hashes.mailbox(EMAIL))
    assert mailbox is not None
    assert mailbox.confirmed_at == NOW + LASTS - 1


async def test_the_mail_says_what_the_code_is_for_and_holds_nothing_that_people_wrote(
    ctx: Context, site: Site
) -> None:
    await ask_for_code(ctx, wish(lang="de"), now=NOW)
    (mail,) = await mails(ctx)
    (page,) = [each.url for each in mail.blocks if isinstance(each, Small) and each.url]
    assert (mail.to, mail.lang) == (EMAIL, "de")
    assert page.startswith(f"{ctx.settings.public_url}/me/open/")
    assert await mails(ctx) == [mail], "each try says the same"
    assert isinstance(mail.blocks[0], Paragraph)
    assert "blog" in mail.subject


async def test_a_code_that_is_late_is_not_mailed(ctx: Context, site: Site) -> None:
    await ask_for_code(ctx, wish(), now=NOW)
    assert await mails(ctx, NOW + LASTS) == []


async def test_a_wrong_code_has_five_tries(ctx: Context, site: Site) -> None:
    ticket = await ask_for_code(ctx, wish(), now=NOW)
    right = await code(ctx)
    wrong = f"{(int(right) + 1) % 10**8:08}"
    for _ in range(5):
        with pytest.raises(Invalid, match="not the code"):
            await confirm(ctx, ticket, wrong)
    with pytest.raises(SignInNeeded) as over:
        await confirm(ctx, ticket, right)
    assert over.value.code == "code_ended"


async def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(ctx: Context, site: Site) -> None:
    ticket = await ask_for_code(ctx, wish(), now=NOW)
    right = await code(ctx)
    with pytest.raises(SignInNeeded):
        await confirm(ctx, ticket, right, NOW + LASTS)
    await confirm(ctx, ticket, right)
    with pytest.raises(SignInNeeded):
        await confirm(ctx, ticket, right)


async def test_a_code_works_in_no_other_browser(ctx: Context, site: Site) -> None:
    await ask_for_code(ctx, wish(), now=NOW)
    right = await code(ctx)
    others = await ask_for_code(ctx, wish(device=OTHER), now=NOW + 1)
    with pytest.raises(Invalid, match="not the code"):
        await confirm(ctx, others, right)
    with pytest.raises(SignInNeeded):
        await confirm(ctx, "made-up", right)


async def test_an_address_gets_a_mail_a_minute_and_five_a_day(ctx: Context, site: Site) -> None:
    for number in range(20):
        assert await ask_for_code(ctx, wish(device=f"{OTHER}-{number}"), now=NOW + number)
    assert len(await mails(ctx, NOW + 20)) == 1
    for number in range(1, 10):
        await ask_for_code(ctx, wish(), now=NOW + number * MINUTE)
    assert len(await mails(ctx, NOW + 10 * MINUTE)) == 5
    await ask_for_code(ctx, wish(), now=NOW + DAY + 10 * MINUTE)
    assert len(await mails(ctx, NOW + DAY + 10 * MINUTE)) == 1


async def test_too_many_wishes_make_no_code_that_could_be_guessed(
    ctx: Context, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask_for_code(ctx, wish(), now=NOW)
    monkeypatch.setattr(Hashes, "mailed_code", lambda self, seed: "00000000")
    dud = await ask_for_code(ctx, wish(device=OTHER), now=NOW + 1)
    with pytest.raises(Invalid, match="not the code"):
        await confirm(ctx, dud, "00000000")


async def test_who_asks_twice_goes_on_with_the_code_that_is_on_its_way(
    ctx: Context, site: Site
) -> None:
    first = await ask_for_code(ctx, wish(), now=NOW)
    second = await ask_for_code(ctx, wish(), now=NOW + 1)
    right = await code(ctx, NOW + 1)
    with pytest.raises(SignInNeeded):
        await confirm(ctx, first, right)
    await confirm(ctx, second, right)


async def test_who_wants_no_mails_gets_no_code(ctx: Context, site: Site) -> None:
    await ask_for_code(ctx, wish(), now=NOW)
    mailbox = await mailboxes.by_key(ctx.store, ctx.hashes.mailbox(EMAIL))
    assert mailbox is not None
    async with ctx.store.write() as db:
        mailboxes.refuse(db, mailbox.id, now=NOW)
    assert await ask_for_code(ctx, wish(), now=NOW + 2 * MINUTE)
    assert await mails(ctx, NOW + 2 * MINUTE) == []


async def test_asking_is_the_same_work_whatever_is_known_of_the_address(
    ctx: Context, site: Site
) -> None:
    """What differs is seen when the mail is made, beside the request."""
    refused, bounced = "refused@example.org", "bounced@example.org"
    await known(ctx)
    for email in (refused, bounced):
        await ask_for_code(ctx, wish(email), now=NOW)
    async with ctx.store.write() as db:
        mailbox = await mailboxes.by_key(db, ctx.hashes.mailbox(refused))
        assert mailbox is not None
        mailboxes.refuse(db, mailbox.id, now=NOW)
        await mailboxes.bounce(db, ctx.hashes.mailbox(bounced), now=NOW)
    later = NOW + 2 * MINUTE
    work = []
    for email in ("nobody@example.org", EMAIL, EMAIL, refused, bounced):
        with statements(ctx.store) as asked:
            await ask_for_code(ctx, wish(email), now=later)
        work.append(asked)
        with statements(ctx.store) as asked:
            await ask_for_link(ctx, email, "en", now=later + 10 * MINUTE)
        work.append(asked)
    assert len(work[0]) > 5
    assert all(each == work[0] for each in work)
    to = sorted(each.to for each in await mails(ctx, later))
    assert to == [EMAIL, "nobody@example.org"]


async def test_what_is_asked_for_too_often_is_the_same_work_too(ctx: Context, site: Site) -> None:
    work = []
    for number in range(12):
        with statements(ctx.store) as asked:
            await ask_for_code(ctx, wish(), now=NOW + number * MINUTE // 2)
        work.append(asked)
    assert all(each == work[0] for each in work)
    assert len(await mails(ctx, NOW + 6 * MINUTE)) == 5


async def test_all_codes_of_an_address_have_25_tries_a_day_together(
    ctx: Context, site: Site
) -> None:
    tries = 0
    for number in range(12):
        now = NOW + number * MINUTE
        ticket = await ask_for_code(ctx, wish(device=f"{OTHER}-{number}"), now=now)
        asked = await reader_codes.by_ticket(ctx.store, token_hash(ticket))
        assert asked is not None
        right = ctx.hashes.mailed_code(asked.seed)
        for _ in range(MOST_TRIES):
            with pytest.raises(Invalid, match="not the code"):
                await confirm(ctx, ticket, f"{(int(right) + 1) % 10**8:08}", now)
            tries += asked.mailed
        with pytest.raises(SignInNeeded):
            await confirm(ctx, ticket, right, now)
    assert tries == 25


async def test_what_is_no_wish_is_refused(ctx: Context, site: Site) -> None:
    with pytest.raises(Invalid) as bad:
        await ask_for_code(ctx, wish("ines@example.org, max@example.org"), now=NOW)
    assert [each.field for each in bad.value.fields] == ["email"]
    with pytest.raises(UnknownOrigin):
        await ask_for_code(ctx, wish(url="https://evil.example/a"), now=NOW)
    with pytest.raises(UnknownOrigin):
        await ask_for_code(ctx, wish(origin="https://evil.example"), now=NOW)
    without = replace(ctx, mail_server=None)
    with pytest.raises(Forbidden) as off:
        await ask_for_code(without, wish(), now=NOW)
    assert off.value.code == "codes_off"


async def test_a_page_of_another_site_cannot_use_the_ticket(ctx: Context, site: Site) -> None:
    await add_another(ctx, "other", "https://other.example")
    ticket = await ask_for_code(ctx, wish(), now=NOW)
    right = await code(ctx)
    with pytest.raises(Forbidden):
        await confirm_code(ctx, ticket, right, origin="https://other.example", agent=AGENT, now=NOW)
    await confirm(ctx, ticket, right)


async def test_what_this_browser_wrote_with_the_address_is_claimed_and_nothing_else(
    ctx: Context, site: Site
) -> None:
    both = await write(ctx, "Both", email=EMAIL, visitor_token=DEVICE)
    by_address = await write(ctx, "The address alone", email=EMAIL, visitor_token=OTHER)
    by_browser = await write(ctx, "The browser alone", visitor_token=DEVICE)
    done = await known(ctx)
    assert done.claimed == 1
    verified = {each.id: each.author.verified for each in (await read(ctx)).comments if each.author}
    assert verified == {both.id: True, by_address.id: False, by_browser.id: False}
    there = await comments.get(ctx.store, both.id)
    assert there is not None
    assert there.author.key == done.session.reader.author_key


async def test_a_second_device_is_the_same_person_with_the_name_they_had(
    ctx: Context, site: Site
) -> None:
    first = await known(ctx)
    await write(ctx, name="Inês Moura", reader_token=first.session.token)
    second = await known(ctx, OTHER, NOW + 2 * MINUTE)
    assert second.session.reader.author_key == first.session.reader.author_key
    assert (first.name, second.name) == ("", "Inês Moura")
    again = await write(ctx, "By that name", name="", reader_token=second.session.token)
    assert again.author.name == "Inês Moura"


async def test_what_is_claimed_brings_the_name_that_is_written_under_from_then_on(
    ctx: Context, site: Site
) -> None:
    await write(ctx, name="Inês Moura", email=EMAIL, visitor_token=DEVICE)
    done = await known(ctx)
    assert (done.name, done.claimed) == ("Inês Moura", 1)
    comment = await write(ctx, "Again", name="", reader_token=done.session.token)
    assert comment.author.name == "Inês Moura"
