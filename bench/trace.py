"""Reads a trace of Chromium: what a page's main thread did, and for how long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

CATEGORIES = ["toplevel", "devtools.timeline", "v8.execute", "__metadata"]
_TASK = "ThreadControllerImpl::RunTask"
_AFTER_TASK = "BlinkScheduler_PerformMicrotaskCheckpoint"
"""Follows the task whose promises it runs, as an event of its own; what fetch() brings is here."""
_SCRIPT = {"EvaluateScript", "FunctionCall", "RunMicrotasks", "v8.compile"}
"""DevTools' own counter, ScriptDuration, leaves out microtasks, thus all that follows a fetch()."""
_RENDERING = {"UpdateLayoutTree", "Layout"}
_LONG = 50.0


@dataclass(frozen=True, slots=True)
class MainThread:
    """Milliseconds of the thread's own CPU time, so that waiting for other programs does not count."""

    script: float
    """Compiling and running script, microtasks among it, without the layout that it forces."""
    busy: float
    """All tasks: script, style, layout, paint, what the browser itself does."""
    longest: float
    """The longest task."""
    blocking: float
    """What tasks take beyond 50 ms each."""


@dataclass(frozen=True, slots=True)
class _Span:
    """One event of the thread."""

    name: str
    begin: float
    end: float
    cost: float


def read(trace: bytes, url: str) -> MainThread:
    """Sum up the thread that parsed the page at this address."""
    events = json.loads(trace)["traceEvents"]
    spans = list(_spans(events, *_page(events, url)))
    tasks = list(_tasks(spans))
    script = _outermost(spans, _SCRIPT)
    forced = [span for span in _outermost(spans, _RENDERING) if _is_within(span, script)]
    return MainThread(
        script=sum(span.cost for span in script) - sum(span.cost for span in forced),
        busy=sum(tasks),
        longest=max(tasks),
        blocking=sum(max(0.0, task - _LONG) for task in tasks),
    )


def _page(events: list[dict[str, Any]], url: str) -> tuple[float, int, int]:
    """When the parser began with this page, its process and its thread."""
    for event in events:
        if event["name"] == "ParseHTML" and event["args"].get("beginData", {}).get("url") == url:
            return event["ts"], event["pid"], event["tid"]
    raise LookupError(f"{url} is not in the trace")


def _spans(events: Iterable[dict[str, Any]], start: float, pid: int, tid: int) -> Iterator[_Span]:
    """What the thread did since then, by time, and what surrounds a thing before it."""
    mine = (
        (event["ts"], -event.get("dur", 0), event["name"], event.get("tdur", 0))
        for event in events
        if event.get("ph") == "X" and (event["pid"], event["tid"]) == (pid, tid)
    )
    for begin, minus, name, cost in sorted(mine):
        if begin - minus > start:
            yield _Span(name, begin / 1000, (begin - minus) / 1000, cost / 1000)


def _outermost(spans: Iterable[_Span], names: set[str]) -> list[_Span]:
    """The spans with these names that lie in no other of them."""
    found: list[_Span] = []
    for span in spans:
        if span.name in names and (not found or span.begin >= found[-1].end):
            found.append(span)
    return found


def _tasks(spans: Iterable[_Span]) -> Iterator[float]:
    """How long each task took together with its promises."""
    task = 0.0
    for span in _outermost(spans, {_TASK, _AFTER_TASK}):
        if span.name == _TASK:
            yield task
            task = 0.0
        task += span.cost
    yield task


def _is_within(span: _Span, others: list[_Span]) -> bool:
    return any(other.begin <= span.begin and span.end <= other.end for other in others)
