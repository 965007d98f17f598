"""The work that a server asks for, in a real browser: beside everything else, under any policy."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, Worker, expect

from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.server import wait_until

# That the work is done in slices is seen by what else has a turn meanwhile.
_WATCH = """
window.seen = { turns: 0, violations: [], said: [] }
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
  window.seen.violations.push(violatedDirective)
})
let proving = false
const { fetch } = window
window.fetch = async (...asked) => {
  const answer = await fetch(...asked)
  if (answer.status === 428) {
    proving = true
    window.seen.turns = 0
  } else if (asked[1]?.method === 'POST') proving = false
  return answer
}
setInterval(() => {
  if (!proving) return
  window.seen.turns++
  const said = document.querySelector('afterword-comments').shadowRoot
    .querySelector('p.unseen[role=status]').textContent
  if (!window.seen.said.includes(said)) window.seen.said.push(said)
}, 0)
"""


async def _write(page: Page, embedded: Embedded) -> Locator:
    """Sends a stranger's comment; the place where it will stand."""
    await page.add_init_script(_WATCH)
    await page.goto(embedded.page_url)
    form = page.get_by_role("form", name="Leave a comment")
    await form.get_by_label("Comment *").fill("The gauge is back.")
    await form.get_by_label("Name *").fill("Ana")
    await form.get_by_role("button", name="Post comment").click()
    return page.get_by_role("article", name="Ana")


@pytest.fixture
def careful(embedded: Embedded) -> Embedded:
    """A site that asks strangers for work."""
    embedded.server.run("site", "edit", "blog", "--proof", "risk", "--sort", "newest")
    # The running server looks once a second.
    wait_until(lambda: embedded.thread()["sort"] == "newest", 10, embedded.server.output)
    embedded.post("First words.", proof="")
    return embedded


def _strict(embedded: Embedded) -> None:
    policy = STRICT_POLICY.replace("{server}", embedded.server.url)
    tag = embedded.tag.replace("<script", '<script nonce="R"')
    embedded.embed(headers={"Content-Security-Policy": policy}, tag=tag)


async def test_a_stranger_is_published_after_some_work_that_breaks_no_policy(
    careful: Embedded, page: Page
) -> None:
    _strict(careful)
    await expect(await _write(page, careful)).to_be_visible(timeout=60_000)
    seen = await page.evaluate("window.seen")
    assert seen["violations"] == []
    assert seen["turns"] > 1, "nobody else had a turn"
    assert "Checking that this is not a program…" in seen["said"]


async def test_heavy_work_is_given_to_a_worker_where_the_page_allows_one(
    careful: Embedded, page: Page
) -> None:
    careful.embed()
    careful.server.run("site", "edit", "blog", "--proof", "always")
    careful.server.run("surge", "on", "blog")
    workers: list[Worker] = []
    page.on("worker", lambda worker: workers.append(worker))
    waiting = await _write(page, careful)
    await expect(waiting).to_contain_text("waiting", timeout=60_000)
    assert [worker.url.partition(":")[0] for worker in workers] == ["blob"]


async def test_where_a_worker_is_refused_heavy_work_is_done_on_the_page(
    careful: Embedded, page: Page
) -> None:
    _strict(careful)
    careful.server.run("surge", "on", "blog")
    waiting = await _write(page, careful)
    await expect(waiting).to_contain_text("waiting", timeout=120_000)
    seen = await page.evaluate("window.seen")
    assert seen["turns"] > 10
