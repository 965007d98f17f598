"""A member's own page: sessions and password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Refused
from afterword.services.members.sign_in import (
    change_password,
    end_other_sessions,
    end_session,
    list_sessions,
)
from afterword.web import wording
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard import notices
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Member
    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit

PROFILE = "/dashboard/profile"


async def show(request: Request) -> Response:
    """`GET /dashboard/profile`."""
    return await _page(request, await signed_in(request), NOTHING)


async def end_sessions(request: Request) -> Response:
    """`POST /dashboard/profile/sessions`: one session ends, or all others."""
    visit, fields = await member_form(request)
    if fields.required("session") == "others":
        await end_other_sessions(context(request), visit.session, now=now(request))
        return see_other(request, f"{PROFILE}?said=others-ended")
    number = fields.integer("session") or 0
    await end_session(context(request), visit.member, number, now=now(request))
    return see_other(request, f"{PROFILE}?said=ended")


async def set_password(request: Request) -> Response:
    """`POST /dashboard/profile/password`: a new password, for whoever knows the old one."""
    visit, fields = await member_form(request)
    changed = await attempt(
        change_password(
            context(request),
            visit.member,
            visit.session,
            fields.text("old"),
            fields.text("new"),
            now=now(request),
        )
    )
    if isinstance(changed, Refused):
        return await _page(request, visit, complain(changed, ("old", "new")))
    return see_other(request, f"{PROFILE}?said=password")


async def _page(request: Request, visit: Visit, complaint: Complaint) -> Response:
    return await dashboard_page(
        request,
        visit,
        "profile.html",
        here=PROFILE,
        heading="Profile",
        status=complaint.status,
        sessions=await list_sessions(context(request), visit.member, now=now(request)),
        notices=await notices.rows(request, visit.member),
        notice_words=notices.WORDS,
        roles=_roles(request, visit.member),
        refused=complaint.message,
        wrong=complaint.wrong,
    )


def _roles(request: Request, member: Member) -> list[str]:
    """`owner of every site`, `viewer on Field notes`."""
    sites = context(request).sites
    found = []
    for site_id, role in member.roles.items():
        site = sites.by_id(site_id) if site_id is not None else None
        found.append(f"{wording.role(role)} on {site.name if site else 'every site'}")
    return found
