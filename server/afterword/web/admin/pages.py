"""Pages, and what is decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.core import errors, wire_pages
from afterword.core.model import Status
from afterword.services.pages.change_page import close_page, note_page, open_page, slow_page
from afterword.services.pages.list_pages import PageFilter, list_pages, read_page
from afterword.web.admin.table import AFTER, BOOLEAN, OF_ACTS, OF_ONE, SITE, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer, Parameter
from afterword.web.input import path_id, query, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Comment, Page
    from afterword.services.pages.change_page import PageChange
    from afterword.services.pages.move_pages import Moved


async def show(request: Request) -> Response:
    """A slice of the list."""
    member = await token_member(request)
    fields = query(request)
    wanted = PageFilter(
        fields.integer("site"),
        fields.text("search"),
        fields.one_of("closed", ("1",), "") == "1",
        fields.optional("after"),
    )
    found = await list_pages(context(request), member, wanted)
    listed = [
        wire_pages.ListedPage(
            **_fields(each.page), waiting=each.waiting, changed_at=each.changed_at
        )
        for each in found.items
    ]
    return json_response(wire_pages.Pages(pages=listed, next=found.next))


async def one(request: Request) -> Response:
    """A page with all that is known of it."""
    member = await token_member(request)
    view = await read_page(context(request), member, path_id(request))
    return json_response(
        wire_pages.WholePage(
            **_fields(view.page),
            keys=[each.key for each in view.keys],
            counts={status.value: view.counts.get(status, 0) for status in Status},
            pinned=written(view.pinned),
            latest=written(view.latest),
        )
    )


async def close(request: Request) -> Response:
    """Takes comments there no more, or again."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.SetClosed)
    change = close_page if sent.closed else open_page
    return changed(await change(context(request), member, path_id(request), now=now(request)))


async def slow(request: Request) -> Response:
    """Lets authors wait between two comments."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.SetSlow)
    number = path_id(request)
    done = await slow_page(context(request), member, number, sent.seconds, now=now(request))
    return changed(done)


async def note(request: Request) -> Response:
    """Puts a note above the thread."""
    member = await token_member(request)
    sent = await read_json(request, wire_pages.SetNote)
    number = path_id(request)
    return changed(await note_page(context(request), member, number, sent.note, now=now(request)))


def changed(done: PageChange | Moved) -> Response:
    """What an act did to a page, as it is sent."""
    return json_response(wire_pages.PageChanged(decision=done.audit_id, page=page_json(done.page)))


def page_json(page: Page) -> wire_pages.PageRow:
    """A page, as it is sent."""
    return wire_pages.PageRow(**_fields(page))


def written(found: Sequence[Comment]) -> list[wire_pages.Written]:
    """Comments of a list, as they are sent."""
    return [
        wire_pages.Written(
            id=each.id,
            page_id=each.page_id,
            parent_id=each.parent_id,
            status=each.status.value,
            author_name=each.author.name,
            created_at=each.created_at,
            source=each.source,
        )
        for each in found
    ]


def _fields(page: Page) -> dict[str, Any]:
    return {name: getattr(page, name) for name in wire_pages.PageRow.__struct_fields__}


_CHANGED = Answer("What it did.", wire_pages.PageChanged)
_PAGE = numbered("page")

ENDPOINTS = (
    line(
        "GET", "/pages", show, "listPages",
        "Pages of one's sites, the one that changed last first.",
        Answer("A slice of them.", wire_pages.Pages),
        SITE,
        Parameter("search", "Stands in the title or the address."),
        Parameter("closed", "1 for those that take no more comments.", BOOLEAN),
        AFTER,
        refusals=OF_ONE,
    ),
    line(
        "GET", "/pages/{id}", one, "readPage",
        "A page with what leads to it, what is pinned, and its newest comments.",
        Answer("The page.", wire_pages.WholePage),
        _PAGE,
    ),
    line(
        "PUT", "/pages/{id}/closed", close, "closePage",
        "Takes no more comments on a page, or takes them again.",
        _CHANGED, _PAGE,
        takes=wire_pages.SetClosed, example={"closed": True},
    ),
    line(
        "PUT", "/pages/{id}/slow", slow, "slowPage",
        "Lets each author wait between two comments on a page.",
        _CHANGED, _PAGE,
        takes=wire_pages.SetSlow, example={"seconds": 60},
    ),
    line(
        "PUT", "/pages/{id}/note", note, "notePage",
        "Puts a note above the thread of a page, or takes it away.",
        _CHANGED, _PAGE,
        takes=wire_pages.SetNote, example={"note": "Please be *kind*."},
        refusals=(*OF_ACTS, errors.Conflict),
    ),
)  # fmt: skip
