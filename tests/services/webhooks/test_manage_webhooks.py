"""Owners say where events go; nobody else, and to no machine that may not be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Member, Role, Site
from afterword.services.context import Context
from afterword.services.permission import COMMAND_LINE
from afterword.services.webhooks import manage_webhooks
from afterword.services.webhooks.manage_webhooks import (
    Wish,
    add_webhook,
    change_webhook,
    delete_webhook,
    get_webhook,
    list_webhooks,
    pause_webhook,
    renew_secret,
    resume_webhook,
    webhook_secret,
)
from afterword.storage import audit
from tests.services.builders import NOW, add, add_site

PASSWORD_IN_URL = "https://hooks.example/services/T0/B0/very-secret"
WISH = Wish(PASSWORD_IN_URL, "slack", ("comment.approved", "comment.held"))


async def test_what_an_owner_does_is_in_the_audit_log_without_the_address(
    ctx: Context, site: Site, owner: Member
) -> None:
    webhook = await add_webhook(ctx, owner, site.id, WISH, now=NOW)
    await change_webhook(ctx, owner, webhook.id, replace(WISH, template="text"), now=NOW)
    await pause_webhook(ctx, owner, webhook.id, now=NOW)
    await pause_webhook(ctx, owner, webhook.id, now=NOW)
    await resume_webhook(ctx, owner, webhook.id, now=NOW)
    await renew_secret(ctx, owner, webhook.id, now=NOW)
    await delete_webhook(ctx, owner, webhook.id, now=NOW)
    entries = [each for each in await audit.recent(ctx.store, limit=20) if "webhook" in each.act]
    assert [each.act for each in reversed(entries)] == [
        "add_webhook",
        "change_webhook",
        "pause_webhook",
        "resume_webhook",
        "renew_webhook_secret",
        "delete_webhook",
    ]
    assert {(each.site_id, each.subject, each.member_id) for each in entries} == {
        (site.id, (webhook.id,), owner.id)
    }
    assert entries[0].before["host"] == "hooks.example"
    assert "very-secret" not in repr(entries)
    with pytest.raises(NotFound):
        await get_webhook(ctx, owner, webhook.id)


async def test_a_site_is_the_business_of_its_owners(ctx: Context, site: Site) -> None:
    webhook = await add_webhook(ctx, COMMAND_LINE, site.id, WISH, now=NOW)
    everywhere = await add_webhook(ctx, COMMAND_LINE, None, WISH, now=NOW)
    other = await add_site(ctx, "shop", "https://shop.example.org")
    own, moderator, stranger = (
        await add(ctx, Role.OWNER, site),
        await add(ctx, Role.MODERATOR, site),
        await add(ctx, Role.OWNER, other),
    )
    assert await list_webhooks(ctx, own) == [webhook]
    assert await list_webhooks(ctx, moderator) == await list_webhooks(ctx, stranger) == []
    assert await list_webhooks(ctx, COMMAND_LINE) == [webhook, everywhere]
    for member, refusal in ((moderator, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            await webhook_secret(ctx, member, webhook.id)
        with pytest.raises(refusal):
            await add_webhook(ctx, member, site.id, WISH, now=NOW)
    for member in (own, moderator, stranger):
        with pytest.raises(Forbidden):
            await get_webhook(ctx, member, everywhere.id)
        with pytest.raises(Forbidden):
            await add_webhook(ctx, member, None, WISH, now=NOW)
    with pytest.raises(NotFound):
        await add_webhook(ctx, COMMAND_LINE, 10**9, WISH, now=NOW)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (replace(WISH, url=""), "url"),
        (replace(WISH, url="ftp://hooks.example/"), "url"),
        (replace(WISH, url="https://mira:pass@hooks.example/"), "url"),
        (replace(WISH, url="http://127.0.0.1/"), "url"),
        (replace(WISH, url="http://[::1]/"), "url"),
        (replace(WISH, url="https://hooks.example:6379/"), "url"),
        (replace(WISH, url="https://hooks.example/" + "x" * 2_000), "url"),
        (replace(WISH, template="telegram"), "url"),
        (replace(WISH, template="matrix"), "url"),
        (replace(WISH, template="fax"), "template"),
        (replace(WISH, events=()), "events"),
        (replace(WISH, events=("comment.approved", "comment.created")), "events"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    ctx: Context, site: Site, owner: Member, wish: Wish, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await add_webhook(ctx, owner, site.id, wish, now=NOW)
    assert [each.field for each in refused.value.fields] == [field]


async def test_a_new_secret_is_another_one(ctx: Context, site: Site, owner: Member) -> None:
    webhook = await add_webhook(ctx, owner, site.id, WISH, now=NOW)
    first = await webhook_secret(ctx, owner, webhook.id)
    assert first == await webhook_secret(ctx, owner, webhook.id)
    assert await renew_secret(ctx, owner, webhook.id, now=NOW) != first


async def test_there_is_an_end_to_how_many(
    ctx: Context, site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manage_webhooks, "MOST", 2)
    for _ in range(2):
        await add_webhook(ctx, owner, site.id, WISH, now=NOW)
    with pytest.raises(Conflict, match="Delete one"):
        await add_webhook(ctx, owner, site.id, WISH, now=NOW)


@pytest.mark.parametrize("key", ["%C3%A9", "a%0D%0AX-Evil:1", "a+b", "%E2%80%A8"])
async def test_a_key_that_no_header_can_hold_is_refused_before_it_is_sent(
    ctx: Context, site: Site, owner: Member, key: str
) -> None:
    url = f"https://matrix.example.org/send?access_token={key}"
    wish = Wish(url, "matrix", ("comment.approved",))
    with pytest.raises(Invalid) as refused:
        await add_webhook(ctx, owner, site.id, wish, now=NOW)
    assert [each.code for each in refused.value.fields] == ["unfit"]
