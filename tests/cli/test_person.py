"""A copy of what is kept of somebody, and its erasure, from the command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click
import pytest

from afterword.services.context import open_context
from afterword.settings import Settings
from tests.cli.test_commands import Shell
from tests.services.builders import ORIGIN, submit

EMAIL = "mira@example.org"


async def write(shell: Shell) -> int:
    settings = Settings(data=shell.data, database_url=shell.environ["AFTERWORD_DATABASE_URL"])
    async with open_context(settings) as ctx:
        made = await submit(ctx, "The weir", email=EMAIL, visitor_token="m" * 22)
        await submit(ctx, "The lock", email=EMAIL)
        return made.comment.id


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", ORIGIN, "--hold", "none", "--proof", "off")
    return shell


def texts(shell: Shell, *who: str) -> list[str]:
    return [each["text"] for each in json.loads(shell.says("person", "copy", *who))["comments"]]


def test_a_person_is_copied_and_erased_by_comment_or_by_address(shell: Shell) -> None:
    number = str(asyncio.run(write(shell)))
    assert texts(shell, EMAIL) == texts(shell, EMAIL, "--site", "blog") == ["The weir", "The lock"]
    assert texts(shell, "--comment", number) == ["The weir"]
    assert isinstance(shell("person", "erase", EMAIL).exception, SystemExit)
    erased = shell.says("person", "erase", "--comment", number, "--yes")
    assert erased == "Erased, with 1 comment.\n"
    assert texts(shell, EMAIL) == ["The lock"]
    shell.says("person", "erase", EMAIL, "--yes")
    assert texts(shell, EMAIL) == []


def test_who_is_meant_has_to_be_said_once(shell: Shell) -> None:
    for who in ((), (EMAIL, "--comment", "1")):
        refused = shell("person", "copy", *who)
        assert refused.exit_code == 2 or isinstance(refused.exception, click.UsageError)
