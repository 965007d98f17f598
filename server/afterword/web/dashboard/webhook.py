"""One webhook: what it hears of, its secret, how it went lately, and a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.services.webhooks.manage_webhooks import (
    Wish,
    change_webhook,
    delete_webhook,
    get_webhook,
    last_tries,
    pause_webhook,
    renew_secret,
    resume_webhook,
    try_webhook,
    webhook_secret,
)
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.hook_answers import explained
from afterword.web.dashboard.webhooks import FIELDS, WEBHOOKS, choices, read_wish
from afterword.web.input import path_id
from afterword.web.output import see_other
from afterword.web.rate_limit import take
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.delivery.webhook import Posted
    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit

ONE = f"{WEBHOOKS}/{{id}}"


async def show(request: Request) -> Response:
    """`GET /dashboard/webhooks/{id}`."""
    return await _page(request, await signed_in(request), NOTHING)


async def change(request: Request) -> Response:
    """`POST /dashboard/webhooks/{id}`: another address, template or choice of events."""
    visit, fields = await confirmed_form(request)
    number, wish = path_id(request), read_wish(fields)
    work = change_webhook(context(request), visit.member, number, wish, now=now(request))
    changed = await attempt(work)
    if isinstance(changed, Forbidden | NotFound):
        raise changed
    if isinstance(changed, Refused):
        return await _page(request, visit, complain(changed, FIELDS), wish=wish)
    return see_other(request, f"{WEBHOOKS}/{number}?said=webhook-saved")


async def act(request: Request) -> Response:
    """`POST /dashboard/webhooks/{id}/act`: pauses it, resumes it, or deletes it."""
    visit, fields = await member_form(request)
    fields.required("act")
    wish = fields.one_of("act", ("pause", "resume", "delete"), "pause")
    work = {"pause": pause_webhook, "resume": resume_webhook, "delete": delete_webhook}[wish]
    number = path_id(request)
    await work(context(request), visit.member, number, now=now(request))
    back = WEBHOOKS if wish == "delete" else f"{WEBHOOKS}/{number}"
    return see_other(request, f"{back}?said=webhook-{wish}")


async def test(request: Request) -> Response:
    """`POST /dashboard/webhooks/{id}/test`: sends a test, and tells what came of it."""
    visit, _ = await member_form(request)
    await take(request, "webhook_tests")
    work = try_webhook(context(request), visit.member, path_id(request), now=now(request))
    posted = await attempt(work)
    if isinstance(posted, Forbidden | NotFound):
        raise posted
    if isinstance(posted, Refused):
        return await _page(request, visit, complain(posted, ()))
    return await _page(request, visit, NOTHING, posted=posted)


async def secret(request: Request) -> Response:
    """`POST /dashboard/webhooks/{id}/secret`: shows the secret in the answer, or a new one."""
    visit, fields = await confirmed_form(request)
    ctx, number = context(request), path_id(request)
    if fields.one_of("act", ("show", "renew"), "show") == "renew":
        text = await renew_secret(ctx, visit.member, number, now=now(request))
    else:
        text = await webhook_secret(ctx, visit.member, number)
    return await _page(request, visit, NOTHING, secret_text=text)


async def _page(
    request: Request,
    visit: Visit,
    complaint: Complaint,
    *,
    wish: Wish | None = None,
    posted: Posted | None = None,
    secret_text: str = "",
) -> Response:
    ctx, number = context(request), path_id(request)
    webhook = await get_webhook(ctx, visit.member, number)
    site = ctx.sites.by_id(webhook.site_id) if webhook.site_id else None
    return await dashboard_page(
        request,
        visit,
        "webhook.html",
        here=WEBHOOKS,
        heading="Webhook",
        status=complaint.status,
        webhook=webhook,
        where=site.name if site else "every site",
        wish=wish or Wish(webhook.url, webhook.template, webhook.events),
        tries=await last_tries(ctx, visit.member, number),
        posted=posted,
        advice=explained(posted) if posted else "",
        secret=secret_text,
        refused=complaint.message,
        wrong=complaint.wrong,
        **choices(),
    )


ROUTES = [
    Route(ONE, show, methods=["GET"], name="webhook"),
    Route(ONE, change, methods=["POST"], name="change_webhook"),
    Route(f"{ONE}/act", act, methods=["POST"], name="act_on_webhook"),
    Route(f"{ONE}/test", test, methods=["POST"], name="test_webhook"),
    Route(f"{ONE}/secret", secret, methods=["POST"], name="webhook_secret"),
]
