"""A signed-in member who uses the dashboard as a browser without scripts does: by forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from tests.support.embedded import MEMBER, PASSWORD
from tests.support.server import Server


@dataclass
class Dashboard:
    """The dashboard with a session; each method is one act, as its form sends it."""

    client: httpx2.Client

    @property
    def cookies(self) -> Any:
        """The session as Playwright's `add_cookies` takes it."""
        url = str(self.client.base_url)
        return [
            {"name": cookie.name, "value": cookie.value or "", "url": url}
            for cookie in self.client.cookies.jar
        ]

    @property
    def csrf(self) -> str:
        """The token that each form of this session carries."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/dashboard/queue").text)
        assert found
        return found.group(1)

    def act(self, act: str, *ids: int) -> httpx2.Response:
        """Does one thing to some comments, in one request."""
        form: dict[str, Any] = {"csrf": self.csrf, "next": "/dashboard/queue", "act": act}
        form |= {"id": [str(comment_id) for comment_id in ids]}
        return self.client.post("/dashboard/queue", data=form)

    def approve_all(self) -> None:
        """Approves what waits, a page of the queue at a time."""
        while waiting := self._waiting():
            assert self.act("approve", *waiting).status_code == 303

    def _waiting(self) -> list[int]:
        queue = self.client.get("/dashboard/queue").text
        found = re.findall(r'id="comment-(\d+)"', queue)
        return [int(comment_id) for comment_id in found]

    def make_token(self) -> str:
        """A personal token that may do all that the member may."""
        form = {"csrf": self.csrf, "name": "a program", "role": "owner", "days": "30"}
        answer = self.client.post("/dashboard/profile/tokens", data=form)
        found = re.search(r"<code>(afw_[^<]+)</code>", answer.text)
        assert found, answer.text
        return found.group(1)

    def reply(self, comment_id: int, body: str) -> bool:
        """Answers a comment as staff; false where the text was refused."""
        form = {"csrf": self.csrf, "next": "/dashboard/queue", "id": str(comment_id)}
        form |= {"client_id": str(uuid4()), "body": body}
        answer = self.client.post("/dashboard/queue/reply", data=form)
        assert answer.status_code in (303, 400, 422), answer.text
        return answer.status_code == 303


@contextmanager
def signed_in(server: Server, email: str = MEMBER, password: str = PASSWORD) -> Iterator[Dashboard]:
    """Signs in by the form."""
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    with httpx2.Client(base_url=server.url, headers=headers, timeout=30) as client:
        form = {"email": email, "password": password}
        answer = client.post("/dashboard/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        yield Dashboard(client)
