"""Exporting by the dashboard: streamed, noted, and with private fields only after the password."""

from __future__ import annotations

import json

import pytest

from afterword.core.model import Role
from tests.support.forms import PASSWORD, Visitor, new_member, signed_in
from tests.support.serving import Served

EXPORT = "/dashboard/export"
BLOG = "https://blog.example.org"
OWNER = "ow@example.org"


@pytest.fixture
async def owner(app: Served) -> Visitor:
    await app.add_site("My blog!", BLOG, hold="none")
    for page in ("a", "b"):
        sent = await app.comment(f"{BLOG}/{page}", email="mira@example.org", body=f"On {page}")
        assert sent.status_code == 201, sent.text
    await new_member(app, OWNER, role=Role.OWNER)
    return await signed_in(app, OWNER)


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


async def acts(app: Served) -> list[object]:
    rows = await app.context.store.fetch_all(
        "SELECT after FROM audit WHERE act = 'export_comments' ORDER BY id"
    )
    return [json.loads(row[0]) for row in rows]


async def test_a_site_is_downloaded_and_the_log_says_so(owner: Visitor, app: Served) -> None:
    form = (await owner.get(EXPORT)).form(EXPORT)
    answer = await owner.post(form, "Download")
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="My-blog-20')
    assert name.endswith('.jsonl"')
    assert answer.headers["cache-control"] == "no-store"
    assert "content-length" not in answer.headers, "it is never kept as a whole"
    found = lines(answer.text)
    assert [line.get("type") for line in found].count("comment") == 2
    assert found[-1]["type"] == "end"
    assert "mira@example.org" not in answer.text
    assert await acts(app) == [{"format": "jsonl", "page": None, "private": False}]
    assert "Comments were exported" in (await owner.get("/dashboard/audit")).text


async def test_one_page_is_downloaded(owner: Visitor, app: Served) -> None:
    form = (await owner.get(EXPORT)).form(EXPORT)
    answer = await owner.post(form, "Download", page=f"{BLOG}/b")
    assert "On b" in answer.text
    assert "On a" not in answer.text
    wrong = await owner.post(form, "Download", page=f"{BLOG}/nowhere")
    assert wrong.status_code == 422
    assert "no page at that address" in wrong.text
    assert len(await acts(app)) == 1


async def test_private_fields_need_the_password_once_more(owner: Visitor, app: Served) -> None:
    app.clock.advance(11 * 60)
    form = (await owner.get(EXPORT)).form(EXPORT)
    button = "Download with private fields"
    for typed in ("", "wrong"):
        refused = await owner.post(form, button, confirm_password=typed)
        assert refused.status_code == 403
        assert "mira@example.org" not in refused.text
    assert await acts(app) == []
    answer = await owner.post(form, button, confirm_password=PASSWORD)
    assert answer.status_code == 200
    assert "mira@example.org" in answer.text
    assert await acts(app) == [{"format": "jsonl", "page": None, "private": True}]
    again = (await owner.get(EXPORT)).form(EXPORT)
    assert "confirm_password" not in again.fields, "it is not asked for again for ten minutes"
    assert "mira@example.org" in (await owner.post(again, button)).text
