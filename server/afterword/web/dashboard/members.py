"""Members of one's sites: what each may do where, whether they may sign in, and invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.core.model import Role
from afterword.services.members.invite_member import (
    invite_member,
    list_invitations,
    withdraw_invitation,
)
from afterword.services.members.manage_staff import (
    change_role,
    end_sessions_of,
    list_staff,
    set_disabled,
)
from afterword.services.members.reset_password import make_reset_link
from afterword.services.members.second_step import turn_off_for
from afterword.services.permission import owned_sites, owns_all_of
from afterword.services.telling.bounces import take_back_of_member
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.output import see_other
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Member
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

MEMBERS = "/dashboard/members"
EVERY = "every"
"""Stands in a form for every site."""
NOTHING_THERE = "none"
"""Stands in a form for no role."""


async def show(request: Request) -> Response:
    """`GET /dashboard/members`."""
    return await _page(request, await signed_in(request), NOTHING)


async def set_role(request: Request) -> Response:
    """`POST /dashboard/members/role`: a member is this on a site, or nothing."""
    visit, fields = await confirmed_form(request)
    wish = fields.required("role")
    role = None if wish == NOTHING_THERE else fields.one_of("role", tuple(Role), Role.VIEWER)
    number = fields.integer("member") or 0
    done = await attempt(
        change_role(context(request), visit.member, number, _site(fields), role, now=now(request))
    )
    if isinstance(done, Refused):
        return await _page(request, visit, complain(done, ()))
    if number == visit.member.id and done:
        return see_other(request, "/dashboard/sign-in")
    return see_other(request, f"{MEMBERS}?done={done}" if done else MEMBERS)


async def act(request: Request) -> Response:
    """`POST /dashboard/members`: disables, enables, ends sessions or a second step, mails again."""
    visit, fields = await confirmed_form(request)
    acts = ("disable", "enable", "end-sessions", "second-step-off", "mail-again")
    fields.required("act")
    wish, number = fields.one_of("act", acts, acts[0]), fields.integer("member") or 0
    ctx, at = context(request), now(request)
    if wish == "end-sessions":
        done = await attempt(end_sessions_of(ctx, visit.member, number, now=at))
    elif wish == "mail-again":
        done = await attempt(take_back_of_member(ctx, visit.member, number, now=at))
    elif wish == "second-step-off":
        done = await attempt(turn_off_for(ctx, visit.member, number, now=at))
    else:
        disabled = wish == "disable"
        done = await attempt(set_disabled(ctx, visit.member, number, disabled, now=at))
    if isinstance(done, Refused):
        return await _page(request, visit, complain(done, ()))
    return see_other(request, f"{MEMBERS}?said=member-{wish}")


async def make_link(request: Request) -> Response:
    """`POST /dashboard/members/reset-link`: a link to a new password, shown in the answer alone."""
    visit, fields = await confirmed_form(request)
    number = fields.integer("member") or 0
    made = await attempt(make_reset_link(context(request), visit.member, number, now=now(request)))
    if isinstance(made, Refused):
        return await _page(request, visit, complain(made, ()))
    return await _page(request, visit, NOTHING, link=made, good_for="24 hours")


async def invite(request: Request) -> Response:
    """`POST /dashboard/members/invitations`: a link that gives a role, shown in the answer alone."""
    visit, fields = await confirmed_form(request)
    made = await attempt(
        invite_member(
            context(request),
            visit.member,
            _site(fields),
            fields.one_of("role", tuple(Role), Role.VIEWER),
            fields.text("name"),
            email=fields.text("email"),
            now=now(request),
        )
    )
    if isinstance(made, Refused):
        return await _page(request, visit, complain(made, ("name", "email")), typed=fields)
    to = fields.text("email").strip()
    return await _page(request, visit, NOTHING, link=made.link, good_for="seven days", mailed_to=to)


async def withdraw(request: Request) -> Response:
    """`POST /dashboard/members/invitations/withdraw`: the link gives nothing any more."""
    visit, fields = await confirmed_form(request)
    number = fields.integer("invitation") or 0
    await withdraw_invitation(context(request), visit.member, number, now=now(request))
    return see_other(request, f"{MEMBERS}?said=withdrawn")


def _site(fields: Fields) -> int | None:
    fields.required("site")
    return None if fields.text("site") == EVERY else fields.integer("site")


async def _page(
    request: Request,
    visit: Visit,
    complaint: Complaint,
    *,
    link: str = "",
    good_for: str = "",
    mailed_to: str = "",
    typed: Fields | None = None,
) -> Response:
    ctx = context(request)
    staff = await list_staff(ctx, visit.member)
    return await dashboard_page(
        request,
        visit,
        "members.html",
        here=MEMBERS,
        heading="Members",
        status=complaint.status,
        staff=staff,
        decidable={each.member.id for each in staff if owns_all_of(visit.member, each.member)},
        sites=_sites(request, visit.member),
        names={site.id: site.name for site in ctx.sites},
        invitations=await list_invitations(ctx, visit.member, now=now(request)),
        roles=tuple(Role),
        link_text=link,
        invited={
            "name": typed.text("name") if typed else "",
            "email": typed.text("email") if typed else "",
            "role": typed.text("role") if typed else Role.MODERATOR.value,
            "site": typed.text("site") if typed else "",
        },
        good_for=good_for,
        can_mail=ctx.mail_server is not None,
        mailed_to=mailed_to,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


def _sites(request: Request, member: Member) -> list[tuple[str, str]]:
    """What the forms offer: values and names of the sites that the member owns."""
    owned = sites_of(request, member, Role.OWNER)
    every = [(EVERY, "every site")] if None in owned_sites(member) else []
    return [*every, *((str(site.id), site.name) for site in owned)]


ROUTES = [
    Route(MEMBERS, show, methods=["GET"], name="members"),
    Route(MEMBERS, act, methods=["POST"], name="act_on_member"),
    Route(f"{MEMBERS}/role", set_role, methods=["POST"], name="set_role"),
    Route(f"{MEMBERS}/reset-link", make_link, methods=["POST"], name="make_reset_link"),
    Route(f"{MEMBERS}/invitations", invite, methods=["POST"], name="invite"),
    Route(
        f"{MEMBERS}/invitations/withdraw", withdraw, methods=["POST"], name="withdraw_invitation"
    ),
]
