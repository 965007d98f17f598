"""What a page of ours looks like to people who do not see it at 1280 pixels with a mouse in hand."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
"""Options of a browser window."""

_FOCUS = """
() => {
  let node = document.activeElement
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
  const named = (node.getAttribute('aria-labelledby') || '').split(' ')
  const label = named.map((id) => node.getRootNode().getElementById?.(id)?.textContent).join(' ')
  const words = node.getAttribute('aria-label') || label || node.labels?.[0]?.textContent
  return node === document.body ? 'nothing' : (words || node.textContent).trim()
}
"""

# A link in the middle of a sentence is as tall as its line: WCAG 2.5.8 says so.
_SMALL = """
() => {
  const roots = [document]
  for (const node of document.querySelectorAll('*')) if (node.shadowRoot) roots.push(node.shadowRoot)
  return roots
    .flatMap((root) => [...root.querySelectorAll('a[href], button, input, textarea, summary')])
    .filter((node) => node.checkVisibility() && !node.closest('.unseen, .body, p.quiet, main > p'))
    .map((node) => node.closest('label') || node)
    .filter((node) => {
      const { width, height } = node.getBoundingClientRect()
      return width < 24 || height < 24
    })
    .map((node) => node.outerHTML)
}
"""

_MOVING = """
() => {
  const roots = [document]
  for (const node of document.querySelectorAll('*')) if (node.shadowRoot) roots.push(node.shadowRoot)
  const unlike = ({ transitionDuration, transitionProperty }) =>
    transitionProperty !== 'none' && /[1-9]/.test(transitionDuration)
  return roots.flatMap((root) => [
    ...root.getAnimations().map((each) => each.animationName || each.transitionProperty),
    ...[...root.querySelectorAll('*')].filter((node) => unlike(getComputedStyle(node)))
      .map((node) => node.outerHTML),
  ])
}
"""


async def focus(page: Page) -> str:
    """What has the focus, by its name; `nothing` where it is lost to the page."""
    words: str = await page.evaluate(_FOCUS)
    return words


async def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Presses a key until something of this name has the focus."""
    passed: list[str] = []
    while name not in (here := await focus(page)):
        passed.append(here)
        assert len(passed) < 60, f"{name!r} is not reached, only {passed}"
        await page.keyboard.press(key)


async def small_targets(page: Page) -> list[str]:
    """What is less than 24 pixels wide or tall and is there to be pressed."""
    found: list[str] = await page.evaluate(_SMALL)
    return found


async def moving(page: Page) -> list[str]:
    """Animations that run, and elements that would move when they change."""
    found: list[str] = await page.evaluate(_MOVING)
    return found


async def is_too_wide(page: Page) -> bool:
    """Whether the page can be scrolled sideways."""
    wide: bool = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide
