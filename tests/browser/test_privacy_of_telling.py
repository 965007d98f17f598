"""Nothing that readers give in confidence leaves by mail, feed or webhook, nor stands in the log.

Two readers give an address each, through a proxy that says whence; everything is told that can be told,
and all of it is read. An address stands in the To of the mails to it, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from uuid import uuid4

import httpx2
import pytest

from afterword.core.webhook import TOPICS
from afterword.web.routes import all_routes
from tests.browser.test_privacy import ADDRESSES, LINKS, Confidant, columns_with, leaks
from tests.support.canary import Canary, found_in, new_email
from tests.support.dashboard import Dashboard, signed_in
from tests.support.embedded import MEMBER, Embedded
from tests.support.hook_receiver import Receiver
from tests.support.server import wait_until
from tests.support.smtp_sink import Sink, html_part, text_part

TEMPLATES = ("events", "text", "slack", "discord")
_LINK = re.compile(r"http://127\.0\.0\.1:\d+(/(?:subscribe|unsubscribe|moderate)[^\s<>\"]*)")


@dataclass
class Told:
    """A server that tells people, and those who hear of it."""

    confidant: Confidant
    sink: Sink
    receiver: Receiver
    emails: list[str] = field(default_factory=lambda: [new_email(), new_email()])
    strangers: list[str] = field(default_factory=list)
    """Addresses of those who look for what is not theirs."""
    tokens: list[str] = field(default_factory=list)
    """Of readers and feeds: they stand in no line of the log."""

    @property
    def embedded(self) -> Embedded:
        return self.confidant.embedded

    @property
    def given(self) -> list[Canary]:
        """What readers gave in confidence."""
        return [Canary.of_email(each) for each in self.emails]

    @property
    def addresses(self) -> list[Canary]:
        """Whence they wrote."""
        return [Canary.of_address(each) for each in ADDRESSES]

    def mails(self, word: str) -> list[EmailMessage]:
        """Those in which a word stands."""
        return [each for each in self.sink.mails if word in text_part(each)]

    def wait_for(self, word: str, count: int = 1) -> EmailMessage:
        """The mail that comes with this word in it."""
        wait_until(lambda: len(self.mails(word)) >= count, 20, self.embedded.server.output)
        return self.mails(word)[-1]

    def another_reader(self) -> dict[str, str]:
        """What a third reader sends along, who has signed in by a code of their own."""
        email = f"another-{uuid4()}@readers.example"
        self.strangers.append(email)
        asked = {"url": self.embedded.page_url, "email": email, "visitor_token": "d" * 22}
        begun = self.confidant.ask("POST", "/api/v1/readers", json=asked, headers=_origin(self))
        output = self.embedded.server.output
        wait_until(lambda: any(str(e["To"]) == email for e in self.sink.mails), 20, output)
        mail = next(each for each in self.sink.mails if str(each["To"]) == email)
        code = re.findall(r"\b\d{6,8}\b", text_part(mail))[0]
        sent = {"ticket": begun.json()["ticket"], "code": code}
        done = self.confidant.ask(
            "POST", "/api/v1/readers/confirm", json=sent, headers=_origin(self)
        )
        assert done.is_success, done.text
        self.tokens.append(done.json()["reader_token"])
        return {"authorization": f"Bearer {self.tokens[-1]}"}

    def links(self) -> set[str]:
        """All that mails lead to, from our server."""
        written = (str(each.as_string()) + text_part(each) for each in self.sink.mails)
        return {link.rstrip(".,)") for text in written for link in _LINK.findall(text)}


SECRET_NAMES = [
    Canary.of_text(name)
    for name in ("password_hash", "totp_key", "token_hash", "author_key", "mailbox_id", "seed")
]
"""Columns that no answer to readers has."""


def _read_as(told: Told, client: httpx2.Client) -> dict[str, bytes]:
    """Every answer to GET, HEAD and QUERY of every route of the table, whoever asks."""
    crawler = told.confidant.crawler(client)
    answers = crawler.crawl()
    table = {route.path for route in all_routes(demo=False) if "GET" in (route.methods or ())}
    assert crawler.routes == table
    return answers


def _without_descriptions(answers: dict[str, bytes]) -> dict[str, bytes]:
    """Without the scripts and pages of documentation, which are everybody's."""
    return {
        asked: data
        for asked, data in answers.items()
        if not any(f" {path}" in asked for path in ("/api/docs", "/api/v1/openapi.json", "/static"))
    }


