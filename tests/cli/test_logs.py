"""One line an event, whatever is in it; of libraries nothing that tells what was written."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from afterword.cli.logs import log_to_stderr
from afterword.web.request_id import REQUEST


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
