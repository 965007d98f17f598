"""The packages of the extra `postgres` are not there: SQLite works, PostgreSQL says what to install."""

from __future__ import annotations

import subprocess
import sys

_WITHOUT = """
import sys
for name in ("asyncpg", "greenlet"):
    sys.modules[name] = None
import asyncio
import afterword.cli.serve
from afterword.storage import migrate
try:
    asyncio.run(migrate.status("postgresql://nobody@127.0.0.1/nothing"))
except ValueError as refused:
    print(refused)
"""


def test_the_program_starts_without_them_and_names_the_command() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT], capture_output=True, text=True)
    assert done.stdout == "PostgreSQL needs one more package: pip install 'afterword[postgres]'\n"
    assert done.returncode == 0, done.stderr
