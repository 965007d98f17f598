"""Authors: who wrote last, and one of them with what they wrote, to trust or to ban."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import BAN_KINDS, BanKind, Role, Status
from afterword.core.tree import excerpt
from afterword.services.moderating.ban_author import Terms, ban_author
from afterword.services.moderating.list_authors import list_authors, read_author
from afterword.services.moderating.trust_author import distrust_author, trust_author
from afterword.services.permission import may
from afterword.services.telling.bounces import take_back_of_author
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.place import with_note
from afterword.web.dashboard.site_choice import choose_site, sites_of
from afterword.web.input import path_id, query
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

AUTHORS = "/dashboard/authors"
SHOWN = 160
"""Characters shown of a comment."""
DAY = 24 * 60 * 60_000
FOR = {"1": "a day", "7": "a week", "30": "a month", "": "good"}
"""How long a ban may last, by days."""
USUAL = "7"
KINDS: dict[BanKind, str] = {
    "author": "the browser they write from",
    "email": "the email they gave",
    "address": "their network address",
    "network": "their network, where others may be too",
    "name": "their name, and names that look like it",
}


async def show(request: Request) -> Response:
    """`GET /dashboard/authors?site=&q=`: who wrote last on a site."""
    visit = await signed_in(request)
    fields = query(request)
    site, search = choose_site(request, visit.member, fields), fields.text("q")
    found = await list_authors(context(request), visit.member, site.id, search) if site else ()
    return await dashboard_page(
        request,
        visit,
        "authors.html",
        here=AUTHORS,
        heading="Authors",
        found=[(each, excerpt(each.comment.tree, SHOWN)) for each in found],
        sites=sites_of(request, visit.member),
        site=site,
        search=search,
        by_email=site is not None and may(visit.member, site.id, Role.MODERATOR),
    )


async def show_one(request: Request) -> Response:
    """`GET /dashboard/authors/{id}?after=`: the author of that comment."""
    visit = await signed_in(request)
    return await author_page(request, visit, path_id(request), query(request), NOTHING)


async def act(request: Request) -> Response:
    """`POST /dashboard/authors/{id}`: trust or ban whoever wrote that comment, or mail again."""
    visit, fields = await member_form(request)
    comment_id = path_id(request)
    fields.required("act")
    done = await attempt(_act(request, visit, comment_id, fields))
    if isinstance(done, Forbidden | NotFound):
        raise done
    if isinstance(done, Refused):
        return await author_page(
            request, visit, comment_id, fields, complain(done, ("reason", "kind"))
        )
    path = f"{AUTHORS}/{comment_id}"
    if fields.text("act") == "mail-again":
        path = with_note(path, "said", "mail-again")
    return see_other(request, with_note(path, "done", str(done)) if done else path)


async def _act(request: Request, visit: Visit, comment_id: int, fields: Fields) -> int | None:
    ctx, at = context(request), now(request)
    match fields.one_of("act", ("trust", "distrust", "mail-again", "ban"), ""):
        case "trust":
            return await trust_author(ctx, visit.member, comment_id, now=at)
        case "distrust":
            return await distrust_author(ctx, visit.member, comment_id, now=at)
        case "mail-again":
            await take_back_of_author(ctx, visit.member, comment_id, now=at)
            return None
        case _:
            kind = fields.one_of("kind", BAN_KINDS, "author")
            banned = await ban_author(
                ctx,
                visit.member,
                comment_id,
                kind,
                read_terms(fields, at),
                spam=fields.ticked("spam"),
                now=at,
            )
            return banned.audit_id


def typed_terms(fields: Fields) -> dict[str, str]:
    """What stands in a form of bans: what was typed there, else what is usual."""
    names = ("kind", "text", "reason", "shadow", "spam")
    days = fields.text("days", "" if fields.optional("act") else USUAL)
    return {"days": days, **{name: fields.text(name) for name in names}}


def read_terms(fields: Fields, at: int) -> Terms:
    """For how long, whether told, and why, as the forms of bans ask."""
    days = fields.one_of("days", tuple(FOR), "")
    ends_at = at + int(days) * DAY if days else None
    return Terms(ends_at, fields.ticked("shadow"), fields.text("reason"))


async def author_page(
    request: Request, visit: Visit, comment_id: int, fields: Fields, complaint: Complaint
) -> Response:
    """The author of that comment, with what was wrong with the last form."""
    view = await read_author(
        context(request),
        visit.member,
        comment_id,
        after=fields.optional("after"),
        now=now(request),
    )
    path = f"{AUTHORS}/{comment_id}"
    return await dashboard_page(
        request,
        visit,
        "author.html",
        here=AUTHORS,
        heading=view.comment.author.name or "Anonymous",
        status=complaint.status,
        view=view,
        path=path,
        lines=[(each, page, excerpt(each.tree, SHOWN)) for each, page in view.history],
        counts=[(status, view.counts[status]) for status in Status if status in view.counts],
        further=f"{path}?{urlencode({'after': view.next})}" if view.next else None,
        moderates=may(visit.member, view.site.id, Role.MODERATOR)
        and view.comment.author.member_id is None,
        owns=may(visit.member, view.site.id, Role.OWNER) and view.comment.author.member_id is None,
        kinds=KINDS,
        lasting=FOR,
        typed=typed_terms(fields),
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(AUTHORS, show, methods=["GET"], name="authors"),
    Route(f"{AUTHORS}/{{id}}", show_one, methods=["GET"], name="author"),
    Route(f"{AUTHORS}/{{id}}", act, methods=["POST"], name="decide_about_author"),
]
