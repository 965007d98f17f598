"""Every refusal, and every failure of our own, as problem details (RFC 9457) or as a page.

The one place that knows both the error tree and HTTP. Handlers raise, this answers.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response

from afterword.core import errors, wire
from afterword.services.present import challenge_json
from afterword.storage.patience import IN_ALL, limited
from afterword.web.error_page import confirmation_page, error_page
from afterword.web.request_id import REQUEST
from afterword.web.state import web
from afterword.web.watching import method_of, route_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("afterword.web")

API = "/api/"
SIGN_IN = "/dashboard/sign-in"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a class of refusals is in HTTP, and what documentation says of it."""

    status: int
    title: str
    about: str


Refusal: TypeAlias = "type[errors.Refused]"

KINDS: dict[Refusal, Kind] = {
    errors.Malformed: Kind(
        400, "The request cannot be read", "The body or the query is not what its form demands."
    ),
    errors.SignInNeeded: Kind(
        401, "Signing in is needed", "The token is missing, wrong, or has ended."
    ),
    errors.SecondStepNeeded: Kind(
        401, "A code is needed too", "Signing in to the dashboard with a second step turned on."
    ),
    errors.Forbidden: Kind(403, "Not allowed", "It is known who asks, and they may not."),
    errors.ConfirmationNeeded: Kind(
        403,
        "Your password, once more",
        "A page of the dashboard that wants the password to have been typed within ten minutes.",
    ),
    errors.UnknownOrigin: Kind(
        403,
        "No site has this origin",
        "The page stands on an origin or host that no site here names; `command` adds it.",
    ),
    errors.OpaqueOrigin: Kind(
        403,
        "The page has no origin",
        "The page stands in a sandboxed frame without `allow-same-origin`, or in a local file.",
    ),
    errors.Banned: Kind(
        403,
        "Not allowed to write",
        "The moderators of the site take no comments from this author, until `ends_at` if that is there.",
    ),
    errors.NotFound: Kind(404, "Not found", "Nothing is there, or nothing for the one who asks."),
    errors.TooSlow: Kind(
        408, "The request took too long", "Its body did not arrive within the time limit."
    ),
    errors.Conflict: Kind(409, "It has changed", "It is not as the request supposes any more."),
    errors.TooLarge: Kind(413, "Too large", "The body has more bytes than this place takes."),
    errors.Unsupported: Kind(
        415, "Unsupported content type", "Send JSON as `application/json`, not compressed."
    ),
    errors.Invalid: Kind(
        422, "Some fields are wrong", "`errors` names each field, with a sentence on what to do."
    ),
    errors.ProofNeeded: Kind(
        428,
        "Proof of work is needed",
        "Solve `challenge` (see `/api/v1/challenge`) and send the same again with it as `proof`.",
    ),
    errors.TooMany: Kind(429, "Too many requests", "Wait for `retry_after` seconds."),
    errors.NotFetched: Kind(
        502, "No answer from elsewhere", "Another server may not be asked, or gave no good answer."
    ),
    errors.Unavailable: Kind(
        503, "Not available now", "The database cannot answer; try again in `retry_after` seconds."
    ),
}
BY_STATUS = {
    405: (
        "method_not_allowed",
        Kind(405, "Method not allowed", "The Allow header has the methods of this address."),
    ),
    500: ("internal", Kind(500, "Something went wrong here", "It is our fault, and in the log.")),
}


def kind_of(refusal: Refusal) -> Kind:
    """The kind of a class of refusals, or of the nearest one above it."""
    return next(KINDS[parent] for parent in refusal.__mro__ if parent in KINDS)


def refusal_response(scope: Scope, refused: errors.Refused) -> Response:
    """What answers a refused request."""
    if isinstance(refused, errors.SignInNeeded) and _wants_page(scope):
        return _ask_to_sign_in(scope)
    if isinstance(refused, errors.ConfirmationNeeded) and _wants_page(scope):
        return HTMLResponse(confirmation_page(refused, web(scope).links), 403)
    kind = kind_of(type(refused))
    fields = refused.fields if isinstance(refused, errors.Invalid) else ()
    wrong = [
        wire.WrongField(field=each.field, code=each.code, message=each.message) for each in fields
    ]
    details = _problem(
        scope,
        kind,
        code=refused.code,
        detail=refused.message,
        errors=wrong,
        command=getattr(refused, "command", None),
        retry_after=getattr(refused, "retry_after", None),
        ends_at=getattr(refused, "ends_at", None),
        challenge=challenge_json(refused.challenge)
        if isinstance(refused, errors.ProofNeeded)
        else None,
    )
    return _response(scope, details)


