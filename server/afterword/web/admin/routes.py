"""The API of members, as lines of the table of routes."""

from __future__ import annotations

from afterword.core import errors, wire_admin
from afterword.core.model import Tab
from afterword.web.admin import (
    authors,
    comments,
    guards,
    mail,
    me,
    members,
    moves,
    notices,
    pages,
    providers,
    queue,
    records,
    sites,
    webhooks,
)
from afterword.web.admin.table import NUMBER, OF_ACTS, OF_READS
from afterword.web.endpoint import Answer, Endpoint, Parameter

ADMIN_API: tuple[Endpoint, ...] = (
    Endpoint(
        "GET", "/api/v1/admin/me", me.show, "whoAmI",
        "The member whose token this is, and what it may do where.",
        answers={200: Answer("The member.", wire_admin.Me)},
        refusals=OF_READS,
        bearer="personal",
    ),
    Endpoint(
        "GET", "/api/v1/admin/queue", queue.show, "readQueue",
        "What waits for a decision, or another tab of the queue.",
        answers={200: Answer("The comments, those that wait the oldest first.", wire_admin.Queue)},
        parameters=(
            Parameter(
                "status", "Which comments; else those that wait.",
                {"type": "string", "enum": [tab.value for tab in Tab]},
            ),
            Parameter("site", "Number of a site; else all of the member's.", NUMBER),
            Parameter("after", "A cursor from an earlier answer."),
        ),
        refusals=(*OF_READS, errors.Invalid),
        bearer="personal",
    ),
    Endpoint(
        "POST", "/api/v1/admin/decisions", queue.decide, "decideComments",
        "Approves, holds, marks as spam or removes comments: all of them or none.",
        answers={200: Answer("What it changed.", wire_admin.Decided)},
        takes=wire_admin.Decide,
        example={"act": "approve", "ids": [1]},
        refusals=OF_ACTS,
        bearer="personal",
    ),
    Endpoint(
        "POST", "/api/v1/admin/decisions/{id}/undo", queue.undo, "undoDecision",
        "Has what a decision changed as it was before, within 30 days.",
        answers={200: Answer("What is again as it was.", wire_admin.TakenBack)},
        parameters=(
            Parameter("id", "Number of the decision.", NUMBER, required=True, place="path", example=1),
        ),
        refusals=(*OF_ACTS, errors.Conflict),
        bearer="personal",
    ),
    Endpoint(
        "GET", "/api/v1/admin/members", members.show, "listMembers",
        "The members of the sites that one owns.",
        answers={200: Answer("The members, disabled ones too.", wire_admin.Staff)},
        refusals=(*OF_READS, errors.Forbidden),
        bearer="personal",
    ),
    *comments.ENDPOINTS,
    *authors.ENDPOINTS,
    *pages.ENDPOINTS,
    *moves.ENDPOINTS,
    *notices.ENDPOINTS,
    *sites.ENDPOINTS,
    *providers.ENDPOINTS,
    *guards.ENDPOINTS,
    *records.ENDPOINTS,
    *webhooks.ENDPOINTS,
    *mail.ENDPOINTS,
)  # fmt: skip
