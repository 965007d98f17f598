"""Waline's server with SQLite, filled over HTTP, exported as its dashboard does, and imported here.

It is looked for in the folder that `BENCH_WALINE` names, where these were run:
`npm install @waline/vercel`, `npm install-scripts approve sqlite3`, `npm rebuild sqlite3`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.peers.comparing import Seen, came, table
from bench.peers.written import TEXTS, words_of
from bench.servers import free_port, wait_for_port

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
_START = (
    "const main = require('@waline/vercel');"
    "require('http').createServer(main({env: 'production'})).listen(process.env.PORT, '127.0.0.1');"
)


def measure(folder: Path, _: float) -> str:
    """What came of each comment of a filled server."""
    with _waline(folder) as peer:
        _fill(peer)
        written = json.dumps(peer.ask("GET", "/api/db"), ensure_ascii=False, indent="\t")
        file = folder / "waline.json"
        file.write_text(written, "utf-8")
        expected = _shown(peer)
    said, found = came(folder, file, "waline")
    return "## Waline, comment by comment\n\n" + table(expected, found, said)


@dataclass(slots=True)
class _Peer:
    base: str
    token: str = ""
    pages: list[str] = field(default_factory=lambda: ["/", "/posts/river-gauge/", "/文章/一"])

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            said = json.loads(answer.read())
        if said.get("errno"):
            raise RuntimeError(f"{method} {path}: {said}")
        return said.get("data", said)

    def write(self, page: str, name: str, text: str, **more: object) -> int:
        """The number of a new comment."""
        mail = f"{name.encode().hex()}@example.org"
        said = {
            "url": page,
            "nick": name,
            "mail": mail,
            "link": "https://mira.example/",
            "ua": "Bench",
        }
        return int(self.ask("POST", "/api/comment", {**said, "comment": text, **more})["objectId"])

    def change(self, number: int, **changed: object) -> None:
        self.ask("PUT", f"/api/comment/{number}", changed)


def _fill(peer: _Peer) -> None:
    account = {"display_name": "Owner", "email": "owner@example.org", "password": "long enough"}
    for page in peer.pages:
        for n, text in enumerate(TEXTS):
            number = peer.write(page, f"Reader {n}", text)
            for _ in range(n % 3):
                peer.change(number, like=True)
    for page in peer.pages[:2]:
        root = parent = peer.write(page, "Root", "The beginning")
        for depth in range(1, 8):
            parent = peer.write(
                page, f"Depth {depth}", f"Level {depth}", pid=parent, rid=root, at="x"
            )
    numbers = {
        name: peer.write(peer.pages[0], name, f"By {name}")
        for name in ("Waits", "Spammer", "Pinned", "Editor", "Nobody", "Start")
    }
    start = numbers["Start"]
    for name, answered in (("Gone", "Start"), ("Along", "Gone"), ("Stays", "Along")):
        more = {"pid": numbers[answered], "rid": start, "at": answered}
        numbers[name] = peer.write(peer.pages[0], name, f"By {name}", **more)
    peer.ask("POST", "/api/user", {**account, "url": "https://owner.example/"})
    peer.token = peer.ask("POST", "/api/token", account)["token"]
    _moderate(peer, numbers)


def _moderate(peer: _Peer, numbers: Mapping[str, int]) -> None:
    site = {"mail": "owner@example.org", "link": "https://owner.example/"}
    peer.write(peer.pages[0], "Owner", "By the owner", **site)
    peer.change(numbers["Waits"], status="waiting")
    peer.change(numbers["Spammer"], status="spam")
    peer.change(numbers["Pinned"], sticky=True)
    peer.change(numbers["Editor"], comment="After **editing**")
    # With a comment go those that answer it, and not those that answer these.
    for name in ("Nobody", "Gone"):
        peer.ask("DELETE", f"/api/comment/{numbers[name]}")


def _shown(peer: _Peer) -> list[Seen]:
    """What the dashboard and the widget show; the places of what was deleted and answered besides."""
    rows = []
    for page in peer.pages:
        query = urllib.parse.urlencode(
            {"path": page, "pageSize": 100, "page": 1, "sortBy": "insertedAt_asc"}
        )
        for root in peer.ask("GET", f"/api/comment?{query}")["data"]:
            rows += [(page, each) for each in (root, *root["children"])]
    words = {row["objectId"]: words_of(row["comment"]) for _, row in rows}
    names = {row["objectId"]: row["nick"] for _, row in rows}
    found = [
        Seen(
            page=urllib.parse.quote(page),
            name=row["nick"],
            words=words[row["objectId"]],
            at=row["time"] // 1000,
            answers=_answered(row.get("pid"), names, words),
            state={"waiting": "pending"}.get(row["status"], row["status"]),
            up=row["like"],
            pinned=bool(row.get("sticky")),
            email=row["mail"],
            website=row["link"],
        )
        for page, row in rows
    ]
    orphans = [each for _, each in rows if each.get("pid") and each["pid"] not in words]
    found += [
        Seen(
            "/",
            "",
            "",
            each["time"] // 1000,
            _answered(each["rid"], names, words),
            "removed",
            0,
            False,
            "",
            "",
        )
        for each in orphans
    ]  # fmt: skip
    return found


def _answered(number: int | None, names: Mapping[int, str], words: Mapping[int, str]) -> str:
    if not number:
        return ""
    return f"{names[number]}: {words[number]}" if number in words else ": "


@contextmanager
def _waline(folder: Path) -> Iterator[_Peer]:
    installed = os.environ.get("BENCH_WALINE", "")
    if not (Path(installed) / "node_modules" / "@waline" / "vercel").is_dir():
        raise RuntimeError(f"BENCH_WALINE names no folder with Waline. {__doc__}")
    with closing(sqlite3.connect(folder / "waline.sqlite")) as database:
        database.executescript(_SCHEMA)
    port = free_port()
    with _no_providers() as providers:
        environ = {
            **os.environ, "SQLITE_PATH": str(folder), "JWT_TOKEN": "only for this run", "IPQPS": "0",
            "AKISMET_KEY": "false", "OAUTH_URL": providers, "PORT": str(port), "TZ": "UTC",
            "SERVER_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        log = (folder / "waline.log").open("wb")
        command = ["node", "-e", _START]
        process = subprocess.Popen(command, cwd=installed, env=environ, stdout=log, stderr=log)
        try:
            wait_for_port(port)
            time.sleep(1)  # it listens before it is ready
            yield _Peer(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(timeout=30)
            log.close()


@contextmanager
def _no_providers() -> Iterator[str]:
    """Waline asks at each request who else signs people in, and fails without an answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"services":[]}')

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
