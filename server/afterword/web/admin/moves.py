"""What owners do when addresses change: rename, merge, split, and move by a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors, wire_pages
from afterword.core.move_rule import parse_rule
from afterword.services.pages.bulk_moves import move_pages, plan_moves
from afterword.services.pages.likely_splits import find_likely_splits
from afterword.services.pages.move_pages import merge_pages, rename_page, split_page
from afterword.web.admin.pages import changed, page_json
from afterword.web.admin.table import OF_ACTS, OF_ONE, ONE_SITE, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import path_id, query, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.pages.bulk_moves import MovePlan


async def rename(request: Request) -> Response:
    """Shows a page under another address."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.SetAddress)
    number = path_id(request)
    return changed(
        await rename_page(
            context(request), member, number, url=sent.url, title=sent.title, now=now(request)
        )
    )


async def merge(request: Request) -> Response:
    """Leads all of a page to another one."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.MergeInto)
    number = path_id(request)
    return changed(await merge_pages(context(request), member, number, sent.into, now=now(request)))


async def split(request: Request) -> Response:
    """Leads some comments to another page."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.SplitOff)
    ids = tuple(dict.fromkeys(sent.ids))
    return changed(
        await split_page(
            context(request), member, ids, url=sent.url, title=sent.title, now=now(request)
        )
    )


async def move(request: Request) -> Response:
    """Moves all pages that a rule is about, or tells what it would do."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.MoveByRule)
    rule, ctx = parse_rule(sent.old, sent.new), context(request)
    if sent.dry_run:
        return _planned(None, await plan_moves(ctx, member, sent.site_id, rule))
    audit_id, plan = await move_pages(
        ctx, member, sent.site_id, rule, merge=sent.merge, digest=sent.digest, now=now(request)
    )
    return _planned(audit_id, plan)


async def likely(request: Request) -> Response:
    """Pairs of pages that are likely one thread."""
    member = await token_member(request)
    site_id = query(request).required_integer("site")
    pairs = [
        wire_pages.LikelySplit(first=page_json(first), second=page_json(second))
        for first, second in await find_likely_splits(context(request), member, site_id)
    ]
    return json_response(wire_pages.LikelySplits(pairs=pairs))


def _planned(audit_id: int | None, plan: MovePlan) -> Response:
    moves = [
        wire_pages.PlannedMove(
            page_id=each.page.id,
            from_url=each.page.url,
            to_url=each.url,
            kind=each.kind,
            onto=each.onto.id if each.onto else None,
        )
        for each in plan.moves
    ]
    return json_response(
        wire_pages.MovesDone(
            decision=audit_id, moves=moves, other_count=plan.other_count, digest=plan.digest
        )
    )


_CHANGED = Answer("What it did.", wire_pages.PageChanged)
_PAGE = numbered("page")
_OF_MOVES = (*OF_ACTS, errors.Conflict, errors.UnknownOrigin)

ENDPOINTS = (
    line(
        "PUT", "/pages/{id}/address", rename, "renamePage",
        "Shows a page under another address and title; earlier addresses keep working.",
        _CHANGED, _PAGE,
        takes=wire_pages.SetAddress, example={"url": "https://blog.example.org/notes/weirs"},
        refusals=_OF_MOVES,
    ),
    line(
        "POST", "/pages/{id}/merge", merge, "mergePages",
        "Leads everything of a page to another one of its site.",
        _CHANGED, _PAGE,
        takes=wire_pages.MergeInto, example={"into": 2},
        refusals=_OF_MOVES,
    ),
    line(
        "POST", "/splits", split, "splitPage",
        "Leads top-level comments of one page, with all replies, to the page of an address.",
        _CHANGED,
        takes=wire_pages.SplitOff,
        example={"ids": [1], "url": "https://blog.example.org/notes/mill"},
        refusals=_OF_MOVES,
    ),
    line(
        "GET", "/splits/likely", likely, "listLikelySplits",
        "Pages of a site that are likely two halves of one thread.",
        Answer("The pairs.", wire_pages.LikelySplits),
        ONE_SITE,
        refusals=OF_ONE,
    ),
    line(
        "POST", "/moves", move, "movePages",
        "Moves all pages that a rule is about, or tells what it would do.",
        Answer("What it did, or would do.", wire_pages.MovesDone),
        takes=wire_pages.MoveByRule,
        example={"site_id": 1, "old": "/blog/*", "new": "/articles/*", "dry_run": True},
        refusals=_OF_MOVES,
    ),
)  # fmt: skip
