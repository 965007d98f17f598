"""What the widget costs a page: bytes, requests, and the time to the first comment in Chromium."""

from __future__ import annotations

import asyncio
import os
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from bench import report, seed, servers
from bench.host_pages import host_pages
from tests.support.chromium import find_chromium

_ROUNDS = 7
_SLOW = {
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
    "offline": False,
}
"""150 ms round trip, 1.6 Mbit/s: what browsers' developer tools call slow 4G."""

_WATCH = """
window.seen = { first: 0, shift: 0, longest: 0 }
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value
}).observe({ type: 'layout-shift', buffered: true })
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.longest = Math.max(seen.longest, entry.duration)
}).observe({ type: 'longtask', buffered: true })
const look = () => {
  const element = document.querySelector('afterword-comments')
  const root = element ? element.shadowRoot : document
  if (root && root.querySelector('article')) seen.first = performance.now()
  else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One cold load of one page."""

    first: float
    """Milliseconds from navigation to the first frame that holds a comment."""
    script: float
    """Milliseconds of script."""
    longest: float
    """Milliseconds of the longest task over 50 ms; 0 where there was none."""
    shift: float
    """Cumulative layout shift."""
    requests: int
    """Requests to the first comment beside the page itself."""
    bytes: int
    """Bytes that travelled, headers included, beside the page itself."""


async def _visit(browser: Browser, url: str, *, slow: bool) -> Visit:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Network.enable")
    await cdp.send("Performance.enable")
    if slow:
        await cdp.send("Network.emulateNetworkConditions", _SLOW)
        await cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    requests: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        requests[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    cdp.on("Network.requestWillBeSent", sent)
    cdp.on("Network.loadingFinished", ended)
    await page.add_init_script(_WATCH)
    await page.goto(url)
    await page.wait_for_function("window.seen.first > 0", timeout=60_000)
    count = "(document.querySelector('afterword-comments')?.shadowRoot ?? document)"
    everything = f"{count}.querySelectorAll('article').length >= 100"
    await page.wait_for_function(everything, timeout=60_000)
    await page.evaluate("new Promise((done) => requestIdleCallback(done))")
    seen = await page.evaluate("window.seen")
    metrics = await cdp.send("Performance.getMetrics")
    script = next(m["value"] for m in metrics["metrics"] if m["name"] == "ScriptDuration")
    beside = [key for key, asked in requests.items() if asked != url and "favicon" not in asked]
    await context.close()
    size = sum(sizes.get(key, 0) for key in beside)
    return Visit(seen["first"], script * 1000, seen["longest"], seen["shift"], len(beside), size)


def _middle(visits: list[Visit]) -> Visit:
    def of(name: str) -> float:
        return statistics.median(getattr(visit, name) for visit in visits)

    return Visit(
        of("first"), of("script"), of("longest"), of("shift"), int(of("requests")), int(of("bytes"))
    )


async def _measure(host: str) -> list[list[str]]:
    rows = []
    chromium = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path, env={**os.environ, **chromium.environ}
        )
        for slow in (False, True):
            visits: dict[str, list[Visit]] = {"widget": [], "minimal": []}
            for _ in range(_ROUNDS):
                for name, seen in visits.items():
                    seen.append(await _visit(browser, f"{host}/{name}.html", slow=slow))
            mine, floor = _middle(visits["widget"]), _middle(visits["minimal"])
            speed = "slow 4G, CPU 4x slower" if slow else "loopback, full CPU"
            rows += [_row(speed, "Afterword", mine, floor), _row(speed, "minimal", floor, floor)]
        await browser.close()
    return rows


def _row(speed: str, name: str, visit: Visit, floor: Visit) -> list[str]:
    return [
        speed,
        name,
        f"{visit.first:.0f}",
        report.ratio(visit.first, floor.first),
        f"{visit.script:.0f}",
        report.ratio(visit.script, floor.script),
        f"{visit.longest:.0f}",
        f"{visit.shift:.3f}",
        str(visit.requests),
        f"{visit.bytes:,}",
    ]


def measure(folder: Path, seconds: float) -> str:
    """Alternate the two pages, each load cold, in rounds."""
    port = servers.free_port()
    host = f"http://127.0.0.1:{port}"
    with servers.afterword(folder / "afterword", origin=host) as ours:
        thread = f"{host}/widget.html"
        seed.afterword(ours, origin=host, page=thread)
        with host_pages(port, {"base": ours.base, "page": thread}):
            rows = asyncio.run(_measure(host))
    head = ["conditions", "page", "first comment ms", "ratio", "script ms", "ratio"]
    head += ["longest task ms", "shift", "requests", "bytes"]
    return report.table(f"Widget, 100 comments (medians of {_ROUNDS} cold loads)", head, rows)
