"""How many connections there may be, the system has a say in, and whoever runs the server hears of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1_000))
from afterword.cli.open_files import allow_open_files
allow_open_files(int(sys.argv[1]))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("connections", "limit", "said"),
    [(20, 256, ""), (600, 800, ""), (12_000, 1_000, "AFTERWORD_MAX_STREAMS")],
)
def test_the_limit_is_raised_as_far_as_it_goes(connections: int, limit: int, said: str) -> None:
    command = [sys.executable, "-c", PROGRAM, str(connections)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == f"{limit}\n"
    assert said in ended.stderr
    assert bool(ended.stderr) == bool(said)