class Errors:
    """Answers what was raised below; a failure of our own is logged once and described to nobody."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        # With an "app" in the scope, Starlette's router raises where it else answers in plain text.
        scope["app"] = self
        try:
            with limited(IN_ALL):
                await self._app(scope, receive, send_and_note)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            # The server ends, and has waited for as long as it does: a traceback would tell nothing.
            if not has_begun:
                refused = errors.Unavailable("The server is about to end; please send it again.")
                await refusal_response(scope, refused)(scope, receive, send)
        except Exception as error:
            response = self._response(scope, error)
            if has_begun:
                raise
            await response(scope, receive, send)

    def _response(self, scope: Scope, error: Exception) -> Response:
        if isinstance(error, errors.Refused):
            return refusal_response(scope, error)
        if isinstance(error, HTTPException) and error.status_code == 404:
            return self._not_found(scope)
        if isinstance(error, HTTPException) and error.status_code == 405:
            return self._wrong_method(scope)
        return _failure(scope, error)

    def _not_found(self, scope: Scope) -> Response:
        """Nothing is there; for a page with a slash too many, the way to it."""
        page = scope["path"].removesuffix("/")
        is_ours = not page.startswith(API) and "GET" in self._methods_at(page)
        if page == scope["path"] or not is_ours or web(scope).links.local(page, "") != page:
            return refusal_response(scope, errors.NotFound("There is nothing at this address."))
        query = scope["query_string"].decode("latin-1")
        target = web(scope).links.path(page) + (f"?{query}" if query else "")
        return Response(status_code=308, headers={"location": target})

    def _methods_at(self, path: str) -> list[str]:
        matching = [route for route in self._routes if route.path_regex.match(path)]
        return sorted({method for route in matching for method in route.methods or ()})

    def _wrong_method(self, scope: Scope) -> Response:
        allowed = self._methods_at(scope["path"])
        code, kind = BY_STATUS[405]
        text = f"This address takes {', '.join(allowed)}."
        response = _response(scope, _problem(scope, kind, code=code, detail=text))
        response.headers["allow"] = ", ".join(allowed)
        return response


def _failure(scope: Scope, error: Exception) -> Response:
    # A path may hold the token of a link in a mail, a query or a body anything at all.
    log.error("%s %s failed", method_of(scope), route_of(scope), exc_info=error)
    code, kind = BY_STATUS[500]
    number = REQUEST.get()
    text = f"The request could not be carried out. The server's log tells why, at request {number}."
    return _response(scope, _problem(scope, kind, code=code, detail=text))


def _problem(scope: Scope, kind: Kind, *, code: str, **more: Any) -> wire.Problem:
    address = web(scope).links.absolute("/api/docs") + f"#{code}"
    number = REQUEST.get() or None
    return wire.Problem(
        type=address, title=kind.title, status=kind.status, code=code, request_id=number, **more
    )


def _response(scope: Scope, details: wire.Problem) -> Response:
    if _wants_page(scope):
        response: Response = HTMLResponse(error_page(details, web(scope).links), details.status)
    else:
        response = Response(
            msgspec.json.encode(details), details.status, media_type="application/problem+json"
        )
    if details.retry_after is not None:
        response.headers["retry-after"] = str(details.retry_after)
    if details.status == 401:
        response.headers["www-authenticate"] = "Bearer"
    if details.code in (errors.UnknownOrigin.code, errors.OpaqueOrigin.code):
        # It holds nothing but what the caller sent, and the console of the page that is not allowed
        # yet is where its owner reads what to do.
        response.headers["access-control-allow-origin"] = "*"
    return response


def _wants_page(scope: Scope) -> bool:
    """People get pages, below the API and with a client that does not read HTML, problem details."""
    accepted = Headers(scope=scope).get("accept", "")
    return not scope["path"].startswith(API) and "text/html" in accepted


def _ask_to_sign_in(scope: Scope) -> Response:
    path = scope["path"]
    query = scope["query_string"].decode("latin-1")
    came_from = f"{path}?{query}" if query else path
    is_worth_it = scope["method"] in ("GET", "HEAD") and path != "/dashboard"
    links = web(scope).links
    target = links.path(SIGN_IN, next=came_from) if is_worth_it else links.path(SIGN_IN)
    return Response(status_code=303, headers={"location": target})
