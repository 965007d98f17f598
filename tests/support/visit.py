"""What a person does with a page, in a browser that is driven by WebDriver.

visit.open(url)
visit.write("Name *", "Ana")
visit.press("Post reply")
visit.sees("article", "Ana", "words that it has to say")
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.support.server import wait_until
from tests.support.webdriver import Send

PATIENCE = 20.0
"""Seconds in which what is waited for has to appear."""

# The elements that a person sees, inside shadow roots too; by what they are called.
_FIND = """
const [selector, start] = arguments
const within = (root) => [...root.querySelectorAll('*')].flatMap((element) =>
  element.shadowRoot ? [element, ...within(element.shadowRoot)] : [element])
const nameOf = (element) => {
  const by = element.getAttribute('aria-labelledby')
  const label = by ? element.getRootNode().getElementById(by) : element.labels?.[0]
  return element.ariaLabel || (label || element).textContent.trim()
}
const found = within(document).filter((element) =>
  element.matches(selector) && element.checkVisibility() && nameOf(element).startsWith(start))
"""
_ONE = f"{_FIND} return found[0] ?? null"
_TEXTS = f"{_FIND} return found.map((element) => element.innerText)"


@dataclass(frozen=True)
class Visit:
    """One browser with one tab."""

    browser: str
    _send: Send

    def open(self, url: str) -> None:
        """Goes to a page and waits until it has loaded."""
        self._send("open", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns, run as a function in the page."""
        return self._send("run", {"script": script, "args": arguments})

    def press(self, name: str) -> None:
        """Clicks the button whose name begins so, as soon as there is one."""
        self._send("click", {"id": self._find("button", name)})

    def write(self, label: str, text: str) -> None:
        """Types into the first field with this label, in place of what is there."""
        field = self._find("input, textarea", label)
        self._send("clear", {"id": field})
        self._send("type", {"id": field, "text": text})

    def sees(self, selector: str, name: str, *words: str) -> None:
        """Waits until an element that matches and is called so is there and says all these words."""

        def says() -> bool:
            texts = self.run(_TEXTS, selector, name)
            return any(all(word in text for word in words) for text in texts)

        wait_until(says, PATIENCE, lambda: f"{words} in {name}: {self._shown()}")

    def _find(self, selector: str, name: str) -> str:
        found: list[dict[str, str]] = []

        def is_there() -> bool:
            found[:] = filter(None, [self.run(_ONE, selector, name)])
            return bool(found)

        wait_until(is_there, PATIENCE, lambda: f"{selector} {name}: {self._shown()}")
        return next(iter(found[0].values()))

    def _shown(self) -> str:
        """What the page shows, for the message of a test that fails."""
        return f"{self.browser} shows " + json.dumps(self.run(_TEXTS, "main, .root", ""))
