"""What the widget costs a page, beside the smallest script that shows the same and Isso's client."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bench import report, seed, servers
from bench.host_pages import host_pages
from bench.visit import Visit, middle, visit
from tests.support.chromium import find_chromium

_ROUNDS = {10: 5, 100: 5, 1000: 3}
"""By the number of comments in the thread."""
_SPEEDS = {False: "loopback, full CPU", True: "slow 4G, CPU 4x slower"}
_MINIMAL, _PRELOADED = "minimal.html", "minimal.html?preload"
_NOTE = """\
Medians of 5 rounds (3 for 1,000 comments) in which the pages take turns, each load with an empty cache.
Half of the comments are replies; their texts are alike, so they compress better than those of people.
Of 1,000 comments Afterword and the minimal script show the first slice ({slice}); "to the end" presses
"More comments" as soon as it is there, by script, so that the browser counts the form's way down as shift.
Isso has no pages and shows all.

first, all      ms from navigation to the frame with the first comment, and with all that are waited for
script          ms of compiling and running it, promises among it, without the layout that it forces
main thread     ms of all tasks of the page; the longest; blocking is what they take beyond 50 ms each.
                These four are the thread's CPU time in a trace that ends 0.5 s (slow: 1.5 s) after "all",
                so that waiting for other programs does not count
requests, KB    to the first comment; all that travelled, beside the page itself
of minimal      the ratio to the minimal script in the same conditions, with the same preload line if any

The minimal script has no styles, form, buttons, times or words. Isso's client stands behind a proxy that
compresses, on the origin of the page itself.
"""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that is measured, and the one that it is compared with."""

    name: str
    path: str
    floor: str
    shows_all: bool = False
    presses: bool = False


_PAGES = (
    _Page("Afterword, preload", "widget.html?preload", _PRELOADED),
    _Page("minimal, preload", _PRELOADED, _PRELOADED),
    _Page("Afterword", "widget.html", _MINIMAL),
    _Page("minimal", _MINIMAL, _MINIMAL),
    _Page("Isso", "isso.html", _MINIMAL, shows_all=True),
)
_TO_THE_END = _Page("Afterword, to the end", "widget.html", _MINIMAL, shows_all=True, presses=True)


async def _compare(
    browser: Browser, host: str, thread: int, first: int, *, slow: bool
) -> list[list[str]]:
    """All pages of one thread, of which ours shows `first` comments at first."""
    pages = (*_PAGES, _TO_THE_END) if first < thread else _PAGES
    seen: dict[str, list[Visit]] = {page.name: [] for page in pages}
    for _ in range(_ROUNDS[thread]):
        for page in pages:
            shown = thread if page.shows_all else first
            url = f"{host}/{thread}/{page.path}"
            seen[page.name].append(await visit(browser, url, shown, slow=slow, press=page.presses))
    medians = {page.name: middle(seen[page.name]) for page in pages}
    floors = {page.path: medians[page.name] for page in _PAGES}
    conditions = f"{thread:,} comments, {_SPEEDS[slow]}"
    return [_row(conditions, page.name, medians[page.name], floors[page.floor]) for page in pages]


def _row(conditions: str, name: str, seen: Visit, floor: Visit) -> list[str]:
    return [
        conditions,
        name,
        f"{seen.first:,.0f}",
        report.ratio(seen.first, floor.first),
        f"{seen.all:,.0f}",
        f"{seen.script:,.0f}",
        report.ratio(seen.script, floor.script),
        f"{seen.busy:,.0f}",
        f"{seen.longest:,.0f}",
        f"{seen.blocking:,.0f}",
        f"{seen.shift:.3f}",
        f"{seen.requests:.0f}",
        f"{seen.bytes / 1000:,.1f}",
    ]


async def _measure(host: str, firsts: dict[int, int]) -> list[list[str]]:
    chromium = find_chromium()
    rows = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path, env={**os.environ, **chromium.environ}
        )
        for slow in _SPEEDS:
            for thread, first in firsts.items():
                rows += await _compare(browser, host, thread, first, slow=slow)
        await browser.close()
    return rows


def _sizes() -> str:
    """What the build says of its files."""
    manifest = json.loads((servers.ROOT / "widget" / "dist" / "manifest.json").read_text())
    rows = [
        [each["file"], f"{each['bytes']:,}", f"{each['brotli']:,}"] for each in manifest["files"]
    ]
    return report.table("Widget, files", ["file", "bytes", "brotli"], rows)


def measure(folder: Path, seconds: float) -> str:
    """Seed the threads on both servers, then load each page of each thread in rounds."""
    port = servers.free_port()
    host = f"http://127.0.0.1:{port}"
    firsts: dict[int, int] = {}
    with ExitStack() as stack:
        ours = stack.enter_context(servers.afterword(folder / "afterword", origin=host))
        isso = stack.enter_context(servers.isso(folder / "isso", origin=host))
        for count in _ROUNDS:
            page = f"{host}/thread-{count}"
            read = seed.afterword(ours, count, origin=host, page=page)
            firsts[count] = len(json.loads(servers.fetch(read))["comments"])
            seed.isso(isso, count, origin=host, path=f"/thread-{count}")
        stack.enter_context(host_pages(port, ours.base, isso.base))
        rows = asyncio.run(_measure(host, firsts))
    head = ["thread, conditions", "page", "first", "of minimal", "all", "script", "of minimal"]
    head += ["main thread", "longest task", "blocking", "shift", "requests", "KB"]
    table = report.table("Widget, cold loads", head, rows)
    return "\n".join([_sizes(), table, _NOTE.format(slice=firsts[max(firsts)])])
