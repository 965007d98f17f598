"""The list of commands is true, and costs nothing to whoever asks for something small."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from afterword.cli.main import PARTS, commands

_LOADED = """
import sys
from click.testing import CliRunner
from afterword.cli.main import commands
done = CliRunner().invoke(commands, sys.argv[1:])
assert done.exit_code == 0, done.output
print(*sys.modules, sep="\\n")
"""


@pytest.mark.parametrize("name", PARTS)
def test_the_list_says_of_a_command_what_its_own_help_says(name: str) -> None:
    part = commands.get_command(click.Context(commands), name)
    assert part is not None
    assert part.name == name
    assert part.get_short_help_str(limit=200) == PARTS[name][1]
    assert PARTS[name][1] in " ".join(CliRunner().invoke(commands, [name, "--help"]).output.split())


def test_what_is_no_command_is_refused_by_name() -> None:
    refused = CliRunner().invoke(commands, ["sites"])
    assert refused.exit_code == 2
    assert "No such command 'sites'" in refused.output


@pytest.mark.parametrize(
    ("typed", "not_needed"),
    [
        ("--help", ("sqlalchemy", "starlette", "httpx2")),
        ("--version", ("sqlalchemy", "starlette", "httpx2")),
        ("db --help", ("starlette", "uvicorn", "jinja2")),
        ("site --help", ("starlette", "uvicorn", "jinja2")),
    ],
)
def test_a_command_loads_what_it_needs(typed: str, not_needed: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *typed.split()], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "afterword.cli.main" in loaded
    assert loaded.isdisjoint(not_needed)
