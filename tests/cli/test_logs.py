"""One line an event, whatever is in it; of libraries nothing that tells what was written."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import httpx2
import pytest

from afterword.cli.logs import log_to_stderr
from afterword.web.request_id import REQUEST
from tests.support.canary import Canary, found_in, new_email
from tests.support.server import UNHURRIED, Serve


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leaves logging as it was found."""
    loggers = [logging.getLogger(name) for name in ("", "afterword")]
    kept = [(each, each.level, each.handlers[:]) for each in loggers]
    yield
    for logger, level, handlers in kept:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def test_text_is_a_line_whatever_stands_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info")
    logging.getLogger("afterword.a").info("%s", "one\nERROR two\x1b[2J\u2028three")
    said = capsys.readouterr().err
    assert said.endswith(r" INFO afterword.a: one\nERROR two\x1b[2J\u2028three" + "\n")


def test_json_is_an_object_a_line_and_a_traceback_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", "json")
    token = REQUEST.set("0123456789abcdef")
    try:
        raise ValueError('two\nlines of "it"')
    except ValueError:
        logging.getLogger("afterword.a").exception("%s fails", "x\ny", extra={"told": {"n": 1}})
    REQUEST.reset(token)
    logging.getLogger("afterword.b").warning("later")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["message"] == "x\ny fails"
    assert (first["level"], first["logger"], first["n"]) == ("error", "afterword.a", 1)
    assert first["request"] == "0123456789abcdef"
    assert first["exception"].startswith("Traceback") and "lines of" in first["exception"]
    assert first["time"].endswith("Z") and len(first["time"]) == 24
    assert set(second) == {"time", "level", "logger", "message"}


def test_a_line_of_a_request_names_it_in_text_too(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info")
    token = REQUEST.set("0123456789abcdef")
    logging.getLogger("afterword.a").info("Done")
    REQUEST.reset(token)
    assert capsys.readouterr().err.endswith(": Done (request 0123456789abcdef)\n")


@pytest.mark.parametrize("library", ["aiosqlite", "asyncio", "httpcore2", "one.of.tomorrow"])
def test_what_libraries_say_below_warnings_is_left_out(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("debug")
    logging.getLogger("afterword.a").debug("ours")
    logging.getLogger(library).info("executing with ('mira@example.org',)")
    logging.getLogger(library).warning("slow")
    said = capsys.readouterr().err
    assert "ours" in said and "slow" in said
    assert "mira" not in said


@pytest.mark.parametrize(("level", "there"), [("warning", False), ("error", False), ("info", True)])
def test_less_than_the_level_is_not_written(
    level: str, there: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr(level)
    logging.getLogger("afterword.a").info("a")
    assert bool(capsys.readouterr().err) == there


def test_a_real_server_at_debug_writes_nothing_of_who_wrote_or_what(serve: Serve) -> None:
    """Also what libraries say there, which a handler of a test does not see."""
    server = serve(
        AFTERWORD_LOG_LEVEL="debug",
        AFTERWORD_LOG_FORMAT="json",
        AFTERWORD_LOG_REQUESTS="on",
        AFTERWORD_TRUSTED_PROXIES="127.0.0.1/32",
    )
    server.add_site("https://blog.example.org", "--hold", "none", *UNHURRIED)
    email, word, address = new_email(), "kingfisher4711", "198.51.100.77"
    headers = {"x-forwarded-for": address, "user-agent": f"{word}/1.0"}
    page = f"https://blog.example.org/{word}"
    sent = {"url": page, "name": word, "email": email, "body": f"The {word} is back."}
    with httpx2.Client(base_url=server.url, headers=headers) as client:
        for number in range(2):
            client_id = f"8f14e45f-ceea-467f-a8c5-0d1f3c8e6b7{number}"
            made = client.post("/api/v1/comments", json={**sent, "client_id": client_id})
            assert made.status_code in (201, 202)
            client.get("/api/v1/thread", params={"url": page})
        form = {"email": email, "password": word}
        same = {"sec-fetch-site": "same-origin"}
        assert client.post("/dashboard/sign-in", data=form, headers=same).status_code < 500
        client.get(f"/unsubscribe/{made.json()['author_token']}")
        client.post("/api/v1/comments", content=b"{" + word.encode())
    assert server.stop() in (0, -15, 143)
    lines = server.output()
    logged = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    assert {(each.get("method"), each.get("route"), each.get("status")) for each in logged} >= {
        ("POST", "/api/v1/comments", 201),
        ("GET", "/api/v1/thread", 200),
        ("GET", "/unsubscribe/{token}", 404),
        ("POST", "/api/v1/comments", 415),
    }
    secrets = [Canary.of_email(email), Canary.of_text(word), Canary.of_address(address)]
    secrets += [Canary.of_text(part) for part in made.json()["author_token"].split(".")]
    assert found_in(lines.encode(), secrets) == []
