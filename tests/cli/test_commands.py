"""What people type: each command says one thing a line, and what to type next where there is more."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from afterword.cli.main import commands
from afterword.core.errors import Refused
from afterword.storage import migrate
from tests.support.server import run

PASSWORD = "seven quiet herons"


class Shell:
    """Runs commands on one data directory."""

    def __init__(self, data: Path, database_url: str) -> None:
        self.data = data
        self.environ = {
            "AFTERWORD_DATA": str(data),
            "AFTERWORD_DATABASE_URL": database_url,
            "AFTERWORD_PUBLIC_URL": "https://comments.example.org/talk",
        }

    def __call__(self, *typed: str, stdin: str = "") -> Result:
        return CliRunner().invoke(commands, typed, input=stdin, env=self.environ)

    def says(self, *typed: str, stdin: str = "") -> str:
        result = self(*typed, stdin=stdin)
        assert result.exception is None, result.output
        return result.stdout


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    return Shell(tmp_path / "data", database_url)


def test_a_site_is_added_with_the_tag_to_paste(shell: Shell) -> None:
    said = shell.says(
        "site", "add", "blog", "--origin", "https://blog.example.org", "--hold", "all"
    )
    assert said == (
        "Added blog, served from https://blog.example.org.\n"
        "Put this where the comments should stand:\n"
        '  <script async src="https://comments.example.org/talk/embed.js"></script>\n'
    )
    assert shell.says("site", "list") == "blog: https://blog.example.org (holds all)\n"


def test_a_site_is_changed_in_what_is_named_alone(shell: Shell) -> None:
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org", "--max-links", "5")
    shell.says("site", "edit", "blog", "--rename", "journal", "--ask-email", "hidden")
    shell.says("site", "edit", "journal", "--allow-images", "--query-key", "p", "--query-key", "id")
    (site,) = json.loads(shell.says("site", "list", "--json"))
    assert (site["name"], site["origins"]) == ("journal", ["https://blog.example.org"])
    policy = site["policy"]
    assert (policy["max_links"], policy["email"], policy["allow_images"]) == (5, "hidden", True)
    assert policy["query_keys"] == ["p", "id"]
    assert policy["hold"] == "first"
    shell.says("site", "edit", "journal", "--votes", "both", "--sort", "top")
    shell.says("site", "edit", "journal", "--reactions", "👍", "--reactions", "❤️")
    (site,) = json.loads(shell.says("site", "list", "--json"))
    assert (site["policy"]["votes"], site["policy"]["sort"]) == ("both", "top")
    assert site["policy"]["reactions"] == ["👍", "❤️"]
    shell.says("site", "edit", "journal", "--reactions", "")
    (site,) = json.loads(shell.says("site", "list", "--json"))
    assert site["policy"]["reactions"] == []


def test_a_site_has_words_of_its_own_and_takes_them_back(shell: Shell) -> None:
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org")
    typed = ("leave=Join in", "de:leave=Reden Sie mit", "replies=a thought|{count} thoughts")
    shell.says("site", "edit", "blog", *(part for word in typed for part in ("--word", word)))
    shell.says("site", "edit", "blog", "--word", "de:leave=", "--max-links", "5")
    (site,) = json.loads(shell.says("site", "list", "--json"))
    assert site["policy"]["words"] == {
        "leave": "Join in",
        "replies.one": "a thought",
        "replies.other": "{count} thoughts",
    }
    refused = shell("site", "edit", "blog", "--word", "leave=Say {it}")
    assert "The text of leave needs no {placeholders}" in str(refused.exception)


def test_an_empty_list_says_what_to_type(shell: Shell) -> None:
    assert "afterword site add NAME --origin" in shell.says("site", "list")
    assert "afterword user add EMAIL" in shell.says("user", "list")
    assert json.loads(shell.says("site", "list", "--json")) == []


def test_rules_of_a_site_are_set_and_emptied(shell: Shell) -> None:
    typed = ("--hold-word", "casino", "--hold-word", "*pill*", "--block-word", "cheap loans")
    more = ("--known-host", "example.org", "--quiet-rule", "duplicate", "--close-after", "14")
    rates = (
        "--min-seconds",
        "0",
        "--keep-addresses",
        "7",
        "--address-rate",
        "1",
        "--page-rate",
        "2",
        "--site-rate",
        "3",
    )
    origin = ("--origin", "https://blog.example.org")
    shell.says("site", "add", "blog", *origin, *typed, *more, *rates)
    (site,) = json.loads(shell.says("site", "list", "--json"))
    expected = {
        "hold_words": ["casino", "*pill*"],
        "block_words": ["cheap loans"],
        "known_hosts": ["example.org"],
        "quiet_rules": ["duplicate"],
        "close_after": 14,
        "min_seconds": 0,
        "keep_addresses": 7,
        "address_rate": 1,
        "page_rate": 2,
        "site_rate": 3,
    }
    assert {name: site["policy"][name] for name in expected} == expected
    emptied = ("hold_words", "block_words", "known_hosts", "quiet_rules")
    shell.says(
        *("site", "edit", "blog", "--hold-word", "", "--block-word", "", "--known-host", ""),
        *("--quiet-rule", ""),
    )
    (site,) = json.loads(shell.says("site", "list", "--json"))
    assert [site["policy"][name] for name in emptied] == [[], [], [], []]
    refused = shell("site", "edit", "blog", "--quiet-rule", "hold_all")
    assert "Those that can: trap," in str(refused.exception)


def test_authors_are_banned_listed_and_let_back_in(shell: Shell) -> None:
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org")
    assert "afterword ban add --comment NUMBER" in shell.says("ban", "list", "blog")
    email = ("ban", "add", "--site", "blog", "--email", "pills@example.org")
    assert shell.says(*email) == "Banned: 1: p…@example.org, for good\n"
    said = shell.says(
        *("ban", "add", "--site", "blog", "--name", "Pill Shop", "--shadow"),
        *("--days", "3", "--reason", "Again and again"),
    )
    assert re.fullmatch(
        r"Banned: 2: name Pill Shop, until \d+ \w+ \d{4}, \d\d:\d\d UTC, without being told"
        r" \(Again and again\)\n",
        said,
    )
    shell.says("ban", "add", "--site", "blog", "--address", "192.0.2.7")
    assert [each["id"] for each in json.loads(shell.says("ban", "list", "blog", "--json"))] == [
        *(3, 2, 1)
    ]
    assert shell.says("ban", "lift", "2") == "Lifted.\n"
    assert len(shell.says("ban", "list", "blog").splitlines()) == 2
    assert "192.0.2" not in shell.says("ban", "list", "blog")
    assert "no such ban" in str(shell("ban", "lift", "2").exception)
    for wrong in (("--site", "blog"), ("--name", "Noa"), ("--comment", "1", "--name", "Noa")):
        assert "Give --comment" in shell("ban", "add", *wrong).output
    assert "no such comment" in str(shell("ban", "add", "--comment", "9").exception)


def test_a_member_is_added_by_prompt(shell: Shell) -> None:
    said = shell.says(
        "user", "add", "priya@example.org", stdin=f"Priya Raman\n{PASSWORD}\n{PASSWORD}\n"
    )
    assert "Added Priya Raman, owner of every site." in said
    assert PASSWORD not in said
    assert shell.says("user", "list") == "priya@example.org: Priya Raman, owner of every site\n"


def test_a_member_is_added_by_a_program(shell: Shell) -> None:
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org")
    typed = ("user", "add", "tom@example.org", "--name", "Tom", "--role", "viewer")
    shell.says(*typed, "--site", "blog", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert json.loads(shell.says("user", "list", "--json")) == [
        {
            "id": 1,
            "name": "Tom",
            "email": "tom@example.org",
            "roles": [{"site": "blog", "role": "viewer"}],
        }
    ]
    shell.says("user", "passwd", "tom@example.org", "--password-stdin", stdin=f"{PASSWORD}!\n")


def test_members_are_invited_changed_and_let_back_in(shell: Shell) -> None:
    typed = ("user", "add", "lea@example.org", "--name", "Lea", "--password-stdin")
    shell.says(*typed, stdin=f"{PASSWORD}\n")
    shell.says(*("user", "add", "tom@example.org", *typed[3:]), stdin=f"{PASSWORD}\n")
    assert "/dashboard/invitation?token=" in shell.says("user", "invite", "--role", "viewer")
    assert "/dashboard/reset?token=" in shell.says("user", "reset-link", "TOM@example.org")
    assert shell.says("user", "role", "tom@example.org", "viewer").startswith("Lea is viewer on")
    assert "no more" in shell.says("user", "disable", "tom@example.org")
    assert "tom@example.org" not in shell.says("user", "list")
    assert "again" in shell.says("user", "disable", "tom@example.org", "--undo")
    assert "viewer of every site" in shell.says("user", "list")
    assert shell.says("user", "tokens", "tom@example.org") == "No tokens.\n"
    assert shell.says("user", "notices", "tom@example.org") == "every site: waiting\n"
    assert shell.says("user", "notices", "tom@example.org", "daily") == "every site: daily\n"
    for refused in (
        ("user", "role", "lea@example.org", "none"),
        ("user", "disable", "lea@example.org"),
        ("user", "reset-link", "nobody@example.org"),
        ("user", "tokens", "tom@example.org", "--revoke", "1"),
    ):
        assert isinstance(shell(*refused).exception, Refused), refused


def test_no_command_takes_a_password_as_an_argument() -> None:
    for command in ("add", "passwd"):
        said = CliRunner().invoke(commands, ["user", command, "--help"]).stdout
        assert re.findall(r"--password\S*", said) == ["--password-stdin"]


def test_the_database_is_made_and_asked_after(shell: Shell) -> None:
    assert json.loads(shell.says("db", "status", "--json"))["current"] is None
    assert "afterword db upgrade" in shell.says("db", "status")
    assert f"The database has schema {migrate.newest()} now." in shell.says("db", "upgrade")
    assert "The database is up to date" in shell.says("db", "upgrade")
    assert "The database is up to date" in shell.says("db", "status")


def test_what_the_first_command_makes_is_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shell = Shell(data, f"sqlite:///{data / 'afterword.db'}")
    shell.says("site", "list")
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for file in data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def said_by(*typed: str, **environ: str) -> tuple[int, str]:
    """Exit code and stderr of the program itself."""
    done = run(*typed, environ={"PATH": "/usr/bin:/bin", **environ})
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_wrong_setting_ends_with_a_sentence_and_code_2(tmp_path: Path) -> None:
    assert said_by("serve", AFTERWORD_PORT="99999") == (
        2,
        "AFTERWORD_PORT is '99999'. Allowed: a whole number from 1 to 65,535.\n",
    )
    file = tmp_path / "file"
    file.write_text("")
    code, sentence = said_by("serve", AFTERWORD_DATA=str(file / "data"))
    assert code == 2
    assert sentence.startswith(f"AFTERWORD_DATA is '{file}/data'. Allowed: a directory")


def test_a_refusal_ends_with_a_sentence_and_code_1(tmp_path: Path) -> None:
    assert said_by("site", "edit", "blog", AFTERWORD_DATA=str(tmp_path)) == (
        1,
        "There is no site blog. Sites: none yet.\n",
    )


def test_a_database_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "afterword.db").write_bytes(b"\xff\xd8\xff a picture" * 100)
    code, sentence = said_by("serve", AFTERWORD_DATA=str(tmp_path), AFTERWORD_PORT="1")
    assert code == 1
    assert str(tmp_path / "afterword.db") in sentence


def test_surge_mode_is_switched_and_told(shell: Shell) -> None:
    shell.says("site", "add", "blog", "--origin", "https://blog.example.org")
    assert "blog: off" in shell.says("surge", "status")
    assert "until you turn it off" in shell.says("surge", "on", "blog")
    assert "blog: on since" in shell.says("surge", "status")
    (told,) = json.loads(shell.says("surge", "status", "--json"))
    assert (told["surge"], told["by_hand"]) == (True, True)
    shell.says("surge", "off", "blog")
    assert "blog: off" in shell.says("surge", "status")
    assert isinstance(shell("surge", "on", "nowhere").exception, Refused)
