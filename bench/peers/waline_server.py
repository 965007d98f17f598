"""Waline's server with SQLite, as `bench/waline/package-lock.json` has it: `make` installs it there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bench.servers import ROOT, Running, free_port

_INSTALLED = ROOT / "bench" / "waline"
# Its tables are made by hand; with SQLite it makes none itself.
_TIMES = ", ".join(
    f"{name} DATETIME DEFAULT (datetime('now', 'localtime'))"
    for name in ("insertedAt", "createdAt", "updatedAt")
)
_SCHEMA = f"""
CREATE TABLE wl_Comment (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, comment TEXT,
  ip TEXT, link TEXT, mail TEXT, nick TEXT, rid INTEGER, pid INTEGER, sticky NUMERIC, status TEXT NOT NULL,
  "like" INTEGER, ua TEXT, url TEXT, {_TIMES});
CREATE TABLE wl_Counter (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER, url TEXT,
  {", ".join(f"reaction{n} INTEGER" for n in range(9))}, {_TIMES});
CREATE TABLE wl_Users (id INTEGER PRIMARY KEY AUTOINCREMENT, display_name TEXT, email TEXT, password TEXT,
  type TEXT, label TEXT, "2fa" TEXT, avatar TEXT, url TEXT, github TEXT, {_TIMES});
"""
# At each request it asks a server elsewhere who else signs people in, and fails without an answer. Here it
# gets one at once, in its own process: what it measures is the best that it can do.
_START = (
    "globalThis.fetch = async () => new Response('{\"services\":[]}');"
    "const main = require('@waline/vercel');"
    "require('http').createServer(main({env: 'production'})).listen(process.env.PORT, '127.0.0.1');"
)


@contextmanager
def waline(folder: Path, *, before: Sequence[str] = ()) -> Iterator[Running]:
    """Waline in production, without its limit of one comment a minute; `before` stands before its command."""
    if not (_INSTALLED / "node_modules" / ".made").is_file():
        raise RuntimeError("Waline is missing: make bench/waline/node_modules/.made")
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "waline.sqlite")) as database:
        database.executescript(_SCHEMA)
    base = f"http://127.0.0.1:{(port := free_port())}"
    environ = {
        **os.environ, "SQLITE_PATH": str(folder), "JWT_TOKEN": "only for this run", "IPQPS": "0",
        "AKISMET_KEY": "false", "PORT": str(port), "TZ": "UTC", "SERVER_URL": base,
    }  # fmt: skip
    with (folder / "waline.log").open("wb") as log:
        command = [*before, "node", "-e", _START]
        process = subprocess.Popen(
            command, cwd=_INSTALLED, env=environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait(f"{base}/api/comment?type=recent&count=1", process)
            yield Running("Waline", base, process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once it answers; it listens before it is ready."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if b'"errno":0' in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{url}: no answer.")
