"""Each request has a number, which the log has too; the log has nothing else of who asked for what."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.cli.logs import FORMATS
from afterword.core.errors import Unavailable
from afterword.storage.store import Store
from tests.support.canary import Canary, found_in, new_email
from tests.support.serving import Served, serving, settings_for

THREAD = "/api/v1/thread"
NUMBER = re.compile(r"[0-9a-f]{16}")
GIVEN = "8f14e45fceea467fa8c50d1f3c8e6b7a"


@pytest_asyncio.fixture
async def logging_app(tmp_path: Path, ready_url: str) -> AsyncIterator[Served]:
    """The application as it is with a log of requests, behind a proxy at the client's address."""
    settings = settings_for(
        tmp_path / "data",
        ready_url,
        log_requests="on",
        trusted_proxies=(ip_network("203.0.113.0/28"),),
    )
    async with serving(settings) as served:
        await served.add_site("blog", "https://blog.example.org", hold="none")
        yield served


class Written(logging.Handler):
    """What the formatters make of every record, at the moment at which it is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text: list[str] = []
        self.json: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(FORMATS["text"].format(record))
        self.json.append(json.loads(FORMATS["json"].format(record)))


@contextmanager
def written() -> Iterator[Written]:
    """All that is logged by us in the block, from debug on."""
    handler, ours = Written(), logging.getLogger("afterword")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    yield handler
    ours.setLevel(level)
    ours.removeHandler(handler)


async def test_a_request_is_one_line_without_its_query(logging_app: Served, page_url: str) -> None:
    with written() as log:
        answers = [
            await logging_app.client.get(THREAD, params={"url": page_url}),
            await logging_app.client.get(THREAD, params={"url": page_url}),
            await logging_app.client.get(f"/unsubscribe/{GIVEN}"),
            await logging_app.client.get(f"/{GIVEN}"),
        ]
    numbers = [str(line["request"]) for line in log.json]
    assert len(set(numbers)) == 4 and all(NUMBER.fullmatch(number) for number in numbers)
    assert [answer.headers.get("x-request-id") for answer in answers] == [None, None, *numbers[2:]]
    told = [(line["method"], line["route"], line["status"]) for line in log.json]
    assert told == [
        ("GET", THREAD, 200),
        ("GET", THREAD, 200),
        ("GET", "/unsubscribe/{token}", 404),
        ("GET", "none", 404),
    ]
    assert re.search(rf"GET {THREAD} 200 in \d+\.\d ms \(request {numbers[0]}\)", log.text[0])
    assert all(0 <= float(str(line["seconds"])) < 60 for line in log.json)


async def test_without_the_setting_requests_are_not_logged(blog: Served, page_url: str) -> None:
    with written() as log:
        await blog.client.get(THREAD, params={"url": page_url})
        await blog.client.get(THREAD, params={"url": page_url})
        await blog.client.get("/healthz")
    assert log.text == []


async def test_an_answer_that_a_cache_may_keep_has_no_number(blog: Served, page_url: str) -> None:
    for path in (f"{THREAD}?url={page_url}", "/embed.js"):
        for _ in range(2):
            assert "x-request-id" not in (await blog.client.get(path)).headers
    assert "x-request-id" in (await blog.client.get("/healthz")).headers


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (GIVEN, True),
        ("8f14e45f-ceea-467f-a8c5-0d1f3c8e6b7a", True),
        ("short", False),
        ("x" * 65, False),
        ("mira.osei@example.org", False),
        ("203.0.113.77.203.0.113.77", False),
        ("0123456789abcdef ERROR", False),
    ],
)
async def test_the_number_of_a_proxy_is_taken_if_it_is_well_formed(
    logging_app: Served, given: str, taken: bool
) -> None:
    answer = await logging_app.client.get("/healthz", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) == taken


async def test_nobody_else_chooses_a_number(app: Served) -> None:
    answer = await app.client.get("/healthz", headers={"x-request-id": GIVEN})
    assert answer.headers.get_list("x-request-id") != [GIVEN]


async def test_a_problem_names_its_request(app: Served) -> None:
    answer = await app.client.get("/api/v1/thread")
    assert answer.status_code == 422
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_no_line_has_anything_of_who_wrote_or_what(
    logging_app: Served, page_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the database refuses what was written, and names all of it."""
    email, word, address = new_email(), "kingfisher4711", "198.51.100.77"
    headers = {"x-forwarded-for": address, "user-agent": f"{word}/1.0", "referer": page_url + word}
    sent = {"name": f"{word} Osei", "email": email, "body": f"The {word} is back."}
    with written() as log:
        done = await logging_app.comment(page_url + word, headers=headers, **sent)
        token = done.json()["author_token"]
        bearer = {"authorization": f"Bearer {token}", **headers}
        path = f"/api/v1/comments/{done.json()['comment']['id']}"
        await logging_app.client.patch(path, json={"body": word * 9}, headers=bearer)
        await logging_app.client.patch(path, json={"body": word * 9}, headers=bearer)
        await logging_app.client.get(f"/quiet/{token}", headers=headers)
        await logging_app.client.get(THREAD, params={"url": page_url + word}, headers=headers)
        await _refuse_in_the_database(logging_app, word)
        refused = await logging_app.comment(page_url + word, headers=headers, **sent)
        monkeypatch.setattr(Store, "at_once", _away)
        away = await logging_app.comment(page_url + word, headers=headers, **sent)
    assert (done.status_code, refused.status_code, away.status_code) == (201, 500, 503)
    assert len([line for line in log.json if "status" in line]) == 7
    assert any("exception" in line for line in log.json)
    everything = "\n".join(log.text) + json.dumps(log.json)
    secrets = [Canary.of_email(email), Canary.of_text(word), Canary.of_address(address)]
    secrets += [Canary.of_text(part) for part in token.split(".")]
    assert found_in(everything.encode(), secrets) == []


async def _refuse_in_the_database(app: Served, word: str) -> None:
    """Breaks a rule of a table, of which PostgreSQL says so with the whole row."""
    store = app.context.store
    async with store.write() as db:
        if app.settings.database_file is None:
            await db.execute(
                f"ALTER TABLE comment ADD CONSTRAINT broken CHECK (source NOT LIKE '%{word}%') NOT VALID"
            )
        else:
            await db.execute(
                "CREATE TRIGGER broken BEFORE INSERT ON comment"
                " BEGIN SELECT RAISE(ABORT, 'a rule is broken'); END"
            )


async def _away(*_: object) -> None:
    raise Unavailable("The database cannot be reached now.")
