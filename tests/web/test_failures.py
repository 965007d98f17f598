"""What is our own fault is logged once, and described to nobody."""

from __future__ import annotations

import logging

import pytest

from afterword.core import errors
from afterword.web.api import counts
from tests.support.serving import Served

COUNTS = "/api/v1/counts?url=https://blog.example.org/a"


class _Unexpected(Exception):
    """Something that no handler is ready for."""


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(counts, "count_comments", broken)


async def test_a_failure_is_a_problem_without_detail_and_one_line_in_the_log(
    blog: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _break(monkeypatch, _Unexpected("select email from contact where id = 7 /srv/secret"))
    with caplog.at_level(logging.INFO):
        answer = await blog.client.get(COUNTS, headers={"origin": "https://blog.example.org"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "https://blog.example.org"
    for word in ("select", "contact", "/srv", "_Unexpected", "Traceback"):
        assert word not in answer.text
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(logged) == 1
    assert logged[0].getMessage() == "GET /api/v1/counts failed"
    number = answer.headers["x-request-id"]
    assert answer.json()["request_id"] == number
    assert number in answer.json()["detail"]
    assert logged[0].exc_info is not None


async def test_a_database_that_is_away_is_told_to_come_back_to(
    blog: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch, errors.Unavailable("The database is busy; try again.", retry_after=5))
    answer = await blog.client.get(COUNTS)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["retry_after"] == 5
    assert answer.headers["cache-control"] == "no-store"


async def test_of_a_path_the_log_has_its_template_alone(
    blog: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise _Unexpected

    monkeypatch.setattr("afterword.web.widget_files.Script.name", property(broken))
    with caplog.at_level(logging.ERROR):
        await blog.client.get("/embed/a%0d%0aERROR forged%1b[2J?email=a@b.example")
    assert caplog.records[-1].getMessage() == "GET /embed/{name} failed"


async def test_a_reader_who_has_left_is_no_failure(
    blog: Served, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"5")]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/preview", "headers": headers}
    await blog.app({**scope, "query_string": b"", "client": None}, receive, send)
    assert not sent
    assert not caplog.records


async def test_people_see_a_page_and_programs_a_problem(app: Served) -> None:
    for accept, kind in (
        ("text/html,application/xhtml+xml", "text/html; charset=utf-8"),
        ("*/*", "application/problem+json"),
        ("application/json", "application/problem+json"),
    ):
        answer = await app.client.get("/nowhere", headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, kind)
