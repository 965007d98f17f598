"""The server at a path of another site, behind a proxy that takes the path away."""

from __future__ import annotations

from uuid import uuid4

import httpx2
from playwright.async_api import Page, expect

from tests.support.host_site import HostPage, HostSite
from tests.support.proxy import proxy
from tests.support.server import UNHURRIED, Serve, Server, wait_until


async def test_a_thread_is_read_and_written_under_a_prefix(
    serve: Serve, host_site: HostSite, page: Page
) -> None:
    behind: list[Server] = []
    with proxy("/talk", lambda: behind[0].url) as talk:
        server = serve(AFTERWORD_PUBLIC_URL=talk)
        behind.append(server)
        added = server.run(
            "site", "add", "blog", "--origin", host_site.url, "--hold", "none", *UNHURRIED
        )
        assert added.returncode == 0, added.stderr
        address = f"{host_site.url}/post.html"
        thread = {"url": address}
        asked = f"{talk}/api/v1/thread"
        wait_until(lambda: httpx2.get(asked, params=thread).is_success, 10, server.output)
        sent = {"url": address, "name": "Mira Osei", "body": "First.", "client_id": str(uuid4())}
        assert httpx2.post(f"{talk}/api/v1/comments", json=sent).status_code == 201

        tag = f'<script async src="{talk}/embed.js" data-open="eager"></script>'
        body = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Post</title><main>{tag}</main>'
        host_site.pages["/post.html"] = HostPage(body)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        await page.goto(address)
        await page.get_by_role("button", name="Reply to Mira Osei").click()
        form = page.get_by_role("form", name="Reply to Mira Osei")
        await form.get_by_label("Comment *").fill("Second.")
        await form.get_by_label("Name *").fill("Ana Brook")
        await form.get_by_role("button", name="Post reply").click()
        await expect(page.get_by_role("article", name="Ana Brook")).to_contain_text("Second.")
        ours = [url for url in requests if not url.startswith(host_site.url)]
        assert len(ours) >= 4
        assert [url for url in ours if not url.startswith(f"{talk}/")] == []
        wait_until(lambda: httpx2.get(asked, params=thread).json()["count"] == 2, 10, server.output)
