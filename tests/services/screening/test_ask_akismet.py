"""Akismet has a say where an owner wants it, and nothing waits for it but the comment it is asked about."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from afterword.core.model import Act, Hold, Member, Policy, Role, Status
from afterword.delivery.akismet import THANKS
from afterword.services.context import Context, open_context
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from afterword.storage import verdicts
from tests.services import builders
from tests.support.elsewhere import Answer, Elsewhere, Heard, answer, elsewhere

KEY = "secret0key0of0ours"
WANTED = Policy(hold=Hold.NONE, akismet=True, proof="off")


@asynccontextmanager
async def running(
    database_url: str, tmp_path: Path, other: Elsewhere, policy: Policy = WANTED
) -> AsyncIterator[tuple[Context, Member]]:
    """An Afterword with an account there, and the owner of its one site."""
    settings = Settings(
        data=tmp_path / "data",
        database_url=database_url,
        akismet_key=KEY,
        akismet_url=other.url,
        allow_hosts=(other.authority,),
    )
    async with open_context(settings) as ctx:
        await add_site(ctx.store, "blog", [builders.ORIGIN], policy, builders.NOW)
        await ctx.sites.refresh(ctx.store)
        yield ctx, await builders.add(ctx, Role.OWNER)


def says(opinion: bytes, **headers: str) -> Answer:
    """Answers questions so, and takes what it is taught."""

    async def write(writer: asyncio.StreamWriter, heard: Heard) -> None:
        body = opinion if "comment-check" in heard.head else THANKS.encode()
        await answer(body, **headers)(writer, heard)

    return write


def taught(other: Elsewhere) -> list[str]:
    """The methods it heard beside questions, in their order."""
    methods = [heard.head.split()[1].rsplit("/", 1)[1] for heard in other.heard]
    return [method for method in methods if method != "comment-check"]


@pytest.mark.parametrize(
    ("how", "status", "reasons"),
    [
        (says(b"false"), Status.APPROVED, []),
        (says(b"true"), Status.SPAM, ["akismet"]),
        (says(b"true", X_Akismet_Pro_Tip="discard"), Status.SPAM, ["akismet"]),
        (says(b"invalid"), Status.PENDING, ["akismet_silent"]),
        (answer(b"", "500 Internal Server Error"), Status.PENDING, ["akismet_silent"]),
    ],
)
async def test_what_it_says_is_a_reason_and_silence_holds(
    database_url: str, tmp_path: Path, how: Answer, status: Status, reasons: list[str]
) -> None:
    async with elsewhere(how) as other, running(database_url, tmp_path, other) as (ctx, _):
        comment = await builders.write(ctx, "Cheap watches")
        sheets = await verdicts.of(ctx.store, [comment.id])
    assert comment.status == status
    assert [r.rule for sheet in sheets.values() for r in sheet.reasons] == reasons


async def test_it_is_shown_what_people_see_and_no_email(database_url: str, tmp_path: Path) -> None:
    async with (
        elsewhere(says(b"false")) as other,
        running(database_url, tmp_path, other) as (ctx, _),
    ):
        await builders.write(ctx, "A **text**", name="Mira", email="mira@example.org")
    asked = parse_qs(other.heard[0].body)
    assert asked["comment_content"] == ["A **text**"]
    assert asked["permalink"] == [builders.POST]
    assert "mira@example.org" not in str(asked)


@pytest.mark.parametrize(
    "policy", [replace(WANTED, akismet=False), replace(WANTED, quiet_rules=("akismet",))]
)
async def test_a_site_that_does_not_want_it_shows_it_nothing(
    database_url: str, tmp_path: Path, policy: Policy
) -> None:
    async with (
        elsewhere(says(b"true")) as other,
        running(database_url, tmp_path, other, policy) as (ctx, owner),
    ):
        comment = await builders.write(ctx)
        await builders.decide(ctx, owner, Act.SPAM, comment)
        await ctx.errands.settle()
    assert (comment.status, other.heard) == (Status.APPROVED, [])


async def test_what_is_spam_anyway_is_not_shown(database_url: str, tmp_path: Path) -> None:
    policy = replace(WANTED, block_words=("watches",))
    async with (
        elsewhere(says(b"false")) as other,
        running(database_url, tmp_path, other, policy) as (ctx, _),
    ):
        comment = await builders.write(ctx, "Cheap watches")
    assert (comment.status, other.heard) == (Status.SPAM, [])


async def test_others_write_while_it_thinks(database_url: str, tmp_path: Path) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def think(writer: asyncio.StreamWriter, heard: Heard) -> None:
        asked.set()
        await may_answer.wait()
        await answer(b"false")(writer, heard)

    async with elsewhere(think) as other, running(database_url, tmp_path, other) as (ctx, _owner):
        waiting = asyncio.create_task(builders.write(ctx))
        await asked.wait()
        await builders.add(ctx, Role.VIEWER)  # a write of somebody else
        may_answer.set()
        assert (await waiting).status == Status.APPROVED


async def test_it_is_told_where_it_was_wrong_and_only_there(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        elsewhere(says(b"false")) as other,
        running(database_url, tmp_path, other) as (ctx, owner),
    ):
        missed = await builders.write(ctx, "Cheap watches")
        await builders.decide(ctx, owner, Act.SPAM, missed)
        await ctx.errands.settle()
        assert taught(other) == ["submit-spam"]
        assert "user_ip" not in other.heard[-1].body
        other.answer = says(b"true")
        good = await builders.write(ctx, "The weir")
        bad = await builders.write(ctx, "More watches")
        await builders.decide(ctx, owner, Act.APPROVE, good)
        await builders.decide(ctx, owner, Act.REMOVE, bad)
        await ctx.errands.settle()
    assert taught(other) == ["submit-spam", "submit-ham"]


async def test_its_key_is_in_no_log_and_no_text(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        elsewhere(says(b"invalid")) as other,
        running(database_url, tmp_path, other) as (ctx, owner),
    ):
        comment = await builders.write(ctx)
        await builders.decide(ctx, owner, Act.SPAM, comment)
        await ctx.errands.settle()
        assert KEY not in repr(ctx.settings)
    assert "does not know the key" in caplog.text
    assert KEY not in caplog.text
