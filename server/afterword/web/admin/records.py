"""Looking back: the audit log, and the numbers of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire_sites
from afterword.services.audit.read_audit import read_audit
from afterword.services.sites.read_statistics import SPANS, read_statistics
from afterword.storage.audit import Wanted
from afterword.web.admin.table import NUMBER, OF_ONE, SITE, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.dashboard.audit_words import sentence
from afterword.web.endpoint import Answer, Parameter
from afterword.web.input import LARGEST, path_id, query
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.audit.read_audit import Line

DAYS = tuple(str(each) for each in SPANS)


async def audit(request: Request) -> Response:
    """A slice of the log."""
    member = await token_member(request)
    fields = query(request)
    wanted = Wanted(
        member_id=fields.integer("member", least=0),
        act=fields.optional("act"),
        site_id=fields.integer("site"),
        since=fields.integer("since", least=0),
        until=fields.integer("until", least=0),
        before_id=fields.integer("before"),
    )
    found = await read_audit(context(request), member, wanted, now=now(request))
    lines = [_line(each) for each in found.lines]
    return json_response(wire_sites.AuditLog(lines=lines, next=found.next))


async def statistics(request: Request) -> Response:
    """The numbers of a site."""
    member = await token_member(request)
    days = int(query(request).one_of("days", DAYS, DAYS[0]))
    found = await read_statistics(
        context(request), member, path_id(request), days, now=now(request)
    )
    return json_response(
        wire_sites.Statistics(
            days=found.days,
            stretches=[
                wire_sites.Stretch(
                    at=each.at,
                    counts={status.value: number for status, number in each.counts.items()},
                    response=each.response,
                )
                for each in found.stretches
            ],
            busiest=[
                wire_sites.BusyPage(id=each.id, title=each.title, url=each.url, number=each.number)
                for each in found.busiest
            ],
            response=found.response,
        )
    )


def _line(found: Line) -> wire_sites.AuditLine:
    return wire_sites.AuditLine(
        id=found.id,
        at=found.at,
        act=found.act,
        text=sentence(found),
        member_name=found.member_name,
        site_id=found.site_id,
        subject=list(found.subject),
        undone_at=found.undone_at,
        may_undo=found.may_undo,
    )


_TIME = {"type": "integer", "minimum": 0, "maximum": LARGEST}

ENDPOINTS = (
    line(
        "GET", "/audit", audit, "readAuditLog",
        "Who did what on one's sites, the newest first.",
        Answer("A slice of the log.", wire_sites.AuditLog),
        SITE,
        Parameter("member", "Number of a member; 0 is the command line.", _TIME),
        Parameter("act", "Acts of this kind, such as `approve`."),
        Parameter("since", "Not before this time, in milliseconds since 1970.", _TIME),
        Parameter("until", "Before this time.", _TIME),
        Parameter("before", "`next` of an earlier answer.", NUMBER),
        refusals=OF_ONE,
    ),
    line(
        "GET", "/sites/{id}/statistics", statistics, "readStatistics",
        "What is written on a site, what becomes of it, and how long it waits.",
        Answer("The numbers.", wire_sites.Statistics),
        numbered("site"),
        Parameter(
            "days", "How many days back, today included; else 30.",
            {"type": "string", "enum": list(DAYS)},
        ),
        refusals=OF_ONE,
    ),
)  # fmt: skip
