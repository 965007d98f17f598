"""Webhooks in the dashboard: added, tried, changed, paused and deleted by owners, with a log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from afterword.core.model import Role
from tests.support.elsewhere import Elsewhere, answer, elsewhere
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import serving, settings_for

HOOKS = "/dashboard/webhooks"
OWNER = "ow@example.org"
PASSWORD_IN_URL = "very-secret"


@pytest_asyncio.fixture
async def other() -> AsyncIterator[Elsewhere]:
    """The machine that a webhook leads to."""
    async with elsewhere(answer(b"thanks")) as there:
        yield there


@pytest_asyncio.fixture
async def owner(other: Elsewhere, tmp_path: Path, ready_url: str) -> AsyncIterator[Visitor]:
    """The owner of a site, whose server may ask that machine."""
    settings = settings_for(tmp_path / "data", ready_url)
    async with serving(replace(settings, allow_hosts=(other.authority,))) as app:
        await app.add_site("blog", "https://blog.example.org", hold="none")
        await new_member(app, OWNER, role=Role.OWNER)
        yield await signed_in(app, OWNER)


async def add(owner: Visitor, other: Elsewhere, **more: object) -> str:
    """A new webhook; the path of its page."""
    form = (await owner.get(HOOKS)).form(HOOKS)
    page = await owner.send(form, "Add", url=f"{other.url}in?key={PASSWORD_IN_URL}", **more)
    assert page.status == 200, page.text
    return page.address.partition("?")[0]


async def test_an_owner_adds_one_tries_it_and_reads_the_answer(
    owner: Visitor, other: Elsewhere
) -> None:
    here = await add(owner, other)
    assert here == f"{HOOKS}/1"
    assert "127.0.0.1" in (await owner.get(HOOKS)).text
    assert PASSWORD_IN_URL not in (await owner.get(HOOKS)).html
    tried = await owner.send((await owner.get(here)).form(f"{here}/test"), "Send a test")
    assert "The test arrived" in tried.text
    assert "HTTP 200: thanks" in tried.text
    assert json.loads(other.heard[0].body)["data"]["test"] is True


async def test_what_is_wrong_with_an_answer_is_explained(owner: Visitor, other: Elsewhere) -> None:
    here = await add(owner, other)
    form = (await owner.get(here)).form(f"{here}/test")
    for status, advice in (
        ("401 Unauthorized", "does not know the key"),
        ("302 Found", "Give the address that it leads to"),
        ("500 Internal Server Error", "trouble of its own"),
        ("418 Teapot", "says why in its answer"),
    ):
        other.answer = answer(b"<b>no</b>", status)
        tried = await owner.send(form, "Send a test")
        assert advice in tried.text
        assert "<b>no</b>" not in tried.html


async def test_what_was_typed_wrong_stays_in_the_form(owner: Visitor, other: Elsewhere) -> None:
    form = (await owner.get(HOOKS)).form(HOOKS)
    wrong = "http://10.0.0.7/in"
    page = await owner.send(form, "Add", url=wrong, events=["surge.began"], template="slack")
    assert page.status == 422
    assert "private or reserved network" in page.text
    kept = page.form(HOOKS).fields
    assert (kept["url"], kept["events"], kept["template"]) == ([wrong], ["surge.began"], ["slack"])


async def test_it_is_changed_paused_resumed_and_deleted(owner: Visitor, other: Elsewhere) -> None:
    here = await add(owner, other)
    form = (await owner.get(here)).form(here)
    assert form.fields["events"] == ["comment.approved", "comment.edited", "comment.removed"]
    page = await owner.send(form, "Save", template="text", events=["comment.held"])
    assert "The webhook is changed" in page.text
    assert page.form(here).fields["events"] == ["comment.held"]
    page = await owner.send(page.form(f"{here}/act"), "Pause")
    assert "It is paused." in page.text
    page = await owner.send(page.form(f"{here}/act"), "Resume")
    assert "It is paused." not in page.text
    forms = [each for each in page.forms if "Delete this webhook" in each.buttons]
    page = await owner.send(forms[0], "Delete this webhook")
    assert (page.address.partition("?")[0], "There are none" in page.text) == (HOOKS, True)
    log = (await owner.get("/dashboard/audit")).text
    for said in ("A webhook is added", "A webhook is changed", "A webhook is deleted"):
        assert said in log
    assert PASSWORD_IN_URL not in log


async def test_the_secret_is_shown_when_asked_for_and_made_anew(
    owner: Visitor, other: Elsewhere
) -> None:
    here = await add(owner, other)
    page = await owner.get(here)
    assert "whsec_" not in page.html
    form = page.form(f"{here}/secret")
    shown = await owner.send(form, "Show the secret")
    again = await owner.send(form, "Show the secret")
    renewed = await owner.send(form, "Make a new secret")
    secrets = [each.html.partition("whsec_")[2][:64] for each in (shown, again, renewed)]
    assert all(secrets)
    assert secrets[0] == secrets[1] != secrets[2]
