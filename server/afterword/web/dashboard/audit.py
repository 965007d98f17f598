"""The audit log: every act of members and of the command line, by filters, with undo and export."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import StreamingResponse
from starlette.routing import Route

from afterword.core.csv_text import csv_line
from afterword.core.errors import FieldError, Forbidden, Invalid
from afterword.core.model import Role
from afterword.services.audit.read_audit import Line, export_audit, members_of_log, read_audit
from afterword.services.permission import may
from afterword.storage.audit import Wanted
from afterword.web import wording
from afterword.web.dashboard.audit_words import ACTS, changes, sentence
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.place import without_notes
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields

AUDIT = "/dashboard/audit"
HEAD = ("id", "at", "by", "act", "said", "site", "subject", "before", "after", "undone", "by_mail")
"""Columns of an export."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the form above the log says; days are of UTC, both included."""

    member: int | None = None
    act: str | None = None
    site: int | None = None
    since: str | None = None
    until: str | None = None
    before: int | None = None

    @classmethod
    def read(cls, fields: Fields) -> Filter:
        """Reads a query; raises Invalid for what cannot be."""
        return cls(
            fields.integer("member", least=0),
            fields.optional("act"),
            fields.integer("site"),
            fields.optional("since"),
            fields.optional("until"),
            fields.integer("before"),
        )

    @property
    def wanted(self) -> Wanted:
        """The same in the words of the services."""
        since = _day("since", self.since) if self.since else None
        until = _day("until", self.until, later=1) if self.until else None
        return Wanted(self.member, self.act, self.site, since, until, self.before)

    def path(self, path: str = AUDIT, **more: object) -> str:
        """The address of this slice of the log, or of its export."""
        pairs = {name: getattr(self, name) for name in self.__dataclass_fields__} | more
        text = urlencode({name: value for name, value in pairs.items() if value is not None})
        return f"{path}?{text}" if text else path


async def show(request: Request) -> Response:
    """`GET /dashboard/audit?member=&act=&site=&since=&until=&before=`: a slice, the newest first."""
    visit = await signed_in(request)
    chosen, ctx = Filter.read(query(request)), context(request)
    log = await read_audit(ctx, visit.member, chosen.wanted, now=now(request))
    return await dashboard_page(
        request,
        visit,
        "audit.html",
        here=AUDIT,
        heading="Audit log",
        lines=log.lines,
        older=replace(chosen, before=log.next).path() if log.next else None,
        chosen=chosen,
        is_filtered=replace(chosen, before=None) != Filter(),
        sentence=sentence,
        changes=changes,
        members=await members_of_log(ctx),
        acts=ACTS,
        sites=sites_of(request, visit.member),
        may_see_changes=lambda site_id: may(visit.member, site_id, Role.OWNER),
        may_export=may(visit.member, chosen.site, Role.OWNER),
        back=without_notes(request),
    )


async def export(request: Request) -> Response:
    """`GET /dashboard/audit/export?format=`: all that the filter lets through, as CSV or JSON lines."""
    visit = await signed_in(request)
    fields = query(request)
    chosen = replace(Filter.read(fields), before=None)
    kind = fields.one_of("format", ("csv", "jsonl"), "csv")
    if not may(visit.member, chosen.site, Role.OWNER):
        raise Forbidden("The log is exported by owners: of the chosen site, or of every site.")
    lines = export_audit(context(request), visit.member, chosen.wanted, now=now(request))
    head, written = ("", _as_json) if kind == "jsonl" else (csv_line(HEAD), _as_csv)
    headers = {"Content-Disposition": f'attachment; filename="afterword-audit.{kind}"'}
    media_type = "application/jsonl" if kind == "jsonl" else "text/csv"
    return StreamingResponse(
        _stream(head, lines, written), headers=headers, media_type=f"{media_type}; charset=utf-8"
    )


async def decisions(request: Request) -> Response:
    """`GET /dashboard/decisions`: where this page was before."""
    await signed_in(request)
    return see_other(request, AUDIT)


async def _stream(
    head: str, lines: AsyncIterator[Line], written: Callable[[Line], str]
) -> AsyncIterator[str]:
    yield head
    async for line in lines:
        yield written(line)


def cells(line: Line) -> dict[str, object]:
    """One act as an export tells it."""
    undone = wording.iso(line.undone_at) if line.undone_at is not None else None
    values = (line.id, wording.iso(line.at), line.member_name, line.act, sentence(line))
    rest = (line.site_name, list(line.subject), line.before, line.after, undone, line.by_mail)
    return dict(zip(HEAD, (*values, *rest), strict=True))


def _as_json(line: Line) -> str:
    return json.dumps(cells(line), ensure_ascii=False) + "\n"


def _as_csv(line: Line) -> str:
    return csv_line(
        json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell
        for cell in cells(line).values()
    )


def _day(name: str, text: str, *, later: int = 0) -> int:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=later)
    except (ValueError, OverflowError):
        message = f"{name} is a day, such as 2026-03-12."
        raise Invalid(FieldError(name, "not_a_day", message)) from None
    return max(0, int(day.timestamp() * 1000))


ROUTES = [
    Route(AUDIT, show, methods=["GET"], name="audit"),
    Route(f"{AUDIT}/export", export, methods=["GET"], name="export_audit"),
    Route("/dashboard/decisions", decisions, methods=["GET"], name="decisions"),
]
