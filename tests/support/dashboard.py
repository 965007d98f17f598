"""A signed-in member who uses the dashboard as a browser without scripts does: by forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.embedded import MEMBER, PASSWORD
from tests.support.server import Server


@dataclass
class Dashboard:
    """The dashboard with a session; each method is one act, as its form sends it."""

    client: httpx2.Client

    @classmethod
    def signed_in(cls, server: Server, email: str = MEMBER, password: str = PASSWORD) -> Dashboard:
        """Signs in by the form."""
        headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
        client = httpx2.Client(base_url=server.url, headers=headers, timeout=30)
        form = {"email": email, "password": password}
        answer = client.post("/dashboard/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        return cls(client)

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
        form = {"csrf": self.csrf, "act": act, "id": [str(id_) for id_ in ids]}
        return self.client.post("/dashboard/queue", data=form)

    def reply(self, comment_id: int, body: str) -> bool:
        """Answers a comment as staff; false where the text was refused."""
        form = {"csrf": self.csrf, "body": body}
        answer = self.client.post(f"/dashboard/comments/{comment_id}/reply", data=form)
        assert answer.status_code in (303, 400, 422), answer.text
        return answer.status_code == 303
