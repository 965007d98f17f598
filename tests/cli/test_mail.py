"""The outbox from the command line, and a test that says what to change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import PASSWORD, Shell
from tests.support.smtp_sink import Sink, text_part


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    return Shell(tmp_path / "data", database_url)


def test_without_a_mail_server_it_is_said_what_to_set(shell: Shell) -> None:
    assert "set AFTERWORD_SMTP_HOST" in shell.says("mail", "list")
    assert json.loads(shell.says("mail", "list", "--json", "--state", "failed")) == []
    refused = shell("mail", "test", "--to", "lea@example.org")
    assert "AFTERWORD_SMTP_HOST" in str(refused.exception)
    assert shell("mail", "retry").exit_code == 2
    assert shell.says("mail", "retry", "--all") == "0 to be tried again.\n"


def test_a_test_goes_out_or_says_what_to_change(shell: Shell, sink: Sink) -> None:
    shell.environ |= sink.environ
    said = shell.says("mail", "list")
    assert "No mail server" not in said
    assert shell("mail", "test", "--to", "lea@example.org").exit_code == 0
    (mail,) = sink.mails
    assert "This mail has arrived" in text_part(mail)
    sink.answers["RCPT"] = "554 5.7.1 Relay access denied"
    failed = shell("mail", "test", "--to", "lea@example.org")
    assert failed.exit_code == 1
    assert "554 5.7.1 Relay access denied" in failed.output
    assert "Set AFTERWORD_SMTP_USER" in failed.output


def test_an_address_from_which_mails_came_back_gets_none_until_that_is_taken_back(
    shell: Shell,
) -> None:
    given = {"stdin": PASSWORD}
    shell.says("user", "add", "lea@example.org", "--name", "Lea", "--password-stdin", **given)
    assert shell.says("mail", "bounce", "nobody@example.org") == "No mail went there anyway.\n"
    said = "No mail had come back from there.\n"
    assert shell.says("mail", "bounce", "--undo", "lea@example.org") == said
    assert shell.says("mail", "bounce", "Lea@example.org") == "No mail goes there any more.\n"
    assert "Mails to these members come back" in shell("doctor").output
    assert (
        shell.says("mail", "bounce", "--undo", "LEA@example.org") == "Mails may go there again.\n"
    )
    assert "Mails to these members come back" not in shell("doctor").output
