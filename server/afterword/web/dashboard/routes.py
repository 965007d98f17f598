"""The dashboard's pages and acts, as lines of the table of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.web.dashboard import (
    api_tokens,
    audit,
    authors,
    bans,
    comment_page,
    confirm,
    export,
    health,
    import_page,
    install,
    invitation,
    learning,
    lost_password,
    mail,
    members,
    moved_addresses,
    never_again,
    notices,
    page_moves,
    pages,
    person,
    profile,
    queue,
    reset,
    rules,
    second_step,
    set_up,
    sign_in,
    sign_in_ways,
    site_host,
    site_settings,
    sites,
    statistics,
    surge,
    webhook,
    webhooks,
)
from afterword.web.dashboard.place import QUEUE
from afterword.web.output import see_other

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def enter(request: Request) -> Response:
    """`/dashboard`: the queue is what a moderator comes for."""
    return see_other(request, QUEUE)


DASHBOARD_ROUTES = [
    *comment_page.ROUTES,
    *learning.ROUTES,
    *queue.ROUTES,
    *authors.ROUTES,
    *person.ROUTES,
    *bans.ROUTES,
    *page_moves.ROUTES,
    *moved_addresses.ROUTES,
    *pages.ROUTES,
    Route("/dashboard", enter, methods=["GET"], name="dashboard"),
    Route("/dashboard/set-up", set_up.show, methods=["GET"], name="set_up"),
    Route("/dashboard/set-up", set_up.make_account, methods=["POST"], name="make_account"),
    Route("/dashboard/sign-in", sign_in.show, methods=["GET"], name="sign_in_form"),
    Route("/dashboard/sign-in", sign_in.sign_in, methods=["POST"], name="sign_in"),
    Route("/dashboard/sign-in/code", sign_in.finish, methods=["POST"], name="finish_sign_in"),
    Route("/dashboard/sign-out", sign_in.sign_out, methods=["POST"], name="sign_out"),
    *audit.ROUTES,
    *health.ROUTES,
    *statistics.ROUTES,
    *sites.ROUTES,
    *site_settings.ROUTES,
    *site_host.ROUTES,
    *sign_in_ways.ROUTES,
    *install.ROUTES,
    Route("/dashboard/profile", profile.show, methods=["GET"], name="profile"),
    Route(
        "/dashboard/profile/sessions", profile.end_sessions, methods=["POST"], name="end_sessions"
    ),
    Route(
        "/dashboard/profile/password", profile.set_password, methods=["POST"], name="set_password"
    ),
    *notices.ROUTES,
    *confirm.ROUTES,
    *api_tokens.ROUTES,
    *members.ROUTES,
    *invitation.ROUTES,
    *reset.ROUTES,
    *lost_password.ROUTES,
    *second_step.ROUTES,
    *rules.ROUTES,
    *never_again.ROUTES,
    *surge.ROUTES,
    *webhooks.ROUTES,
    *webhook.ROUTES,
    *mail.ROUTES,
    *import_page.ROUTES,
    *export.ROUTES,
]
