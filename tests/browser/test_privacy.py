"""What readers give in confidence, and what is not approved, is in no byte that the public can get.

Canaries go in by every way there is, through a proxy that says from where; then every address of the product
is read, by strangers and by members, and so are the widget in Chromium, the log and the database.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import Page, expect

from afterword.web.routes import all_routes
from tests.support.canary import Canary, found_in, new_email
from tests.support.crawler import Crawler
from tests.support.dashboard import signed_in
from tests.support.embedded import PASSWORD, Embedded

ADDRESSES = ("203.0.113.77", "2001:db8:5:7::77")
LINKS = "https://a.example https://b.example https://c.example"
"""More than a site lets pass: such a comment is held."""
MANY = 60
"""Comments: more than one slice of a thread."""

_EVERYTHING = """
() => {
  const parts = [document.cookie, JSON.stringify(localStorage)]
  const walk = (root) => {
    parts.push(root.innerHTML)
    for (const node of root.querySelectorAll('*')) {
      if (typeof node.value === 'string') parts.push(node.value)
      if (node.shadowRoot) walk(node.shadowRoot)
    }
  }
  walk(document.documentElement)
  return parts.join('\\n')
}
"""


@dataclass
class Confidant:
    """A site whose readers write from behind a proxy, and what they want kept."""

    embedded: Embedded
    email: str = field(default_factory=new_email)
    ids: list[int] = field(default_factory=list)
    answers: list[httpx2.Response] = field(default_factory=list)
    """Of the API, whatever was done: their own authors read them, and still nothing is in them."""
    _turn: int = 0

    @property
    def secrets(self) -> list[Canary]:
        """All that nobody may see."""
        return [Canary.of_email(self.email), *map(Canary.of_address, ADDRESSES)]

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """One request through the proxy, from the one address and the other by turns."""
        self._turn += 1
        address = ADDRESSES[self._turn % len(ADDRESSES)]
        headers = {"X-Forwarded-For": address, **more.pop("headers", {})}
        return self.embedded.client.request(method, path, headers=headers, **more)

    def api(self, method: str, path: str, sent: Any, **headers: str) -> httpx2.Response:
        """A request as the widget sends it; text is sent as it is."""
        headers = {"Origin": self.embedded.site.url, "Content-Type": "application/json"} | headers
        kind = "content" if isinstance(sent, str) else "json"
        answer = self.ask(method, f"/api/v1/comments{path}", **{kind: sent, "headers": headers})
        self.answers.append(answer)
        return answer

    def draft(self, body: str, **more: Any) -> dict[str, Any]:
        """A comment with an email, as the API takes it."""
        known = {"url": self.embedded.page_url, "name": "Mira Osei", "email": self.email}
        return {**known, "body": body, "client_id": str(uuid4()), **more}

    def write(self, body: str, **more: Any) -> dict[str, Any]:
        """A comment that is taken."""
        answer = self.api("POST", "", self.draft(body, **more))
        assert answer.status_code in (201, 202), answer.text
        made: dict[str, Any] = answer.json()
        self.ids.append(made["comment"]["id"])
        return made

    def change(self, method: str, made: dict[str, Any], sent: Any = None) -> httpx2.Response:
        """Its author edits it or takes it back."""
        bearer = f"Bearer {made['author_token']}"
        return self.api(method, f"/{made['comment']['id']}", sent, Authorization=bearer)

    def form(self, path: str, **fields: str) -> httpx2.Response:
        """A form of the page without scripts."""
        ours = {"Origin": self.embedded.server.url, "Sec-Fetch-Site": "same-origin"}
        sent = {"url": self.embedded.page_url, "client_id": str(uuid4()), **fields}
        return self.ask("POST", path, data=sent, headers=ours)

    def crawler(self, client: httpx2.Client, *pages: str) -> Crawler:
        """Somebody who reads everything."""
        embedded = self.embedded
        on = (embedded.page_url, *pages)
        return Crawler(client, embedded.server.url, on, self.ids, embedded.site.url)


@pytest.fixture
def confidant(embedded: Embedded) -> Confidant:
    server = embedded.server
    server.stop()
    server.environ |= {
        "AFTERWORD_TRUSTED_PROXIES": "127.0.0.1/32",
        "AFTERWORD_READS_PER_MINUTE": "0",
        "AFTERWORD_LOG_LEVEL": "debug",
    }
    server.start()
    return Confidant(embedded)


def leaks(answers: dict[str, bytes], canaries: list[Canary]) -> list[str]:
    """What was found, and where."""
    return [
        f"{form} in {asked}" for asked, data in answers.items() for form in found_in(data, canaries)
    ]


def _write_in_every_way(confidant: Confidant) -> None:
    """Comments that are taken, changed, taken back."""
    first = confidant.write("The float was cleaned.")
    confidant.write("An answer to it.", parent=first["comment"]["id"])
    assert confidant.change("PATCH", first, {"body": "It was cleaned."}).status_code == 200
    gone = confidant.write("Said too soon.")
    assert confidant.change("DELETE", gone).status_code == 200
    confidant.write("Held for its links. " + LINKS)
    for path, method, sent in (
        ("vote", "PUT", {"vote": 1}),
        ("report", "POST", {"reason": "private", "text": confidant.email}),
    ):
        told = confidant.api(
            method, f"/{first['comment']['id']}/{path}", {**sent, "visitor_token": "v" * 22}
        )
        assert told.is_success, told.text
    confidant.write("Of a program.", trap="filled")
    by_form = confidant.form("/thread", name="Jonas Thiel", email=confidant.email, body="By form.")
    assert by_form.status_code == 200, by_form.text
    assert found_in(by_form.content, confidant.secrets) == []
    for number in range(MANY):
        confidant.write(f"Reading {number}.")


def _be_refused_in_every_way(confidant: Confidant) -> None:
    """Drafts that nobody takes; what was typed goes back to its author in the form alone."""
    email, draft = confidant.email, confidant.draft
    again = draft("Twice.")
    refused: list[tuple[int, Any]] = [
        (201, again),
        (201, again),
        (422, draft("Too long. " * 2_000)),
        (422, draft("")),
        (422, draft("No address.", email=email.replace("@", " @ "))),
        (422, draft("No name.", name="")),
        (422, draft("Nobody to answer.", parent=999_999_999)),
        (422, draft("Wrong kind.", name=[email])),
        (403, draft("Of no site.", url="https://unknown.example/")),
        (400, '{"email": "' + email + '", "email": 1'),
    ]
    for status, sent in refused:
        answer = confidant.api("POST", "", sent)
        assert answer.status_code == status, (sent, answer.text)
    stranger = confidant.api("POST", "", draft("Elsewhere."), Origin="https://unknown.example")
    assert stranger.status_code == 403
    for path in ("/1", "/x"):
        for method in ("PATCH", "DELETE"):
            forged = confidant.api(method, path, {"body": email}, Authorization=f"Bearer {email}")
            assert forged.status_code in (401, 404), forged.text
    for fields in ({"name": "", "body": "No name."}, {"name": "Mira", "body": "x" * 10_001}):
        mine = confidant.form("/thread", email=email, **fields)
        assert (mine.status_code, mine.headers["cache-control"]) == (422, "no-store")
    confidant.form("/thread/edit", comment="1", author_token=email, expires_at="1", body="x")
    confidant.ask("POST", "/thread", data={"email": email}, headers={"Origin": "https://x.example"})


async def test_no_public_byte_has_an_email_or_a_network_address(
    confidant: Confidant, page: Page
) -> None:
    _write_in_every_way(confidant)
    _be_refused_in_every_way(confidant)
    embedded, secrets = confidant.embedded, confidant.secrets
    assert [each.text for each in confidant.answers if found_in(each.content, secrets)] == []

    crawler = confidant.crawler(embedded.client, f"{embedded.site.url}/nobody-was-here")
    answers = crawler.crawl()
    table = {route.path for route in all_routes(demo=False) if "GET" in (route.methods or ())}
    assert crawler.routes == table
    assert len(leaks(answers, [Canary.of_text("Mira Osei")])) > 20
    assert leaks(answers, secrets) == []

    embedded.embed()
    await page.goto(embedded.page_url)
    more = page.get_by_role("button", name="More comments")
    await more.click()
    await expect(more).to_have_count(0)
    seen = (await page.evaluate(_EVERYTHING)).encode()
    assert Canary.of_text("Mira Osei").found_in(seen)
    assert found_in(seen, secrets) == []

    embedded.server.stop()
    assert Canary.of_text("dashboard/set-up").found_in(embedded.server.output().encode())
    assert found_in(embedded.server.output().encode(), secrets) == []
    assert columns_with(confidant, secrets[:1]) == {("contact", "email"), ("report", "text")}
    assert columns_with(confidant, secrets[1:]) == set()
    for file in embedded.server.data.rglob("*.*"):
        assert found_in(file.read_bytes(), secrets[1:]) == [], file


def columns_with(confidant: Confidant, canaries: list[Canary]) -> set[tuple[str, str]]:
    """The columns of the database, of whichever table, that have one of them in a row."""
    found = set()
    with sqlite3.connect(confidant.embedded.server.data / "afterword.db") as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        assert {"comment", "contact", "verdict", "edit", "audit", "sign_in_failure"} <= set(tables)
        for table in tables:
            rows = db.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    if found_in(str(value).encode(), canaries):
                        found.add((table, name))
    db.close()
    return found


async def test_the_search_sees_a_secret_that_is_out(confidant: Confidant, page: Page) -> None:
    """Else the silence above would prove nothing: here an author publishes the secrets."""
    embedded, email, secrets = confidant.embedded, confidant.email, confidant.secrets
    confidant.write(f"Write to {email}, or to {ADDRESSES[0]} or {ADDRESSES[1]}.")
    found = leaks(confidant.crawler(embedded.client).crawl(), secrets)
    for path in ("/api/v1/thread?", "/thread?"):
        assert any(f"GET {path}" in line and line.startswith("email in") for line in found)
        assert any(f"GET {path}" in line and line.startswith("address in") for line in found)
    embedded.embed()
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("article")).to_have_count(1)
    assert "email" in found_in((await page.evaluate(_EVERYTHING)).encode(), secrets)
    assert ("comment", "source") in columns_with(confidant, secrets[1:])


@pytest.mark.parametrize("form", list(Canary.of_email(new_email()).needles))
def test_the_search_knows_every_form_of_an_email(form: str) -> None:
    canary = Canary.of_email("canary+7a@example.invalid")
    needle = canary.needles[form]
    planted = b"<p>" + (needle if form.endswith("base64") else needle.upper()) + b"</p>"
    assert form in canary.found_in(planted)
    assert canary.found_in(b"<p>canary example.invalid</p>") == []


OF_DECIDERS = ("/dashboard/queue", "/dashboard/comments/", "/dashboard/authors/")
"""Where the email of an author stands, for those who may decide about what they wrote."""


def test_the_email_is_read_by_those_who_decide_and_by_no_viewer(confidant: Confidant) -> None:
    confidant.write("The float was cleaned.")
    confidant.write("Held for its links. " + LINKS)
    server, secrets = confidant.embedded.server, confidant.secrets
    for role, sees in (("owner", True), ("moderator", True), ("viewer", False)):
        mail = f"{role}@example.org"
        added = server.run(
            *("user", "add", mail, "--name", f"The {role}", "--role", role, "--password-stdin"),
            given=PASSWORD,
        )
        assert added.returncode == 0, added.stderr
        with signed_in(server, mail) as dashboard:
            answers = confidant.crawler(dashboard.client).crawl()
        assert leaks(answers, [Canary.of_text(f"The {role}")])
        pending = answers["GET /dashboard/queue?status=pending (text/html)"]
        assert bool(secrets[0].found_in(pending)) is sees
        elsewhere = {
            asked: data
            for asked, data in answers.items()
            if not (sees and any(f" {path}" in asked for path in OF_DECIDERS))
        }
        assert leaks(elsewhere, secrets) == []
        assert leaks(answers, secrets[1:]) == []


@dataclass
class Unpublished:
    """Comments that nobody may read any more or yet, each with words of its own."""

    confidant: Confidant
    words: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def word(self) -> str:
        """A word to be looked for."""
        self.words.append(f"canary{uuid4().hex}")
        return self.words[-1]

    def write(self, body: str = "", *, parent: int | None = None, **more: Any) -> dict[str, Any]:
        """A comment with a word in all that its author gives; top-level ones open pages as well."""
        word = self.word()
        given = {"name": word, "website": f"https://{word}.example", "title": word, **more}
        made = self.confidant.write(f"{word} {body}", parent=parent, **given)
        self.ids.append(made["comment"]["id"])
        if parent is None:
            self.pages.append(f"{self.confidant.embedded.site.url}/alone-{len(self.pages)}")
            self.confidant.write(f"{word} {body}", url=self.pages[-1], **given)
            self.ids.append(self.confidant.ids[-1])
        return made

    def write_everything(self) -> None:
        """What waits, what is spam, what was removed, and what was said before an edit."""
        confidant, public = self.confidant, self.confidant.write("A public word.")
        confidant.change(
            "PATCH", confidant.write(f"Said before: {self.word()}"), {"body": "After."}
        )
        self.write(LINKS)
        self.write(trap="filled")
        self.write(LINKS, parent=public["comment"]["id"])
        answered = self.write()
        confidant.write("An answer that stays.", parent=answered["comment"]["id"])
        confidant.change("DELETE", answered)
        for made in (self.write(), self.write(parent=public["comment"]["id"])):
            confidant.change("PATCH", made, {"body": f"{self.word()} {LINKS}"})

    def remove(self) -> None:
        """A moderator removes, or marks as spam, whatever is still public."""
        confidant = self.confidant
        confidant.embedded.add_member()
        with signed_in(confidant.embedded.server) as dashboard:
            for act in ("remove", "spam"):
                made = self.write()
                confidant.write(f"Answers what is to {act}.", parent=made["comment"]["id"])
                left = [number for number in self.ids if self._is_public(number)]
                assert dashboard.act(act, *left).status_code == 303

    def _is_public(self, number: int) -> bool:
        return self.confidant.embedded.client.get(f"/c/{number}").status_code == 302


async def test_what_is_not_approved_is_in_no_public_byte(confidant: Confidant, page: Page) -> None:
    hidden = Unpublished(confidant)
    hidden.write_everything()
    hidden.remove()
    embedded, client = confidant.embedded, confidant.embedded.client
    canaries = [Canary.of_text(word) for word in hidden.words]
    crawler = confidant.crawler(client, *hidden.pages)
    answers = crawler.crawl()
    assert leaks(answers, [Canary.of_text("A public word.")])
    assert leaks(answers, canaries) == []
    for number in hidden.ids:
        assert client.get(f"/c/{number}").status_code == 404
    alone = client.get("/api/v1/counts", params={"url": hidden.pages}).json()["counts"]
    assert alone == [0] * len(hidden.pages)
    thread = embedded.thread()
    assert thread["count"] == len([each for each in thread["comments"] if each["author"]]) == 5

    embedded.embed()
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("heading", name="5 replies")).to_be_visible()
    assert found_in((await page.evaluate(_EVERYTHING)).encode(), canaries) == []
    embedded.server.stop()
    assert found_in(embedded.server.output().encode(), canaries) == []
