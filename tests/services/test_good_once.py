"""What is good once is good once for ten that bring it at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio

from afterword.core.errors import Invalid, NotFound, Refused, SignInNeeded
from afterword.core.mail import Sender
from afterword.core.model import Member, Site
from afterword.core.oidc_flow import Arrival, challenge_of
from afterword.core.sign_in_ways import ProviderDraft
from afterword.services.context import Context, open_context
from afterword.services.members.reset_password import make_reset_link, reset_password
from afterword.services.persons.own_page import open_own_page
from afterword.services.readers.confirm_address import Wish, ask_for_code, confirm_code
from afterword.services.readers.sign_in_by_provider import redeem_code
from afterword.services.sites.manage_providers import add_provider
from afterword.settings import Settings
from tests.services.builders import NOW, ORIGIN, POST

VERIFIER = "a-random-text-of-the-page-that-nobody-else-has-seen"
OIDC = ProviderDraft("oidc", "Example", "https://id.example.org", "client-7", key="client-secret")
SEEDS = "SELECT seed, mailbox_id FROM reader_code"


@pytest_asyncio.fixture
async def ctx(ready_url: str, tmp_path: Path) -> AsyncIterator[Context]:
    """With a mail server that is never asked."""
    settings = Settings(
        data=tmp_path / "data",
        database_url=ready_url,
        smtp_host="mail.example.org",
        mail_from=Sender("comments@example.org"),
    )
    async with open_context(settings) as opened:
        yield opened


async def ten(use: Callable[[], Awaitable[Any]]) -> tuple[int, list[Refused]]:
    """How often it was taken, and by what it was refused."""
    done = await asyncio.gather(*(use() for _ in range(10)), return_exceptions=True)
    refused = [each for each in done if isinstance(each, Refused)]
    assert all(isinstance(each, Refused) for each in done if isinstance(each, BaseException))
    return len(done) - len(refused), refused


async def asked(ctx: Context) -> tuple[str, str, int]:
    """A ticket, the seed of its code, and the mailbox."""
    wish = Wish(POST, None, "ines@example.org", "v" * 22, "en", ORIGIN)
    ticket = await ask_for_code(ctx, wish, now=NOW)
    ((seed, mailbox_id),) = await ctx.store.fetch_all(SEEDS)
    return ticket, seed, mailbox_id


async def test_a_mailed_code_signs_in_one_of_ten(ctx: Context, site: Site) -> None:
    ticket, seed, _ = await asked(ctx)
    code = ctx.hashes.mailed_code(seed)
    taken, refused = await ten(
        lambda: confirm_code(ctx, ticket, code, origin=ORIGIN, agent="", now=NOW)
    )
    assert taken == 1
    assert {type(each) for each in refused} == {SignInNeeded}


async def test_ten_wrong_codes_at_once_are_no_more_than_five_tries(
    ctx: Context, site: Site
) -> None:
    ticket, _, _ = await asked(ctx)
    _, refused = await ten(
        lambda: confirm_code(ctx, ticket, "wrong", origin=ORIGIN, agent="", now=NOW)
    )
    assert sum(isinstance(each, Invalid) for each in refused) == 5


async def test_the_link_to_an_own_page_opens_it_in_one_of_ten(ctx: Context, site: Site) -> None:
    _, seed, mailbox_id = await asked(ctx)
    token = ctx.tokens.own_page.sign(mailbox_id, seed, ends_at=NOW + 1)
    assert (await ten(lambda: open_own_page(ctx, token, now=NOW)))[0] == 1


async def test_the_code_of_a_pop_up_signs_in_one_of_ten(
    ctx: Context, site: Site, owner: Member
) -> None:
    provider = await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    arrival = Arrival(
        "seed", provider.id, ORIGIN, challenge_of(VERIFIER), "key", "Mira", None, NOW + 1
    )
    code = ctx.tokens.sign_in.code(arrival)
    taken, _ = await ten(lambda: redeem_code(ctx, code, VERIFIER, origin=ORIGIN, agent="", now=NOW))
    assert taken == 1


async def test_a_link_to_a_password_sets_one_of_ten(ctx: Context, owner: Member) -> None:
    link = await make_reset_link(ctx, owner, owner.id, now=NOW)
    token = link.partition("?token=")[2]
    taken, refused = await ten(lambda: reset_password(ctx, token, "nine patient otters", now=NOW))
    assert taken == 1
    assert {type(each) for each in refused} == {NotFound}
