"""Webhooks hear of what happens, from what is so when they are told, and hold nobody up."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest

from afterword.core.model import Act
from afterword.core.webhook import ENOUGH_TIME, TOPICS
from afterword.delivery import webhook as posting
from afterword.delivery.guarded_client import GuardedClient, Limits
from afterword.services.context import Context
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.moderating.switch_surge import switch_surge
from afterword.services.permission import COMMAND_LINE
from afterword.services.running.check_health import check_health
from afterword.services.telling.deliver_outbox import Delivery
from afterword.services.telling.spread_events import spread_events
from afterword.services.webhooks.manage_webhooks import (
    Wish,
    add_webhook,
    get_webhook,
    last_tries,
    pause_webhook,
    resume_webhook,
    try_webhook,
    webhook_secret,
)
from tests.support.canary import Canary, found_in, new_email
from tests.support.elsewhere import Elsewhere, answer, elsewhere, endless, hang, raw
from tests.support.serving import Served

PAGE = "https://blog.example.org/notes/weir"
LINKS = "https://a.example https://b.example https://c.example"
"""More than a site lets pass: such a comment is held."""
ALL = tuple(kind.value for kind in TOPICS)
PUBLIC = ("comment.approved", "comment.edited", "comment.removed")


@dataclass
class Hooked:
    """A site with one webhook, and the server that it leads to."""

    app: Served
    ctx: Context
    other: Elsewhere
    id: int
    site_id: int

    async def tell(self) -> list[Any]:
        """Spreads and delivers what is due; the new messages, as they came."""
        before = len(self.other.heard)
        await spread_events(self.ctx, now=self.app.clock.now)
        await Delivery(self.ctx, self.app.clock).deliver("webhook")
        return [json.loads(each.body) for each in self.other.heard[before:]]

    async def write(self, body: str = "", **more: Any) -> int:
        given = {"body": body} if body else {}
        sent = await self.app.comment(PAGE, **given, **more)
        assert sent.status_code in (201, 202), sent.text
        return int(sent.json()["comment"]["id"])

    async def decide(self, act: Act, comment_id: int) -> None:
        await moderate(self.ctx, COMMAND_LINE, act, [comment_id], now=self.app.clock.now)

    async def answers(self) -> list[str]:
        return [each.answer for each in await last_tries(self.ctx, COMMAND_LINE, self.id)]

    async def states(self) -> list[str]:
        rows = await self.ctx.store.fetch_all("SELECT state FROM outbox ORDER BY id")
        return [row[0] for row in rows]


@asynccontextmanager
async def hooked(
    app: Served, *events: str, template: str = "events", everywhere: bool = False
) -> AsyncIterator[Hooked]:
    async with elsewhere(answer(b"ok")) as other:
        settings = replace(app.settings, allow_hosts=(other.authority,))
        ctx = replace(app.context, settings=settings, client=GuardedClient(settings.allow_hosts))
        site = await app.add_site("blog", "https://blog.example.org", hold="none")
        wish = Wish(f"{other.url}in", template, events or PUBLIC)
        site_id, now = None if everywhere else site.id, app.clock.now
        made = await add_webhook(ctx, COMMAND_LINE, site_id, wish, now=now)
        yield Hooked(app, ctx, other, made.id, site.id)
        await ctx.client.close()


async def test_a_comment_is_told_once_signed_and_noted(app: Served) -> None:
    async with hooked(app) as hook:
        number = await hook.write("It was rebuilt.", title="The weir")
        (event,) = await hook.tell()
        assert await hook.tell() == []
        assert event["type"] == "org.afterword.comment.approved"
        assert event["data"]["comment"]["id"] == number
        assert event["data"]["comment"]["text"] == "It was rebuilt."
        assert event["data"]["page"]["title"] == "The weir"
        assert await hook.answers() == ["HTTP 200: ok"]
        heard = hook.other.heard[0]
        given = heard.head.split("X-Afterword-Signature: ")[1].split("\r\n")[0]
        at, digest = (part.split("=")[1] for part in given.split(","))
        secret = await webhook_secret(hook.ctx, COMMAND_LINE, hook.id)
        signed = f"{at}.{heard.body}".encode()
        assert digest == hmac.new(secret.encode(), signed, sha256).hexdigest()


async def test_only_what_was_chosen_is_told(app: Served) -> None:
    async with hooked(app, "comment.spam", everywhere=True) as hook:
        number = await hook.write()
        await hook.write(LINKS)
        assert await hook.tell() == []
        await hook.decide(Act.SPAM, number)
        (event,) = await hook.tell()
        assert event["type"] == "org.afterword.comment.spam"


async def test_another_sites_comments_are_not_told(app: Served) -> None:
    async with hooked(app, *ALL) as hook:
        await app.add_site("shop", "https://shop.example.org", hold="none")
        await app.comment("https://shop.example.org/a")
        assert await hook.tell() == []


async def test_what_is_not_public_is_shown_to_those_alone_who_chose_it(app: Served) -> None:
    async with hooked(app, *ALL) as hook:
        waits = await hook.write(f"kestrel {LINKS}", name="Kestrel", title="Kestrel")
        (held,) = await hook.tell()
        assert held["type"] == "org.afterword.comment.held"
        assert "kestrel" in held["data"]["comment"]["text"]
        await hook.decide(Act.APPROVE, waits)
        await hook.decide(Act.REMOVE, waits)
        told = await hook.tell()
        assert [each["type"] for each in told] == [
            "org.afterword.comment.approved",
            "org.afterword.comment.removed",
        ]
        for event in told:
            assert event["data"]["comment"]["status"] == "removed"
            assert "kestrel" not in json.dumps(event).lower()


async def test_a_chat_is_told_of_what_still_is_so(app: Served) -> None:
    async with hooked(app, *ALL, template="slack") as hook:
        number = await hook.write()
        await hook.write("Another.")
        await hook.decide(Act.SPAM, number)
        await hook.decide(Act.HOLD, number)
        told = [each["text"] for each in await hook.tell()]
        assert len(told) == 2
        assert "Another." not in told[0]
        assert "waits for a decision" in told[1]
        assert sorted(await hook.states()) == ["dropped", "dropped", "sent", "sent"]


async def test_surge_mode_is_told_with_its_numbers(app: Served) -> None:
    async with hooked(app, *ALL) as hook:
        await switch_surge(hook.ctx, COMMAND_LINE, hook.site_id, on=True, now=app.clock.now)
        (event,) = await hook.tell()
        assert event["type"] == "org.afterword.surge.began"
        assert event["data"]["surge"] == {"by_hand": True, "per_minute": 0.0}


@pytest.mark.parametrize(
    "how",
    [
        answer(b"", "500 Internal Server Error"),
        answer(b"slow down", "429 Too Many Requests"),
        answer(b"", "302 Found", Location="http://127.0.0.1/"),
        raw(b"nonsense\r\n\r\n"),
        endless,
        hang,
    ],
)
async def test_what_fails_is_told_later_under_the_same_id(
    app: Served, how: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "LIMITS", Limits(seconds=0.5, size=16 * 1024))
    async with hooked(app) as hook:
        hook.other.answer = how
        await hook.write()
        (first,) = await hook.tell()
        assert await hook.tell() == []
        hook.other.answer = answer(b"", "204 No Content")
        app.clock.advance(31)
        (again,) = await hook.tell()
        assert again == first
        assert await hook.states() == ["sent"]
        assert (await get_webhook(hook.ctx, COMMAND_LINE, hook.id)).failures == 0


async def test_while_it_rests_the_others_of_it_are_not_tried(app: Served) -> None:
    async with hooked(app) as hook:
        hook.other.answer = answer(b"", "503 Down")
        for _ in range(5):
            await hook.write()
        assert len(await hook.tell()) == 1
        app.clock.advance(29)
        assert await hook.tell() == []
        app.clock.advance(1)
        assert len(await hook.tell()) == 1
        hook.other.answer = answer(b"")
        app.clock.advance(61)
        assert len(await hook.tell()) == 5
        assert await hook.states() == ["sent"] * 5


async def test_who_says_when_to_come_again_is_told_then(app: Served) -> None:
    async with hooked(app) as hook:
        hook.other.answer = answer(b"", "429 Too Many Requests", Retry_After="120")
        await hook.write()
        await hook.write()
        assert len(await hook.tell()) == 1
        app.clock.advance(119)
        assert await hook.tell() == []
        hook.other.answer = answer(b"")
        app.clock.advance(1)
        assert len(await hook.tell()) == 2


async def test_who_wants_it_soon_is_told_soon_but_once(app: Served) -> None:
    async with hooked(app) as hook:
        hook.other.answer = answer(b"", "429 Too Many Requests", Retry_After="2")
        await hook.write()
        assert len(await hook.tell()) == 1
        app.clock.advance(2)
        assert len(await hook.tell()) == 1
        app.clock.advance(59)
        assert await hook.tell() == []
        app.clock.advance(1)
        assert len(await hook.tell()) == 1


async def test_gone_pauses_it_and_the_health_page_says_so(app: Served) -> None:
    async with hooked(app) as hook:
        hook.other.answer = answer(b"", "410 Gone")
        await hook.write()
        await hook.write()
        assert len(await hook.tell()) == 1
        app.clock.advance(ENOUGH_TIME)
        assert await hook.tell() == []
        assert await hook.states() == ["failed", "dropped"]
        webhook = await get_webhook(hook.ctx, COMMAND_LINE, hook.id)
        assert webhook.paused_why == "gone"
        found = await check_health(hook.ctx, COMMAND_LINE, now=app.clock.now)
        (finding,) = [each for each in found if each.code == "webhook_paused"]
        assert finding.path == f"/dashboard/webhooks/{hook.id}"
        await hook.write("Never heard of.")
        assert await hook.tell() == []
        await resume_webhook(hook.ctx, COMMAND_LINE, hook.id, now=app.clock.now)
        hook.other.answer = answer(b"")
        await hook.write("Heard of.")
        (event,) = await hook.tell()
        assert event["data"]["comment"]["text"] == "Heard of."


async def test_a_day_of_failures_pauses_it(app: Served) -> None:
    async with hooked(app) as hook:
        hook.other.answer = answer(b"", "500 Internal Server Error")
        await hook.write()
        for _ in range(40):
            await hook.tell()
            app.clock.advance(60 * 60)
        webhook = await get_webhook(hook.ctx, COMMAND_LINE, hook.id)
        assert webhook.paused_why == "failing"
        assert len(hook.other.heard) < 20


async def test_while_paused_by_hand_nothing_is_told(app: Served) -> None:
    async with hooked(app) as hook:
        await hook.write()
        await spread_events(hook.ctx, now=app.clock.now)
        await pause_webhook(hook.ctx, COMMAND_LINE, hook.id, now=app.clock.now)
        await hook.write()
        assert await hook.tell() == []
        assert await hook.states() == ["dropped"]


async def test_a_test_is_sent_at_once_and_changes_nothing(app: Served) -> None:
    async with hooked(app) as hook:
        hook.other.answer = answer(b"who?", "401 Unauthorized")
        posted = await try_webhook(hook.ctx, COMMAND_LINE, hook.id, now=app.clock.now)
        assert (posted.sent, posted.answer) == (False, "HTTP 401: who?")
        assert json.loads(hook.other.heard[0].body)["data"]["test"] is True
        assert (await get_webhook(hook.ctx, COMMAND_LINE, hook.id)).failures == 0
        assert await hook.answers() == []


@pytest.mark.parametrize("template", ["events", "text", "slack", "discord"])
async def test_nothing_private_is_in_any_message(app: Served, template: str) -> None:
    email, address = new_email(), "203.0.113.7"
    async with hooked(app, *ALL, template=template) as hook:
        key = {"visitor_token": "v" * 22}
        first = await hook.write(email=email, **key)
        await hook.write(LINKS, email=email, **key)
        for act in (Act.SPAM, Act.APPROVE, Act.REMOVE):
            await hook.decide(act, first)
            await spread_events(hook.ctx, now=app.clock.now)
            await Delivery(hook.ctx, app.clock).deliver("webhook")
        sent = "".join(each.head + each.body for each in hook.other.heard).encode()
        rows = await hook.ctx.store.fetch_all("SELECT address, network FROM sender")
        keys = await hook.ctx.store.fetch_all("SELECT author_key FROM comment")
        hashes = {str(value) for row in (*rows, *keys) for value in row if value}
        assert len(hashes) >= 2
        secrets = [Canary.of_email(email), Canary.of_address(address)]
        assert len(hook.other.heard) >= 3
        assert found_in(sent, [*secrets, *map(Canary.of_text, hashes)]) == []
