"""How readers of a site sign in, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.errors import Invalid, NotFound
from tests.cli.test_commands import Shell

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
OWN = ("--kind", "token", "--name", "Our users", "--issuer", "https://blog.example.org")


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org")
    return shell


def add(shell: Shell, *more: str) -> str:
    return shell.says("provider", "add", "blog", *OWN, "--audience", "afterword", *more, stdin=KEY)


def test_a_way_to_sign_in_is_added_listed_and_deleted(shell: Shell) -> None:
    line = "1: Our users (token, https://blog.example.org)"
    assert add(shell) == f"Added {line}. A running server knows within a second.\n"
    listed = shell.says("provider", "list", "blog")
    assert listed == f"{line}\n"
    assert KEY not in listed
    assert shell.says("provider", "remove", "1") == "Deleted.\n"
    assert shell.says("provider", "list", "blog") == ""


def test_what_is_wrong_is_said_and_nothing_is_added(shell: Shell) -> None:
    short = shell("provider", "add", "blog", *OWN, "--audience", "afterword", stdin="short")
    assert isinstance(short.exception, Invalid)
    unknown = shell("provider", "list", "shop")
    assert isinstance(unknown.exception, NotFound)
    assert isinstance(shell("provider", "remove", "7").exception, NotFound)
    assert shell("provider", "add", "blog", stdin=KEY).exit_code == 2
    assert shell.says("provider", "list", "blog") == ""
