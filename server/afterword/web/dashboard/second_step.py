"""The second step of signing in, in the profile: on by a code, recovery codes shown once, off by password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.services.members import second_step as service
from afterword.services.members.confirm_password import confirm_password
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.profile import PROFILE
from afterword.web.output import see_other
from afterword.web.qr import qr
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit

SECOND_STEP = f"{PROFILE}/second-step"


async def show(request: Request) -> Response:
    """`GET /dashboard/profile/second-step`: a key to take, or what is on."""
    return await _page(request, await signed_in(request), NOTHING)


async def turn_on(request: Request) -> Response:
    """`POST /dashboard/profile/second-step`: on, for whoever types the key's code; shows recovery codes."""
    visit, fields = await confirmed_form(request)
    seed = fields.text("seed")
    codes = await attempt(
        service.turn_on(
            context(request),
            visit.member,
            visit.session,
            seed,
            fields.text("code"),
            now=now(request),
        )
    )
    if isinstance(codes, Refused):
        return await _page(request, visit, complain(codes, ("code",)), seed=seed)
    return await _page(request, visit, NOTHING, codes=codes)


async def renew(request: Request) -> Response:
    """`POST /dashboard/profile/second-step/codes`: ten new recovery codes, shown in the answer alone."""
    visit, _ = await confirmed_form(request)
    codes = await service.renew_codes(context(request), visit.member, now=now(request))
    return await _page(request, visit, NOTHING, codes=codes)


async def turn_off(request: Request) -> Response:
    """`POST /dashboard/profile/second-step/off`: off, for whoever knows the password."""
    visit, fields = await member_form(request)
    ctx, at = context(request), now(request)
    password = fields.text("password")
    refused = await attempt(confirm_password(ctx, visit.member, visit.session, password, now=at))
    if isinstance(refused, Refused):
        return await _page(request, visit, complain(refused, ("password",)))
    await service.turn_off(ctx, visit.member, now=at)
    return see_other(request, f"{PROFILE}?said=second-step-off")


async def _page(
    request: Request,
    visit: Visit,
    complaint: Complaint,
    *,
    seed: str = "",
    codes: Sequence[str] = (),
) -> Response:
    ctx = context(request)
    left = await service.status(ctx, visit.member)
    new = service.begin_enrolment(ctx, visit.member, seed) if left is None else None
    return await dashboard_page(
        request,
        visit,
        "second-step.html",
        here=PROFILE,
        heading="Second step",
        status=complaint.status,
        left=left,
        new=new,
        picture=qr(new.address) if new else None,
        codes=codes,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(SECOND_STEP, show, methods=["GET"], name="second_step"),
    Route(SECOND_STEP, turn_on, methods=["POST"], name="turn_on_second_step"),
    Route(f"{SECOND_STEP}/codes", renew, methods=["POST"], name="renew_recovery_codes"),
    Route(f"{SECOND_STEP}/off", turn_off, methods=["POST"], name="turn_off_second_step"),
]
