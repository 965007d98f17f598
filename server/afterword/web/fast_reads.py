"""Answers threads and counts from memory, or threads that were read before, before any router sees them.

A Starlette route reaches 0.5 to 0.8 of the requests of a bare ASGI app that returns the same bytes on the
same uvicorn. This path, in our own server, reaches 0.9 and more (bench/, decision 43).
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request

from afterword.services.reading import count_comments, read_thread
from afterword.storage.patience import IN_ALL, limited
from afterword.web.rate_limit import take
from afterword.web.request_id import REQUEST, request_id
from afterword.web.watching import log_request
from afterword.web.whole_answer import SEND_WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from afterword.services.context import Context
    from afterword.services.thread_cache import Answer, Entry
    from afterword.web.counting import WebCounts
    from afterword.web.whole_answer import SendWhole

Find: TypeAlias = "Callable[[Context, bytes], Entry | None]"

THREAD = "/api/v1/thread"
COUNTS = "/api/v1/counts"
FAILURE = "afterword.failure"
"""Where a scope has what went wrong here, for the endpoint to raise it."""
READS: dict[str, Find] = {THREAD: read_thread.cached, COUNTS: count_comments.cached}


class FastReads:
    """Sends the ready entry of a read, or hands the request on."""

    def __init__(self, app: ASGIApp, counts: WebCounts, *, log_requests: bool) -> None:
        self._app = app
        self._counts = counts
        self._log_requests = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] == "http" and (find := READS.get(scope["path"])) is not None:
            began = perf_counter()
            answer = _ready_answer(scope, find) or await _read_again(scope)
            extensions = scope.get("extensions")
            send_whole: SendWhole | None
            send_whole = extensions.pop(SEND_WHOLE, None) if extensions else None
            if answer is not None:
                status, headers, body, head = answer
                method, took = scope["method"], perf_counter() - began
                self._counts.note(scope["path"], method, status, took)
                if self._log_requests:
                    _log(scope, status, took)
                if method == "HEAD":
                    body = b""
                if send_whole is not None and send_whole(head, body):
                    return
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                return
        await self._app(scope, receive, send)


def _log(scope: Scope, status: int, seconds: float) -> None:
    token = REQUEST.set(request_id(scope))
    log_request(scope["path"], scope["method"], status, seconds)
    REQUEST.reset(token)


def _ready_answer(scope: Scope, find: Find) -> Answer | None:
    if scope["method"] not in ("GET", "HEAD"):
        return None
    state = scope["state"]
    entry = find(state["context"], scope["query_string"])
    return None if entry is None else _to_send(scope, entry)


async def _read_again(scope: Scope) -> Answer | None:
    """What was read before and has changed; a failure is left to the endpoint, which raises it."""
    if scope["path"] != THREAD or scope["method"] not in ("GET", "HEAD"):
        return None
    ctx: Context = scope["state"]["context"]
    raw_query = scope["query_string"]
    plan = read_thread.plan_of(ctx, raw_query)
    if plan is None:
        return None
    try:
        await take(Request(scope), "reads")
        with limited(IN_ALL):
            return _to_send(scope, await read_thread.read_again(ctx, raw_query, plan))
    except Exception as failure:  # noqa: BLE001 - told by whoever tells all others
        scope[FAILURE] = failure
        return None


def _to_send(scope: Scope, entry: Entry) -> Answer | None:
    answer: Answer | None = scope["state"]["web"].answer(entry, scope["headers"])
    return answer
