"""A site that Afterword serves comments for, and the acts of a reader and a moderator on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.support.host_site import HostPage, HostSite
from tests.support.server import NO_LIMITS, UNHURRIED, Serve, Server, wait_until

PASSWORD = "correct horse gauge river"
MEMBER = "mod@example.org"
STRICT_POLICY = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; "
    "script-src 'nonce-R' 'strict-dynamic'; style-src 'self'; img-src 'self'; font-src 'none'; "
    "connect-src {server}; form-action 'none'; frame-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""A host page's policy that allows nothing but a script with the nonce R and its server."""


@dataclass
class Embedded:
    """A running server, a website with a page that embeds it, and what tests do to them."""

    server: Server
    site: HostSite
    client: httpx2.Client
    """Asks the server directly, as a program does."""
    path: str = "/post.html"
    direction: str = "ltr"
    """Which way the page is written."""

    @property
    def page_url(self) -> str:
        """The address of the page that embeds the thread."""
        return self.site.url + self.path

    @property
    def tag(self) -> str:
        """The one tag that an owner pastes."""
        return f'<script async src="{self.server.url}/embed.js" data-open="eager"></script>'

    def embed(
        self, *, headers: dict[str, str] | None = None, tag: str = "", path: str = ""
    ) -> None:
        """Serves an article page with the tag in it."""
        body = (
            f'<!doctype html><html lang="en" dir="{self.direction}"><meta charset="utf-8">'
            "<title>What the river gauge told us</title>"
            '<meta name="viewport" content="width=device-width">'
            f"<main><h1>What the river gauge told us</h1><p>Words.</p>{tag or self.tag}</main>"
        )
        self.site.pages[path or self.path] = HostPage(body, headers or {})

    def post(self, body: str, **fields: Any) -> httpx2.Response:
        """Sends a comment as the widget does; fields go over the usual ones."""
        sent = {
            "url": self.page_url,
            "title": "What the river gauge told us",
            "name": "Mira Osei",
            "body": body,
            "client_id": str(uuid4()),
            **fields,
        }
        return self.client.post("/api/v1/comments", json=sent, headers={"Origin": self.site.url})

    def thread(self, **query: Any) -> dict[str, Any]:
        """The thread as programs see it."""
        asked = {"url": self.page_url, **query}
        answer = self.client.get("/api/v1/thread", params=asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def is_known(self) -> bool:
        """Whether the running server has heard of the site: it looks once a second."""
        asked = {"url": self.page_url}
        answer = self.client.get("/api/v1/thread", params=asked)
        return bool(answer.status_code == 200)

    def add_member(self, *, role: str = "owner") -> None:
        """Makes the account that `sign_in` uses."""
        made = self.server.run(
            *("user", "add", MEMBER, "--name", "Jonas Thiel"),
            *("--role", role, "--password-stdin"),
            given=PASSWORD,
        )
        assert made.returncode == 0, made.stderr


@contextmanager
def on_a_site(server: Server, host_site: HostSite) -> Iterator[Embedded]:
    """The pages of a site that this server knows by now, and publishes at once."""
    added = server.run(
        "site", "add", "blog", "--origin", host_site.url, "--hold", "none", *UNHURRIED
    )
    assert added.returncode == 0, added.stderr
    with httpx2.Client(base_url=server.url, timeout=30) as client:
        made = Embedded(server, host_site, client)
        wait_until(made.is_known, 10, server.output)
        yield made


@pytest.fixture
def embedded(serve: Serve, host_site: HostSite) -> Iterator[Embedded]:
    """A site that publishes at once; `embedded.server.run("site", "edit", …)` changes that."""
    server = serve(**NO_LIMITS)
    with on_a_site(server, host_site) as made:
        yield made


def set_up_link(server: Server) -> str:
    """The one-time link that the server printed when it started."""
    found = re.findall(r"http://\S+/dashboard/set-up\?token=\S+", server.output())
    assert found, server.output()
    return str(found[-1])
