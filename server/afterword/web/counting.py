"""Counts requests: how many, how they were answered, how long that took."""

from __future__ import annotations

from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING

from afterword.core import metric_families as families
from afterword.core.metrics import Histogram, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
"""A method that nobody here knows: a stranger may invent as many as they like."""
NO_ROUTE = "none"
LEFT = 499
"""Not sent: the reader was gone before there was an answer."""


class WebCounts:
    """What this process has counted since it began."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, int], Histogram] = {}
        self.rate_refusals: Counter[str] = Counter()

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts an answer. It runs for every cached read: one look-up, and one step up in a bucket."""
        answers = self._answers.get((route, method, status))
        if answers is None:
            answers = self._answers[route, method, status] = Histogram(families.LATENCY)
        answers.note(seconds)

    def samples(self) -> list[Sample]:
        """Everything that was counted."""
        return [*self._requests(), *self._latencies(), *self._refusals()]

    def _requests(self) -> Iterator[Sample]:
        for (route, method, status), answers in sorted(self._answers.items()):
            labels = (route, method, str(status))
            yield Sample(families.REQUESTS.name, answers.total, labels)

    def _latencies(self) -> Iterator[Sample]:
        together: dict[tuple[str, str], Histogram] = {}
        for (route, method, _), answers in sorted(self._answers.items()):
            whole = together.setdefault((route, method), Histogram(families.LATENCY))
            whole.add(answers)
        for labels, whole in together.items():
            yield Sample(families.REQUEST_SECONDS.name, whole.seen(), labels)

    def _refusals(self) -> Iterator[Sample]:
        for kind, number in sorted(self.rate_refusals.items()):
            yield Sample(families.RATE_REFUSALS.name, number, (kind,))


class Counting:
    """Counts what was not answered from memory; `fast_reads` counts the rest."""

    def __init__(self, app: ASGIApp, counts: WebCounts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        has_begun = False

        async def send_and_count(message: Message) -> None:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                self._note(scope, message["status"], perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, send_and_count)
        finally:
            if not has_begun:
                self._note(scope, LEFT, perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        self._counts.note(route_of(scope), method_of(scope), status, seconds)


def route_of(scope: Scope) -> str:
    """The template of the route that was found, `/c/{id}`: nothing that the client wrote."""
    route = scope.get("route")
    return NO_ROUTE if route is None else str(route.path)


def method_of(scope: Scope) -> str:
    """The method, if it is one that is known."""
    method = str(scope["method"])
    return method if method in METHODS else OTHER
