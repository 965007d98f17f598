"""How long readers wait while 32 writers write: on a page that they write to, and on another."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from bench import comments, report, seed, servers
from bench.engines import database
from bench.idle import wait_until_idle
from bench.part import Bars, Part

_ROUNDS = 3
_WRITERS = 32
_PAUSE = 0.01
"""Seconds between an answer and the next question: a reader comes by, it does not try what it can."""
_PAGES = {"a page written to": f"{servers.ORIGIN}/page-1", "another page": servers.PAGE}
_NOTE = """\
One reader asks a hundred times a second or less, over one connection, and waits for each answer. Idle and
busy take turns, after some writes, so that both find pages of about the same length.
"""

_Took = dict[tuple[str, bool], list[float]]
"""Milliseconds of each answer, by page and whether 32 writers wrote meanwhile."""


def measure(folder: Path, seconds: float, engines: Sequence[str]) -> Part:
    """Read with and without writers, by turns."""
    rows: list[list[str]] = []
    figures: dict[str, float] = {}
    bars: dict[str, list[float | None]] = {}
    for engine in engines:
        with database(engine) as url:
            took, written = _measure(folder / engine, url, seconds)
        for page in _PAGES:
            idle, busy = (_percentiles(took[page, are_there]) for are_there in (False, True))
            ratio = busy[1] / idle[1]
            figures[f"p99: {engine}, {page}"] = ratio
            bars.setdefault(engine, []).append(ratio)
            rows.append([engine, page, *(f"{each:.2f}" for each in (*idle, *busy)), f"{ratio:.2f}"])
            rows[-1].append(f"{written:,.0f}")
    head = ["engine", "read", "idle, p50 ms", "p99", "busy, p50 ms", "p99", "p99 of idle"]
    head += ["comments/s meanwhile"]
    title = f"Reading while {_WRITERS} write ({_ROUNDS} rounds by turns)"
    plot = Bars(
        name="contention",
        title=f"Readers' p99 while {_WRITERS} write",
        unit="times that when nobody writes",
        groups=list(_PAGES),
        series=bars,
        promise=3,
    )
    return Part(f"{report.table(title, head, rows)}\n{_NOTE}", figures, [plot])


def _measure(folder: Path, url: str, seconds: float) -> tuple[_Took, float]:
    """How long the answers took; and how many comments a second were written, the median of the rounds."""
    took: _Took = {}
    rates: list[float] = []
    with servers.afterword(folder, database_url=url) as running:
        seed.afterword(running)
        comments.write(running.base, "afterword", _WRITERS, 1)
        for _ in range(_ROUNDS):
            for page, address in _PAGES.items():
                wait_until_idle(running.pid)
                took.setdefault((page, False), []).extend(_read(running, address, seconds))
                with ThreadPoolExecutor(1) as beside:
                    reading = beside.submit(_read, running, address, seconds)
                    seen = comments.write(running.base, "afterword", _WRITERS, seconds + 1)
                rates.append(seen.per_second)
                took.setdefault((page, True), []).extend(reading.result())
    return took, statistics.median(rates)


def _read(running: servers.Running, page: str, seconds: float) -> list[float]:
    """What each answer took, in milliseconds."""
    at = urlsplit(running.base)
    client = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    headers = {"Origin": servers.ORIGIN, "Accept-Encoding": "br"}
    took = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        client.request("GET", f"/api/v1/thread?url={page}", headers=headers)
        answer = client.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"A reader was answered with {answer.status}.")
        time.sleep(_PAUSE)
    client.close()
    return took


def _percentiles(took: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98]
