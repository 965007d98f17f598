"""Webhooks, for owners; what would outlive a token, such as a new address, is not done by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from afterword.core import errors, wire_webhooks
from afterword.services.webhooks.manage_webhooks import (
    delete_webhook,
    get_webhook,
    host_of,
    last_tries,
    list_webhooks,
    pause_webhook,
    resume_webhook,
    try_webhook,
)
from afterword.web.admin.table import OF_ACTS, OF_READS, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.webhook import Webhook


async def show(request: Request) -> Response:
    """Those of the member's sites."""
    member = await token_member(request)
    found = await list_webhooks(context(request), member)
    return json_response(wire_webhooks.Webhooks(webhooks=[_state(each) for each in found]))


async def one(request: Request) -> Response:
    """One of them."""
    member = await token_member(request)
    return json_response(_state(await get_webhook(context(request), member, path_id(request))))


async def set_paused(request: Request) -> Response:
    """It hears nothing, or of what happens from now on."""
    member = await token_member(request)
    sent = await read_json(request, wire_webhooks.SetPaused)
    ctx, number = context(request), path_id(request)
    work = pause_webhook if sent.paused else resume_webhook
    await work(ctx, member, number, now=now(request))
    return json_response(_state(await get_webhook(ctx, member, number)))


async def delete(request: Request) -> Response:
    """It is gone."""
    member = await token_member(request)
    await delete_webhook(context(request), member, path_id(request), now=now(request))
    return Response(status_code=204)


async def test(request: Request) -> Response:
    """Sends a test and waits for the answer."""
    member = await token_member(request)
    await take(request, "webhook_tests")
    posted = await try_webhook(context(request), member, path_id(request), now=now(request))
    return json_response(wire_webhooks.WebhookAnswer(sent=posted.sent, answer=posted.answer))


async def tries(request: Request) -> Response:
    """How it went lately."""
    member = await token_member(request)
    found = await last_tries(context(request), member, path_id(request))
    rows = [
        {
            "at": each.at,
            "sent": each.sent,
            "answer": each.answer,
            "event": each.kind,
            "comment_id": each.comment_id,
        }
        for each in found
    ]
    return json_response(msgspec.convert({"tries": rows}, wire_webhooks.WebhookTries))


def _state(webhook: Webhook) -> wire_webhooks.WebhookState:
    return msgspec.convert(
        {
            "id": webhook.id,
            "site_id": webhook.site_id,
            "host": host_of(webhook.url),
            "template": webhook.template,
            "events": [each.value for each in webhook.events],
            "created_at": webhook.created_at,
            "paused_at": webhook.paused_at,
            "paused_why": webhook.paused_why,
            "failures": webhook.failures,
        },
        wire_webhooks.WebhookState,
    )


_ONE = numbered("webhook")

ENDPOINTS = (
    line(
        "GET", "/webhooks", show, "listWebhooks",
        "The webhooks of the sites that the member owns.",
        Answer("The webhooks.", wire_webhooks.Webhooks),
        refusals=OF_READS,
    ),
    line(
        "GET", "/webhooks/{id}", one, "readWebhook",
        "Where a webhook leads, what it hears of, and whether it is paused.",
        Answer("The webhook.", wire_webhooks.WebhookState),
        _ONE,
    ),
    line(
        "PUT", "/webhooks/{id}/paused", set_paused, "pauseWebhook",
        "Tells a webhook nothing any more, or of what happens from now on.",
        Answer("The webhook.", wire_webhooks.WebhookState),
        _ONE,
        takes=wire_webhooks.SetPaused, example={"paused": True},
    ),
    line(
        "DELETE", "/webhooks/{id}", delete, "deleteWebhook",
        "Deletes a webhook, with what waits for it and the log of its tries.",
        Answer("It is gone.", media=""),
        _ONE,
        status=204,
    ),
    line(
        "POST", "/webhooks/{id}/test", test, "testWebhook",
        "Sends a test to a webhook and waits for the answer, five seconds at most.",
        Answer("What came of it.", wire_webhooks.WebhookAnswer),
        _ONE,
        refusals=(*OF_ACTS, errors.Conflict),
    ),
    line(
        "GET", "/webhooks/{id}/tries", tries, "listWebhookTries",
        "The last times that something was sent to a webhook, with the answers.",
        Answer("The tries.", wire_webhooks.WebhookTries),
        _ONE,
    ),
)  # fmt: skip
