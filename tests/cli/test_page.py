"""Pages from the command line: the same acts as in the dashboard."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from afterword.services.context import open_context
from afterword.settings import Settings
from tests.cli.test_commands import Shell
from tests.services.builders import ORIGIN, submit


async def write(shell: Shell, paths: tuple[str, ...]) -> list[int]:
    settings = Settings(data=shell.data, database_url=shell.environ["AFTERWORD_DATABASE_URL"])
    async with open_context(settings) as ctx:
        return [(await submit(ctx, url=ORIGIN + path)).comment.id for path in paths]


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    """A site with a comment on each of three pages."""
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", ORIGIN, "--hold", "none", "--proof", "off")
    asyncio.run(write(shell, ("/blog/a", "/blog/b", "/articles/b")))
    return shell


def pages(shell: Shell, *options: str) -> dict[str, dict[str, Any]]:
    """By path."""
    found = json.loads(shell.says("page", "list", "--json", *options))["pages"]
    return {each["url"].removeprefix(ORIGIN): each for each in found}


def test_pages_are_listed_closed_and_opened(shell: Shell) -> None:
    assert f"{ORIGIN}/blog/a (1 comments, 0 wait)" in shell.says("page", "list")
    assert set(pages(shell, "--search", "ARTICLES")) == {"/articles/b"}
    assert "takes no more comments" in shell.says("page", "close", f"{ORIGIN}/blog/a")
    assert set(pages(shell, "--site", "blog", "--closed")) == {"/blog/a"}
    told = json.loads(shell.says("page", "open", f"{ORIGIN}/blog/a", "--json"))
    assert not told["closed"]
    shell.says("undo", str(told["act"]))
    assert set(pages(shell, "--closed")) == {"/blog/a"}
    shell.says("page", "open", f"{ORIGIN}/blog/a")
    assert shell.says("page", "list", "--closed") == "No pages.\n"
    refused = shell("page", "close", f"{ORIGIN}/nowhere")
    assert "Nobody has written at" in str(refused.exception)


def test_a_page_is_renamed_merged_and_split(shell: Shell) -> None:
    shell.says("page", "rename", f"{ORIGIN}/blog/a", f"{ORIGIN}/c", "--title", "C")
    assert pages(shell)["/c"]["title"] == "C"
    said = shell.says("page", "merge", f"{ORIGIN}/blog/a", f"{ORIGIN}/articles/b")
    assert said == f"{ORIGIN}/articles/b has 2 comments now.\n"
    assert set(pages(shell)) == {"/blog/b", "/articles/b"}
    told = json.loads(shell.says("page", "split", f"{ORIGIN}/d", "1", "--json"))
    assert (told["url"], told["comments"]) == (f"{ORIGIN}/d", 1)


def test_pages_are_moved_by_a_rule_after_a_look(shell: Shell) -> None:
    typed = ("page", "move", "/blog/*", "/articles/*", "--site", "blog")
    looked = shell.says(*typed, "--dry-run")
    assert f"{ORIGIN}/blog/a -> {ORIGIN}/articles/a\n" in looked
    assert f"{ORIGIN}/articles/b (stays: that address has a page)\n" in looked
    assert "2 pages would move; 1 are not like /blog/*." in looked
    assert set(pages(shell)) == {"/blog/a", "/blog/b", "/articles/b"}
    told = json.loads(shell.says(*typed, "--merge", "--json"))
    assert {each["kind"] for each in told["moves"]} == {"rename", "merge"}
    assert pages(shell)["/articles/b"]["comments"] == 2
    assert set(pages(shell)) == {"/articles/a", "/articles/b"}


def test_an_address_that_leads_to_a_page_by_mistake_is_forgotten(shell: Shell) -> None:
    shell.says("page", "rename", f"{ORIGIN}/blog/a", f"{ORIGIN}/new/a")
    said = shell.says("page", "forget", f"{ORIGIN}/blog/a")
    assert f"{ORIGIN}/blog/a leads no more to {ORIGIN}/new/a." in said
    assert "Nobody has written" in str(shell("page", "forget", f"{ORIGIN}/blog/a").exception)
    shell.says("undo", said.split()[-1])
    told = json.loads(shell.says("page", "forget", f"{ORIGIN}/blog/a", "--json"))
    assert told["url"] == f"{ORIGIN}/new/a"
    assert "another one first" in str(shell("page", "forget", f"{ORIGIN}/new/a").exception)
