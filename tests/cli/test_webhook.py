"""Webhooks from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afterword.core.errors import Invalid
from tests.cli.test_commands import Shell

URL = "https://hooks.invalid/in?key=very-secret"


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org")
    return shell


def test_one_is_added_listed_tried_paused_resumed_and_deleted(shell: Shell) -> None:
    added = shell.says("webhook", "add", URL, "--site", "blog", "--event", "comment.held")
    secret = added.partition("Its secret: ")[2].split()[0]
    assert shell.says("webhook", "secret", "1") == f"{secret}\n"
    assert shell.says("webhook", "secret", "1", "--renew") != f"{secret}\n"
    assert shell.says("webhook", "list") == "1: hooks.invalid, events, blog\n"
    (listed,) = json.loads(shell.says("webhook", "list", "--json"))
    assert (listed["events"], listed["host"]) == (["comment.held"], "hooks.invalid")
    assert not {"url", "seed"} & set(listed)
    tried = shell("webhook", "test", "1")
    assert (tried.exit_code, tried.stdout[:11]) == (1, "Not taken: ")
    assert shell.says("webhook", "log", "1") == "Nothing was sent yet.\n"
    shell.says("webhook", "pause", "1")
    assert "paused (hand)" in shell.says("webhook", "list")
    shell.says("webhook", "resume", "1")
    shell.says("webhook", "delete", "1")
    assert "There are none" in shell.says("webhook", "list")


def test_a_wrong_address_is_refused_with_a_sentence(shell: Shell) -> None:
    refused = shell("webhook", "add", "http://10.0.0.7/")
    assert isinstance(refused.exception, Invalid)
    assert "private or reserved network" in str(refused.exception)
