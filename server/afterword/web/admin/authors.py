"""Authors: who they are, whether they are trusted, and whether they may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors, wire_admin, wire_comments
from afterword.services.moderating.ban_author import (
    Terms,
    ban_author,
    ban_typed,
    lift_ban,
    list_bans,
)
from afterword.services.moderating.list_authors import list_authors, read_author
from afterword.services.moderating.trust_author import distrust_author, trust_author
from afterword.web.admin.pages import written
from afterword.web.admin.table import AFTER, NUMBER, OF_ACTS, OF_ONE, ONE_SITE, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer, Parameter
from afterword.web.input import path_id, query, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Ban
    from afterword.services.moderating.ban_author import Banned

SLICE = 50
"""Bans in one answer."""


async def show(request: Request) -> Response:
    """Who wrote last on a site."""
    member = await token_member(request)
    fields = query(request)
    site_id, search = fields.required_integer("site"), fields.text("search")
    rows = await list_authors(context(request), member, site_id, search)
    found = [
        wire_comments.ListedAuthor(
            comment_id=each.comment.id,
            name=each.comment.author.name,
            website=each.comment.author.website,
            number=each.number,
            trusted=each.trusted,
            last_at=each.comment.created_at,
        )
        for each in rows
    ]
    return json_response(wire_comments.Authors(authors=found))


async def one(request: Request) -> Response:
    """The author of a comment."""
    member = await token_member(request)
    after = query(request).optional("after")
    view = await read_author(
        context(request), member, path_id(request), after=after, now=now(request)
    )
    return json_response(
        wire_comments.WholeAuthor(
            comment_id=view.comment.id,
            site_id=view.site.id,
            name=view.comment.author.name,
            names=list(view.names),
            email=view.email,
            since=view.since,
            counts={status.value: number for status, number in view.counts.items()},
            trusted=view.trusted,
            bans=[_ban(each) for each in view.bans],
            history=written([comment for comment, _ in view.history]),
            next=view.next,
        )
    )


async def trust(request: Request) -> Response:
    """Never held for being new, or again."""
    member = await token_member(request)
    sent = await read_json(request, wire_comments.SetTrusted)
    number = path_id(request)
    change = trust_author if sent.trusted else distrust_author
    audit_id = await change(context(request), member, number, now=now(request))
    changes = [] if audit_id is None else [number]
    return json_response(wire_admin.Decided(decision=audit_id, changed=changes))


async def bans(request: Request) -> Response:
    """The bans of a site."""
    member = await token_member(request)
    fields = query(request)
    found = await list_bans(
        context(request),
        member,
        fields.required_integer("site"),
        before_id=fields.integer("before"),
        limit=SLICE + 1,
        now=now(request),
    )
    following = found[SLICE - 1].id if len(found) > SLICE else None
    shown = [_ban(each) for each in found[:SLICE]]
    return json_response(wire_comments.Bans(bans=shown, next=following))


async def ban(request: Request) -> Response:
    """Bans whoever wrote a comment."""
    member = await token_member(request)
    sent = await read_json(request, wire_comments.BanAuthor)
    done = await ban_author(
        context(request),
        member,
        path_id(request),
        sent.by,
        _terms(sent),
        spam=sent.spam,
        now=now(request),
    )
    return _banned(done)


async def ban_by_text(request: Request) -> Response:
    """Bans whoever has what is typed."""
    member = await token_member(request)
    sent = await read_json(request, wire_comments.BanTyped)
    done = await ban_typed(
        context(request),
        member,
        sent.site_id,
        sent.by,
        sent.text,
        _terms(sent),
        now=now(request),
    )
    return _banned(done)


async def lift(request: Request) -> Response:
    """Ends a ban."""
    member = await token_member(request)
    number = path_id(request)
    audit_id = await lift_ban(context(request), member, number, now=now(request))
    return json_response(wire_admin.Decided(decision=audit_id, changed=[number]))


def _terms(sent: wire_comments.BanTerms) -> Terms:
    return Terms(sent.ends_at, sent.shadow, sent.reason)


def _banned(done: Banned) -> Response:
    spam = done.decision
    return json_response(
        wire_comments.Banned(
            ban=_ban(done.ban),
            decision=done.audit_id,
            spam_decision=spam.audit_id if spam else None,
            changed=list(spam.changed) if spam else [],
        ),
        201,
    )


def _ban(found: Ban) -> wire_comments.Ban:
    return wire_comments.Ban(
        id=found.id,
        site_id=found.site_id,
        by=found.kind,
        label=found.label,
        reason=found.reason,
        shadow=found.shadow,
        created_at=found.created_at,
        ends_at=found.ends_at,
    )


_COMMENT = numbered("comment")
_OF_BANS = (*OF_ACTS, errors.Conflict)

ENDPOINTS = (
    line(
        "GET", "/authors", show, "listAuthors",
        "Who wrote last on a site, or whose name or email it is.",
        Answer("The authors.", wire_comments.Authors),
        ONE_SITE,
        Parameter("search", "Stands in the name, or is the email."),
        refusals=OF_ONE,
    ),
    line(
        "GET", "/comments/{id}/author", one, "readAuthor",
        "Who wrote a comment, and what else they wrote.",
        Answer("The author.", wire_comments.WholeAuthor),
        _COMMENT, AFTER,
        refusals=OF_ONE,
    ),
    line(
        "PUT", "/comments/{id}/trusted", trust, "trustAuthor",
        "Has the author of a comment never held for being new, or again.",
        Answer("What it changed.", wire_admin.Decided),
        _COMMENT,
        takes=wire_comments.SetTrusted, example={"trusted": True},
        refusals=_OF_BANS,
    ),
    line(
        "POST", "/comments/{id}/ban", ban, "banAuthor",
        "Bans whoever wrote a comment.",
        Answer("The ban.", wire_comments.Banned),
        _COMMENT,
        takes=wire_comments.BanAuthor, example={"by": "author", "spam": True},
        status=201,
        refusals=_OF_BANS,
    ),
    line(
        "GET", "/bans", bans, "listBans",
        "Bans of a site that are not over.",
        Answer("A slice of them, the newest first.", wire_comments.Bans),
        ONE_SITE,
        Parameter("before", "`next` of an earlier answer.", NUMBER),
        refusals=OF_ONE,
    ),
    line(
        "POST", "/bans", ban_by_text, "banByText",
        "Bans whoever has an email, a name or a network address.",
        Answer("The ban.", wire_comments.Banned),
        takes=wire_comments.BanTyped,
        example={"site_id": 1, "by": "email", "text": "spammer@example.org"},
        status=201,
        refusals=_OF_BANS,
    ),
    line(
        "DELETE", "/bans/{id}", lift, "liftBan",
        "Ends a ban now.",
        Answer("What it changed: the ban.", wire_admin.Decided),
        numbered("ban"),
    ),
)  # fmt: skip
