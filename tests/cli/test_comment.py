"""Comments from the command line: the same acts as in the queue."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.test_commands import Shell
from tests.cli.test_page import write
from tests.services.builders import ORIGIN


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    """A site with two comments that wait, 1 and 2."""
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", ORIGIN, "--hold", "all")
    asyncio.run(write(shell, ("/a", "/b")))
    return shell


def status(shell: Shell, number: int) -> str:
    return str(json.loads(shell.says("comment", "show", str(number), "--json"))["status"])


def test_comments_are_shown_decided_about_and_taken_back(shell: Shell) -> None:
    said = shell.says("comment", "show", "1")
    assert f"pending\n{ORIGIN}/a\n" in said
    said = shell.says("comment", "approve", "1", "2", "1")
    act = said.rpartition(" ")[2].strip()
    assert said == f"2 comments approved. To undo: afterword undo {act}\n"
    assert (status(shell, 1), status(shell, 2)) == ("approved", "approved")
    assert shell.says("comment", "approve", "1") == "Nothing had to be changed.\n"
    assert shell.says("undo", act) == "Undone.\n"
    assert status(shell, 2) == "pending"
    assert "undone already" in str(shell("undo", act).exception)


@pytest.mark.parametrize(
    ("act", "becomes"), [("spam", "spam"), ("remove", "removed"), ("approve", "approved")]
)
def test_programs_are_told_the_number_of_the_act(shell: Shell, act: str, becomes: str) -> None:
    told = json.loads(shell.says("comment", act, "2", "--json"))
    assert told["changed"] == [2]
    assert status(shell, 2) == becomes
    assert json.loads(shell.says("comment", "hold", "2", "--json"))["changed"] == [2]
    assert status(shell, 2) == "pending"
    later = json.loads(shell.says("undo", str(told["act"]), "--json"))
    assert later == {"undone": told["act"], "act": act, "changed": []}
    assert status(shell, 2) == "pending"


def test_what_is_not_there_is_said_and_nothing_happens(shell: Shell) -> None:
    assert "There is no comment 99." in str(shell("comment", "show", "99").exception)
    assert "There is no such comment." in str(shell("comment", "spam", "1", "99").exception)
    assert status(shell, 1) == "pending"
