"""Accessibility as axe-core sees it: `assert not await violations(page)`.

The page must be of a context with `bypass_csp=True`, since no page of ours lets a foreign script in.
"""

from __future__ import annotations

from functools import cache

from playwright.async_api import Page

from tests.support.project import ROOT, unavailable

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
async () => (await axe.run()).violations.flatMap(({ id, nodes }) =>
  nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`))
"""


async def violations(page: Page) -> list[str]:
    """What axe-core finds, one line an element."""
    await page.evaluate(_script())
    found: list[str] = await page.evaluate(RUN)
    return found


@cache
def _script() -> str:
    if not AXE.exists():
        unavailable("axe-core is not installed; run npm ci")
    return AXE.read_text()
