"""One cold load of a page in Chromium, and what was seen of it."""

from __future__ import annotations

import asyncio
import json
import statistics
from dataclasses import dataclass, fields
from typing import Any

from playwright.async_api import Browser, CDPSession

from bench import trace
from bench.host_pages import PAGES

_SLOW = {
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
    "offline": False,
}
"""150 ms round trip, 1.6 Mbit/s: what browsers' developer tools call slow 4G."""
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Visit:
    """One cold load of one page, or the medians of several; times in ms."""

    first: float
    """From navigation to the first frame that holds a comment."""
    all: float
    """From navigation to the frame that holds all comments that were waited for."""
    script: float
    busy: float
    longest: float
    blocking: float
    shift: float
    """Cumulative layout shift."""
    requests: int
    """Until the first comment, beside the page itself."""
    bytes: int
    """All that travelled, headers included, beside the page itself."""


class _Network:
    """Counts what a page asks for beside itself."""

    def __init__(self, cdp: CDPSession, url: str) -> None:
        self.bytes = 0
        self._url = url
        self._asked: set[str] = set()
        cdp.on("Network.requestWillBeSent", self._sent)
        cdp.on("Network.loadingFinished", self._ended)

    @property
    def requests(self) -> int:
        return len(self._asked)

    def _sent(self, event: dict[str, Any]) -> None:
        asked = event["request"]["url"]
        # The stream of what others write meanwhile is opened once the comments are there.
        if asked != self._url and "favicon" not in asked and event["type"] != "EventSource":
            self._asked.add(event["requestId"])

    def _ended(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self.bytes += event["encodedDataLength"]


async def visit(
    browser: Browser, url: str, comments: int, *, slow: bool, press: bool = False
) -> Visit:
    """Load a page with an empty cache until it shows so many comments, pressing for more if told to."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    network = _Network(cdp, url)
    ended = asyncio.get_running_loop().create_future()
    requests: list[int] = []

    def arrived(event: dict[str, Any]) -> None:
        if event["payload"] == "first":
            requests.append(network.requests)
        else:
            ended.set_result(json.loads(event["payload"]))

    cdp.on("Runtime.bindingCalled", arrived)
    for domain in ("Runtime", "Network"):
        await cdp.send(f"{domain}.enable")
    await cdp.send("Runtime.addBinding", {"name": "arrived"})
    if slow:
        await cdp.send("Network.emulateNetworkConditions", _SLOW)
        await cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    # The rest after the last comment is for what comes late: the form, a second file.
    told = {"comments": comments, "press": press, "rest": 1500 if slow else 500}
    watch = (PAGES / "watch.js").read_text()
    await page.add_init_script(f"{{ {watch}; watch({json.dumps(told)}) }}")
    await browser.start_tracing(page=page, categories=trace.CATEGORIES)
    await page.goto(url)
    seen = await asyncio.wait_for(ended, _PATIENCE)
    main = trace.read(await browser.stop_tracing(), url)
    await context.close()
    return Visit(
        first=seen["first"],
        all=seen["all"],
        script=main.script,
        busy=main.busy,
        longest=main.longest,
        blocking=main.blocking,
        shift=seen["shift"],
        requests=requests[0],
        bytes=network.bytes,
    )


def middle(visits: list[Visit]) -> Visit:
    """The median of each figure."""
    names = [field.name for field in fields(Visit)]
    return Visit(
        **{name: statistics.median(getattr(each, name) for each in visits) for name in names}
    )
