"""Every payload of the public XSS corpora goes in by every way there is, and does nothing anywhere.

What the payloads try to do is seen by three witnesses: dialogs, requests to anybody else, and elements or
attributes in a comment that are not on the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Dialog, Page

from afterword.core.tree import ALLOWED
from tests.support.dashboard import Dashboard, signed_in
from tests.support.embedded import Embedded

PER_PAGE = 40
"""Comments on one page: fewer than a slice, so that one load shows them all."""

OWN_PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example/>\n\n<svg onload=alert(1)>",
    "`</code><script>alert(1)</script>`",
    "{{7*7}} ${7*7} <%= 7*7 %>",
)

_WITNESS = """
(allowed) => {
  const wrong = []
  const roots = [document]
  for (const element of document.querySelectorAll('*')) {
    if (element.shadowRoot) roots.push(element.shadowRoot)
  }
  for (const root of roots) {
    for (const body of root.querySelectorAll('.body')) {
      for (const element of body.querySelectorAll('*')) {
        const tag = element.localName
        if (!(tag in allowed)) wrong.push(tag)
        for (const { name, value } of element.attributes) {
          if (!allowed[tag]?.includes(name)) wrong.push(`${tag} ${name}`)
          if (name === 'href' && !/^(https?|mailto):/.test(value)) wrong.push(value)
        }
      }
    }
  }
  return { wrong, bodies: roots.reduce((n, root) => n + root.querySelectorAll('.body').length, 0) }
}
"""

_IN_THE_DOM = {
    **{tag: sorted(attributes) for tag, attributes in ALLOWED.items()},
    "a": ["href", "rel", "target"],
    "code": ["class", "data-lang"],
}


def _corpus(folder: Path) -> Iterator[str]:
    yield from OWN_PAYLOADS
    for case in json.loads((folder / "xss" / "dompurify-expect.json").read_text()):
        yield case["payload"]
    yield from json.loads((folder / "strings" / "blns.json").read_text())
    yield from (folder / "markdown" / "mdit-xss.md").read_text().split("\n.\n")[1::4]


@dataclass
class Witnesses:
    """What the payloads managed to do."""

    dialogs: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, *ours: str) -> None:
        """Notes each dialog and each request that goes elsewhere."""
        context.on("dialog", self._note)
        context.on(
            "request",
            lambda request: (
                None if request.url.startswith(ours) else self.strangers.append(request.url)
            ),
        )

    async def _note(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        await dialog.dismiss()


@pytest_asyncio.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser context whose pages close with the test."""
    made = await browser.new_context()
    yield made
    await made.close()


@pytest.fixture
def dashboard(embedded: Embedded) -> Iterator[Dashboard]:
    """A signed-in owner."""
    embedded.add_member()
    with signed_in(embedded.server) as dashboard:
        yield dashboard


def _ways_in(embedded: Embedded, dashboard: Dashboard) -> dict[str, Callable[[str, str], bool]]:
    """Each way to write, as a function of page address and payload; false where it was refused."""

    def by_api(url: str, payload: str) -> bool:
        fields = {"name": payload[:60] or "x", "title": payload, "website": payload}
        for refused in (set(), {"website"}, {"website", "title"}, set(fields)):
            kept = {key: value for key, value in fields.items() if key not in refused}
            answer = embedded.post(payload, url=url, **kept)
            if answer.status_code in (201, 202):
                return True
        assert answer.status_code in (400, 422), answer.text
        return False

    def by_form(url: str, payload: str) -> bool:
        sent = {"url": url, "name": "Mira Osei", "body": payload, "client_id": str(uuid4())}
        headers = {"Origin": embedded.server.url, "Sec-Fetch-Site": "same-origin"}
        answer = embedded.client.post("/thread", data=sent, headers=headers)
        assert answer.status_code < 500, answer.text
        return answer.status_code in (200, 201, 202)

    def by_edit(url: str, payload: str) -> bool:
        made = embedded.post("Plain words.", url=url).json()
        answer = embedded.client.patch(
            f"/api/v1/comments/{made['comment']['id']}",
            json={"body": payload},
            headers={
                "Origin": embedded.site.url,
                "Authorization": f"Bearer {made['author_token']}",
            },
        )
        assert answer.status_code in (200, 400, 422), answer.text
        return answer.status_code == 200

    def by_staff(url: str, payload: str) -> bool:
        parent = embedded.post("A question.", url=url).json()["comment"]["id"]
        return dashboard.reply(parent, payload)

    return {"api": by_api, "form": by_form, "edit": by_edit, "staff": by_staff}


@pytest.mark.parametrize("way", ["api", "form", "edit", "staff"])
async def test_nothing_that_comes_in_runs_anywhere(
    way: str, embedded: Embedded, dashboard: Dashboard, context: BrowserContext, corpora: Path
) -> None:
    write = _ways_in(embedded, dashboard)[way]
    payloads = [text for text in _corpus(corpora) if text.strip()]
    step = PER_PAGE // 2 if way == "staff" else PER_PAGE
    witnesses = Witnesses()
    witnesses.watch(context, embedded.server.url, embedded.site.url, "about:", "blob:", "data:")
    await context.add_cookies(dashboard.cookies)
    page = await context.new_page()
    taken = 0
    for start in range(0, len(payloads), step):
        path = f"/{way}-{start}.html"
        url = embedded.site.url + path
        taken += sum(write(url, payload) for payload in payloads[start : start + step])
        dashboard.approve_all()
        embedded.embed(path=path)
        await _read_everywhere(page, embedded, url)
    assert witnesses.dialogs == []
    assert witnesses.strangers == []
    assert taken > len(payloads) * 0.8, f"{taken} of {len(payloads)} were taken"


async def _read_everywhere(page: Page, embedded: Embedded, url: str) -> None:
    """The widget, the page without scripts, and the dashboard."""
    await page.goto(url)
    await page.locator("afterword-comments").locator("form").first.wait_for()
    await _look(page)
    await page.goto(f"{embedded.server.url}/thread?url={url}")
    await _look(page)
    await page.goto(f"{embedded.server.url}/dashboard/queue?status=approved")
    await _look(page)


async def _look(page: Page) -> None:
    seen = await page.evaluate(_WITNESS, _IN_THE_DOM)
    assert seen["wrong"] == [], page.url
    assert seen["bodies"] > 0, page.url


async def test_the_witnesses_see_a_payload_that_does_something(
    embedded: Embedded, context: BrowserContext
) -> None:
    """Else the silence above would prove nothing."""
    harm = '<div class="body"><img src="https://evil.example/x" onerror="alert(1)"><b>x</b></div>'
    embedded.embed(tag=harm)
    witnesses = Witnesses()
    witnesses.watch(context, embedded.server.url, embedded.site.url)
    page = await context.new_page()
    await page.goto(embedded.page_url)
    seen = await page.evaluate(_WITNESS, _IN_THE_DOM)
    assert witnesses.dialogs == ["1"]
    assert witnesses.strangers == ["https://evil.example/x"]
    assert {"img onerror", "b"} <= set(seen["wrong"])


async def test_names_that_are_markup_are_shown_as_text(embedded: Embedded, page: Page) -> None:
    embedded.post("Plain words.", name="<b onclick=x>Mira</b>", title="<i>Title</i>")
    embedded.embed()
    await page.goto(embedded.page_url)
    await page.get_by_text("<b onclick=x>Mira</b>").first.wait_for()
    await page.goto(f"{embedded.server.url}/thread?url={embedded.page_url}")
    assert re.search("&lt;b onclick=x&gt;", await page.content())
