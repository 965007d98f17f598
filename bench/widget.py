"""What the widget costs a page, beside the smallest script that shows the same and Isso's client."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from bench import report, seed, servers
from bench.host_pages import host_pages
from bench.part import Bars, Part
from bench.visit import Visit, middle, visit
from tests.support.chromium import find_chromium

_ROUNDS = {10: 5, 100: 5, 1000: 3}
"""By the number of comments in the thread."""
_SPEEDS = {False: "loopback, full CPU", True: "slow 4G, CPU 4x slower"}
_MINIMAL, _PRELOADED = "minimal.html", "minimal.html?preload"
_NOTE = """\
Chromium {browser}. Medians of 5 rounds (3 for 1,000 comments) in which the pages take turns, each load
with an empty cache.
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
_PROMISED = (_PAGES[0], _PAGES[2])
_TO_THE_END = _Page("Afterword, to the end", "widget.html", _MINIMAL, shows_all=True, presses=True)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The medians of a page, and those of the one that it is compared with."""

    conditions: str
    page: _Page
    visit: Visit
    floor: Visit
    slow: bool

    @property
    def where(self) -> str:
        """For figures."""
        preload = ", preload" if "preload" in self.page.path else ""
        return f"{self.conditions}{preload}"


async def _compare(
    browser: Browser, host: str, thread: int, first: int, *, slow: bool
) -> list[_Seen]:
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
    return [_Seen(conditions, page, medians[page.name], floors[page.floor], slow) for page in pages]


def _row(one: _Seen) -> list[str]:
    seen, floor = one.visit, one.floor
    return [
        one.conditions,
        one.page.name,
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


def _figures(seen: Sequence[_Seen]) -> dict[str, float]:
    """What is promised of our own pages; nobody presses in them."""
    found: dict[str, float] = {}
    for one in seen:
        if one.page not in _PROMISED:
            continue
        mine, floor, where = one.visit, one.floor, one.where
        found[f"first of minimal: {where}"] = mine.first / floor.first
        found[f"script of minimal: {where}"] = mine.script / floor.script
        found[f"blocking beyond minimal: {where}"] = mine.blocking - floor.blocking
        found[f"shift: {where}"] = mine.shift
        found[f"requests: {where}"] = mine.requests
        if not one.slow:
            found[f"longest task: {where}"] = mine.longest
    return found


def _plots(seen: Sequence[_Seen]) -> list[Bars]:
    plots = []
    for speed, slow in (("at full speed", False), ("on slow 4G, with a CPU 4 times slower", True)):
        rows = [one for one in seen if one.slow is slow and one.page in _PAGES]
        groups = list(dict.fromkeys(one.conditions for one in rows))
        plots.append(
            Bars(
                name=f"widget-{'slow' if slow else 'quick'}",
                title=f"First comment visible, {speed}",
                unit="ms from navigation",
                groups=[group.partition(" comments")[0] + " comments" for group in groups],
                series={
                    page.name: [one.visit.first for one in rows if one.page is page]
                    for page in _PAGES
                },
            )
        )
    return plots


async def _measure(host: str, firsts: dict[int, int]) -> tuple[list[_Seen], str]:
    chromium = find_chromium()
    seen: list[_Seen] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path, env={**os.environ, **chromium.environ}
        )
        for slow in _SPEEDS:
            for thread, first in firsts.items():
                seen += await _compare(browser, host, thread, first, slow=slow)
        version = browser.version
        await browser.close()
    return seen, version


def _files() -> list[dict[str, Any]]:
    """What the build says of its files."""
    manifest = json.loads((servers.ROOT / "widget" / "dist" / "manifest.json").read_text())
    return list(manifest["files"])


def _kilobytes() -> dict[str, float]:
    """What travels for who reads, and for who writes too; 1 KB is 1,024 bytes, as in the build's limits."""
    size = {each["file"]: each["brotli"] / 1024 for each in _files()}
    reads = size["embed.js"]
    return {"KB to read": reads, "KB to read and write": reads + size["writer.js"]}


def _sizes() -> str:
    rows = [[each["file"], f"{each['bytes']:,}", f"{each['brotli']:,}"] for each in _files()]
    return report.table("Widget, files", ["file", "bytes", "brotli"], rows)


def measure(folder: Path, seconds: float) -> Part:
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
        seen, browser = asyncio.run(_measure(host, firsts))
    head = ["thread, conditions", "page", "first", "of minimal", "all", "script", "of minimal"]
    head += ["main thread", "longest task", "blocking", "shift", "requests", "KB"]
    table = report.table("Widget, cold loads", head, [_row(one) for one in seen])
    note = f"```\n{_NOTE.format(slice=firsts[max(firsts)], browser=browser)}```\n"
    return Part("\n".join([_sizes(), table, note]), _kilobytes() | _figures(seen), _plots(seen))
