from __future__ import annotations

import csv
import io
import json

import pytest
import pytest_asyncio

from afterword.core.model import Role
from afterword.services.audit import undo_act
from afterword.web.act_words import SAID
from afterword.web.dashboard.audit_words import ACTS
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

AUDIT = "/dashboard/audit"
UNDO = "/dashboard/queue/undo"


@pytest_asyncio.fixture
async def owner(app: Served) -> Visitor:
    await new_member(app, "lea@example.org", role=Role.OWNER)
    return await signed_in(app, "lea@example.org")


@pytest_asyncio.fixture
async def decided(app: Served, owner: Visitor, page_url: str) -> int:
    """A comment that Lea has approved."""
    await app.add_site("=blog", "https://blog.example.org", hold="all")
    sent = await app.comment(page_url, title="Notes from the weir")
    number: int = sent.json()["comment"]["id"]
    form = (await owner.get("/dashboard/queue")).form("/dashboard/queue", id=number)
    await owner.post(form, act="approve")
    return number


def test_every_act_that_can_be_undone_has_words() -> None:
    assert set(undo_act.RESTORE) <= set(ACTS)
    assert set(SAID) <= set(ACTS)


async def test_an_act_is_told_with_who_what_where_and_its_undo(
    owner: Visitor, decided: int
) -> None:
    page = await owner.get("/dashboard/decisions")
    assert page.address == AUDIT
    assert "1 comment approved on Notes from the weir" in page.text
    assert "Lea · =blog" in page.text
    assert "The command line · =blog" in page.text
    assert f'href="/dashboard/comments/{decided}"' in page.html
    page = await owner.send(page.form(UNDO))
    assert page.address.startswith(AUDIT)
    assert "Undone: 1 comment approved" in page.text
    assert not page.has_form(UNDO)


async def test_the_filter_is_kept_and_leads_on(owner: Visitor, decided: int) -> None:
    page = await owner.get(f"{AUDIT}?member=0")
    assert "A site is added" in page.text
    assert "1 comment approved" not in page.text
    page = await owner.get(f"{AUDIT}?member=&act=approve&site=&since=2020-01-01&until=")
    assert "1 comment approved" in page.text
    assert 'value="2020-01-01"' in page.html
    assert "Nothing of that kind." in (await owner.get(f"{AUDIT}?until=2020-01-01")).text


@pytest.mark.parametrize("query", ["since=x", "since=2026-13-01", "until=9999-12-31x", "member=-1"])
async def test_a_filter_that_cannot_be_is_refused(owner: Visitor, query: str) -> None:
    assert (await owner.get(f"{AUDIT}?{query}")).status == 422


async def test_exports_hold_the_log_and_no_formula(owner: Visitor, decided: int) -> None:
    page = await owner.get(f"{AUDIT}/export?format=jsonl")
    assert page.response.headers["content-disposition"].endswith('.jsonl"')
    acts = [json.loads(line) for line in page.response.text.splitlines()]
    assert [act["act"] for act in acts] == ["approve", "add_site"]
    assert acts[0]["by"] == "Lea"
    assert acts[0]["subject"] == [decided]
    assert acts[0]["site"] == "=blog"
    page = await owner.get(f"{AUDIT}/export?format=csv&act=approve")
    head, row = csv.reader(io.StringIO(page.response.text, newline=""))
    assert dict(zip(head, row, strict=True))["site"] == "'=blog"


async def test_exports_are_for_owners(app: Served, decided: int) -> None:
    await new_member(app, "mo@example.org", role=Role.MODERATOR)
    mo = await signed_in(app, "mo@example.org")
    page = await mo.get(AUDIT)
    assert f"{AUDIT}/export" not in page.html
    for kind in ("csv", "jsonl"):
        assert (await mo.get(f"{AUDIT}/export?format={kind}")).status == 403
