"""A browser's own EventSource, on a page of another origin, hears what others write."""

from __future__ import annotations

from playwright.async_api import Page

from tests.support.browser import until
from tests.support.embedded import Embedded
from tests.support.host_site import HostPage

_LISTEN = """
([address, since]) => new Promise((done) => {
  window.heard = []
  window.source = new EventSource(`${address}&since=${since}`)
  window.source.onopen = () => done()
  for (const name of ['new', 'edited', 'removed', 'count'])
    window.source.addEventListener(name, ({ data, lastEventId }) =>
      window.heard.push([name, JSON.parse(data).count, lastEventId]))
})
"""


async def test_a_page_hears_and_after_a_restart_of_the_server_is_told_what_it_missed(
    embedded: Embedded, page: Page
) -> None:
    embedded.site.pages["/bare.html"] = HostPage("<p>No script of ours.")
    await page.goto(f"{embedded.site.url}/bare.html")
    address = f"{embedded.server.url}/api/v1/thread/events?url={embedded.page_url}"
    await page.evaluate(_LISTEN, [address, 0])
    embedded.post("The float was cleaned.")
    await until(page, "heard.length === 1")
    embedded.server.stop()
    embedded.server.start()
    embedded.post("And painted.")
    # The browser comes again by itself, after the time that the stream named.
    await until(page, "heard.length === 2")
    version = embedded.thread()["version"]
    heard = await page.evaluate("() => heard")
    assert [each[:2] for each in heard] == [["new", 1], ["new", 2]]
    assert heard[-1][2] == str(version)