@pytest.fixture
def told(embedded: Embedded, sink: Sink, receiver: Receiver) -> Told:
    server = embedded.server
    server.stop()
    server.environ |= {
        **sink.environ,
        "AFTERWORD_ALLOW_HOSTS": receiver.authority,
        "AFTERWORD_TRUSTED_PROXIES": "127.0.0.1/32",
        "AFTERWORD_READS_PER_MINUTE": "0",
        "AFTERWORD_LOG_LEVEL": "debug",
    }
    server.start()
    embedded.add_member()
    for arguments in (
        ("user", "notices", MEMBER, "all"),
        *(
            ("webhook", "add", receiver.url, "--template", each, *_every_event())
            for each in TEMPLATES
        ),
    ):
        done = server.run(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    return Told(Confidant(embedded), sink, receiver)


def _every_event() -> list[str]:
    return [word for kind in TOPICS for word in ("--event", kind.value)]


def _tell_everything(told: Told, dashboard: Dashboard) -> None:
    confidant, (asks, answers) = told.confidant, told.emails
    wishes = {"email": asks, "notify": "thread", "lang": "en", "visitor_token": "a" * 22}
    first = confidant.write("The float was cleaned.", name="Asks", **wishes)
    _confirm(told)
    replies = {"email": answers, "parent": first["comment"]["id"], "visitor_token": "b" * 22}
    answer = confidant.write("An answer to it.", name="Answers", **replies)
    told.wait_for("An answer to it.")
    confidant.change("PATCH", answer, {"body": "An answer, and better."})
    asked = {"url": told.embedded.page_url, "email": answers, "visitor_token": "b" * 22}
    code = confidant.ask("POST", "/api/v1/readers", json=asked, headers=_origin(told))
    assert code.is_success, code.text
    held = confidant.write(
        "Held for its links. " + LINKS, name="Held", **{**replies, "parent": None}
    )
    report = {"reason": "private", "text": "They name me.", "visitor_token": "c" * 22}
    path = f"/{first['comment']['id']}/report"
    assert confidant.api("POST", path, report).is_success
    number = held["comment"]["id"]
    told.wait_for("Held for its links.")
    for act in ("approve", "spam", "approve", "remove"):
        assert dashboard.act(act, number).status_code == 303


def _confirm(told: Told) -> None:
    """The first reader opens the link of the mail that asks, and says yes."""
    mail = told.wait_for("/subscribe/")
    path = _LINK.findall(text_part(mail))[0]
    page = told.confidant.ask("GET", path)
    boxes = re.findall(r'name="id" value="(\d+)"', page.text)
    assert boxes, page.text
    ours = {"Origin": told.embedded.server.url, "Sec-Fetch-Site": "same-origin"}
    done = told.confidant.ask("POST", path, data={"id": boxes}, headers=ours)
    assert done.status_code == 200, done.text


def _origin(told: Told) -> dict[str, str]:
    return {"Origin": told.embedded.site.url}


def _written(mail: EmailMessage) -> bytes:
    """A whole mail, packed and unpacked, without the header that says to whom it goes."""
    to = str(mail["To"])
    del mail["To"]
    parts = [mail.as_bytes(), text_part(mail).encode(), html_part(mail).encode()]
    mail["To"] = to
    return b"\n".join(parts)


def test_addresses_stand_in_the_to_of_mails_and_nowhere_else_that_anything_goes(
    told: Told,
) -> None:
    server, every = told.embedded.server, [*told.given, *told.addresses]
    with signed_in(server) as dashboard:
        _tell_everything(told, dashboard)
        told.tokens.append(_feed_token(dashboard))
        feed = f"/feeds/queue?token={told.tokens[0]}"
        wait_until(lambda: _is_told(told), 30, server.output)
        queue = dashboard.client.get(feed)
    assert queue.status_code == 200
    assert found_in(queue.content, every) == []

    assert {str(each["To"]) for each in told.sink.mails} == {*told.emails, MEMBER}
    assert [str(e["Subject"]) for e in told.sink.mails if found_in(_written(e), every)] == []
    assert [each for each in told.receiver.heard if found_in(each, every)] == []

    answers = _read_as(told, told.embedded.client)
    another = told.another_reader()
    with httpx2.Client(base_url=server.url, headers=another, timeout=30) as client:
        known = _read_as(told, client)
    for read in (answers, known):
        assert leaks(read, [Canary.of_text("An answer, and better.")])
        assert leaks(read, every) == []
        assert leaks(_without_descriptions(read), SECRET_NAMES) == []
    opened = {link: told.embedded.client.get(link) for link in told.links()}
    assert {link.split("/")[1].split("?")[0] for link in opened} >= {"subscribe", "moderate"}
    pages = {link: answer.content for link, answer in opened.items()}
    assert leaks(pages, told.addresses) == []
    assert leaks({k: v for k, v in pages.items() if k.startswith("/moderate")}, told.given) == []

    server.stop()
    log = server.output()
    assert found_in(log.encode(), [*every, *(Canary.of_text(each) for each in told.tokens)]) == []
    print(
        f"{len(answers)} answers to a stranger, {len(known)} to another reader, {len(told.sink.mails)}"
        f" mails, {len(told.receiver.heard)} webhook requests, {len(log.splitlines())} lines of log,"
        f" each for {sum(len(each.needles) for each in every)} forms of {len(every)} secrets: 0 found"
    )
    assert min(len(answers), len(known)) > 1_000 and len(log.splitlines()) > 10
    kept = columns_with(told.confidant, told.given)
    assert kept == {("contact", "email"), ("mailbox", "email")}
    assert columns_with(told.confidant, told.addresses) == set()


def _is_told(told: Told) -> bool:
    """Each template has heard of each kind of event that has happened."""
    heard = b"".join(told.receiver.heard)
    kinds = ("approved", "edited", "held", "spam", "reported", "removed")
    return all(f"org.afterword.comment.{kind}".encode() in heard for kind in kinds) and all(
        word in heard for word in (b"allowed_mentions", b"plain_text", b"text/plain")
    )


def _feed_token(dashboard: Dashboard) -> str:
    """The token in the address of the feed of the queue."""
    form = {"csrf": dashboard.csrf, "name": "a feed", "role": "feed", "days": "30"}
    answer = dashboard.client.post("/dashboard/profile/tokens", data=form)
    found = re.search(r"/feeds/queue\?token=([\w-]+)", answer.text)
    assert found, answer.text
    return found.group(1)
