"""Every URL of the product: one table that requests are routed by and the API is described from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core import errors, wire, wire_readers, wire_sign_in
from afterword.core.model import ORDERS
from afterword.web import metrics
from afterword.web.admin.routes import ADMIN_API
from afterword.web.api import (
    bounces,
    challenge,
    comments,
    counts,
    docs,
    events,
    health,
    preview,
    reactions,
    readers,
    reports,
    sign_in,
    thread,
    votes,
    widget,
    words,
)
from afterword.web.dashboard.routes import DASHBOARD_ROUTES
from afterword.web.endpoint import Answer, Endpoint, Parameter
from afterword.web.fast_reads import COUNTS, THREAD
from afterword.web.feeds import FEEDS
from afterword.web.input import LARGEST
from afterword.web.pages.routes import DEMO_ROUTES, PAGE_ROUTES

if TYPE_CHECKING:
    from collections.abc import Sequence

EVENTS = "/api/v1/thread/events"
NUMBER = {"type": "integer", "minimum": 1, "maximum": LARGEST}
PAGE = "https://blog.example.org/notes/weir"
TEXT = "The *old* board is in the well."
COMMENT_ID = Parameter(
    "id", "Number of the comment.", NUMBER, required=True, place="path", example=1
)
SITE = Parameter("site", "Name of the site, where several share a host.")
NOT_MODIFIED = Answer("The `ETag` in `If-None-Match` is still right.", media="")
OF_ORIGINS = (errors.UnknownOrigin, errors.OpaqueOrigin)
OF_READS = (*OF_ORIGINS, errors.Forbidden, errors.NotFound, errors.Invalid, errors.TooMany)
VISITOR = "hVt3pQ0mYx9ZrKc2LwN8sA"
OF_READERS = (
    *OF_ORIGINS,
    errors.SignInNeeded,
    errors.Forbidden,
    errors.NotFound,
    errors.Conflict,
    errors.TooMany,
)
OF_AUTHORS = (errors.SignInNeeded, errors.Forbidden, errors.NotFound, errors.Conflict)

PAGE_PARAMETERS = (
    Parameter("url", "Address of the page.", required=True, example=PAGE),
    Parameter("canonical", "What its `<link rel=canonical>` says."),
    Parameter("id", "The owner's own name of the thread."),
    Parameter("title", "The page's title."),
    SITE,
)

PUBLIC_API: tuple[Endpoint, ...] = (
    Endpoint(
        "GET", THREAD, thread.read, "readThread",
        "A page's comments in reading order, with what is needed to show them and to write one.",
        answers={200: Answer("The thread.", wire.Thread), 304: NOT_MODIFIED},
        parameters=(
            *PAGE_PARAMETERS,
            Parameter(
                "sort", "Which top-level comments come first; else as the site has it.",
                {"type": "string", "enum": list(ORDERS)},
            ),
            Parameter("after", "A cursor from an earlier answer."),
            Parameter("around", "Number of a comment that must be in the answer.", NUMBER),
            Parameter(
                "lang", "Language of `words` (BCP 47); the nearest that there is, else English.",
                example="de",
            ),
        ),
        refusals=OF_READS,
    ),
    Endpoint(
        "GET", EVENTS, events.follow, "followThread",
        "What changes in a thread as it happens, as server-sent events: `new`, `edited`, `removed`, `count`.",
        answers={200: Answer("The events; the answer does not end.", media="text/event-stream")},
        parameters=(
            *PAGE_PARAMETERS,
            Parameter(
                "since", "`version` of the thread that you have: what changed after it comes first.",
                {"type": "integer", "minimum": 0, "maximum": LARGEST},
            ),
        ),
        refusals=OF_READS,
    ),
    Endpoint(
        "GET", "/api/v1/thread/words", words.read, "readWords",
        "What the widget says to those who write, in the nearest language that there is.",
        answers={200: Answer("The words, English ones too.", wire.Words)},
        parameters=(
            Parameter("url", "Address of the page.", required=True, example=PAGE),
            SITE,
            Parameter("lang", "Language (BCP 47).", example="de"),
        ),
        refusals=OF_READS,
    ),
    Endpoint(
        "GET", COUNTS, counts.read, "readCounts", "Visible comments of up to a hundred pages.",
        answers={200: Answer("The counts, in the order asked.", wire.Counts), 304: NOT_MODIFIED},
        parameters=(
            Parameter(
                "url", "Address of a page; give one for each count.",
                {
                    "type": "array", "items": {"type": "string"},
                    "minItems": 1, "maxItems": counts.MOST_PAGES,
                },
                required=True,
                example=[PAGE],
            ),
            SITE,
            Parameter("lang", "Language of `words` (BCP 47).", example="de"),
        ),
        refusals=OF_READS,
    ),
    Endpoint(
        "POST", "/api/v1/comments", comments.submit, "submitComment",
        "Writes a comment. Send the same `client_id` again after a failure: it is stored once.",
        answers={
            201: Answer("Stored, and public.", wire.Submitted),
            202: Answer("Stored, and waiting for approval.", wire.Submitted),
        },
        takes=wire.Submit,
        example={
            "url": PAGE, "name": "Mira Osei", "body": TEXT,
            "client_id": "8f14e45f-ceea-467f-a8c5-0d1f3c8e6b7a",
        },
        refusals=(*OF_READS, errors.SignInNeeded, errors.Conflict, errors.ProofNeeded),
        of_readers=True,
    ),
    Endpoint(
        "GET", "/api/v1/challenge", challenge.ask, "askForChallenge",
        "A proof of work for a comment on this page, good once and for ten minutes; see ALTCHA, version 1.",
        answers={200: Answer("What is to be solved.", wire.Challenge)},
        parameters=(Parameter("url", "Address of the page.", required=True, example=PAGE), SITE),
        refusals=OF_READS,
    ),
    Endpoint(
        "PATCH", "/api/v1/comments/{id}", comments.revise, "reviseComment",
        "Gives a comment a new text, within the site's window.",
        answers={200: Answer("The comment as it is now.", wire.Revised)},
        parameters=(COMMENT_ID,),
        takes=wire.Revise,
        example={"body": TEXT},
        refusals=(*OF_AUTHORS, *OF_ORIGINS, errors.TooMany),
        bearer="author",
        of_readers=True,
    ),
    Endpoint(
        "DELETE", "/api/v1/comments/{id}", comments.withdraw, "withdrawComment",
        "Takes a comment back, within the site's window; the place of an answered one stays.",
        answers={200: Answer("What is left of it.", wire.Revised)},
        parameters=(COMMENT_ID,),
        refusals=(*OF_AUTHORS, *OF_ORIGINS),
        bearer="author",
        of_readers=True,
    ),
    Endpoint(
        "PUT", "/api/v1/comments/{id}/vote", votes.vote, "voteOnComment",
        "Has a reader's vote on a comment as it is sent; one counts for each browser.",
        answers={200: Answer("The votes after it.", wire.Voted)},
        parameters=(COMMENT_ID,),
        takes=wire.Vote,
        example={"vote": 1, "visitor_token": VISITOR},
        refusals=OF_READERS,
        of_readers=True,
    ),
    Endpoint(
        "POST", "/api/v1/comments/{id}/report", reports.report, "reportComment",
        "Tells the moderators what is wrong with a comment; nobody else sees it.",
        answers={202: Answer("They are told.", wire.Reported)},
        parameters=(COMMENT_ID,),
        takes=wire.Report,
        example={"reason": "off_topic", "text": "A recipe?", "visitor_token": VISITOR},
        refusals=OF_READERS,
        of_readers=True,
    ),
    Endpoint(
        "PUT", "/api/v1/reactions", reactions.react, "reactToPage",
        "Has a reader's reaction to a page as it is sent; one counts for each browser.",
        answers={200: Answer("The reactions after it.", wire.Reacted)},
        takes=wire.React,
        example={"url": PAGE, "reaction": "👍", "visitor_token": VISITOR},
        refusals=OF_READERS,
        of_readers=True,
    ),
    Endpoint(
        "POST", "/api/v1/readers", readers.ask, "askForCode",
        "Has a code mailed to an address that somebody says is theirs; the same answer for each address.",
        answers={202: Answer("What the code works with, for a quarter of an hour.", wire_readers.CodeAsked)},
        takes=wire_readers.AskForCode,
        example={"url": PAGE, "email": "ana@example.org", "visitor_token": VISITOR, "lang": "de"},
        refusals=(*OF_ORIGINS, errors.Forbidden, errors.TooMany),
    ),
    Endpoint(
        "POST", "/api/v1/readers/confirm", readers.confirm, "confirmCode",
        "Makes this browser that of a reader whom the site knows; confirms their address for mails as well.",
        answers={200: Answer("They are known.", wire_readers.SignedIn)},
        takes=wire_readers.ConfirmCode,
        example={"ticket": VISITOR, "code": "04711815"},
        refusals=(*OF_ORIGINS, errors.SignInNeeded, errors.Forbidden, errors.TooMany),
    ),
    Endpoint(
        "POST", "/api/v1/readers/own-page", readers.own_page, "openOwnPage",
        "The link to the own page, about this site, of whoever is signed in without an address.",
        answers={200: Answer("The link, good once and for two minutes.", wire_readers.OwnPageLink)},
        takes=wire_readers.AskForOwnPage,
        example={"url": PAGE},
        refusals=(*OF_ORIGINS, errors.SignInNeeded, errors.Forbidden, errors.TooMany),
        bearer="reader",
    ),
    Endpoint(
        "DELETE", "/api/v1/readers/session", readers.sign_out, "signOutReader",
        "Ends the session of this browser; twice is once.",
        answers={204: Answer("It is over.", media="")},
        refusals=(*OF_ORIGINS, errors.SignInNeeded),
        bearer="reader",
    ),
    Endpoint(
        "POST", "/api/v1/sign-in", sign_in.redeem, "signIn",
        "Changes the code that the pop-up of `/sign-in/{id}` gave to the page for a reader's token, once.",
        answers={200: Answer("The session.", wire_sign_in.OpenedReaderSession)},
        takes=wire_sign_in.SignInCode,
        example={"code": "eyJzZWVk…", "verifier": 2 * VISITOR},
        refusals=(*OF_ORIGINS, errors.SignInNeeded, errors.TooMany),
    ),
    Endpoint(
        "POST", "/api/v1/bounces", bounces.note, "noteBounces",
        "For mail services: no mail goes any more to addresses from which mails came back.",
        answers={202: Answer("It is noted.", wire.Noted)},
        takes=wire.Bounces,
        example={"addresses": ["mira@example.org"]},
        refusals=(errors.SignInNeeded,),
        bearer="bounces",
    ),
    Endpoint(
        "POST", "/api/v1/preview", preview.show, "previewComment",
        "Markdown as it would look; nothing is stored.",
        answers={200: Answer("The body as nodes.", wire.Previewed)},
        takes=wire.Preview,
        example={"body": TEXT, "url": PAGE},
        refusals=(*OF_ORIGINS, errors.NotFound, errors.TooMany),
    ),
    Endpoint(
        "GET", "/api/v1/openapi.json", docs.openapi, "describe", "This API as OpenAPI 3.1.",
        answers={200: Answer("The document.")},
    ),
    Endpoint(
        "GET", "/healthz", health.live, "live", "The process answers.",
        answers={200: Answer("It does.", health.Health)},
    ),
    Endpoint(
        "GET", "/readyz", health.ready_to_work, "ready",
        "The database answers too, with the schema of this program, and the process is not about to end.",
        answers={200: Answer("It can work.", health.Health)},
        refusals=(errors.Unavailable,),
    ),
)  # fmt: skip
API = (*PUBLIC_API, *FEEDS, *ADMIN_API)

FILES = [
    Route("/api/docs", docs.readable, name="docs"),
    Route("/embed.js", widget.current, name="embed"),
    Route("/metrics", metrics.show, methods=["GET"], name="metrics"),
    Route("/embed/{name}", widget.versioned, name="embed_version"),
]


def all_routes(*, demo: bool) -> list[Route]:
    """What the router matches, in order; pages of the demo only where it was asked for."""
    of_demo = DEMO_ROUTES if demo else []
    return [*_routes(API), *FILES, *PAGE_ROUTES, *DASHBOARD_ROUTES, *of_demo]


def _routes(endpoints: Sequence[Endpoint]) -> list[Route]:
    return [
        Route(each.path, each.handler, methods=[each.method], name=each.name) for each in endpoints
    ]
