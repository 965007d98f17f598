"""Twikoo's function, filled as its widget does, exported as its panel does, and imported here.

Its own servers are in no registry, so its function runs as its cloud would run it, and the cloud is played
by twikoo_function.cjs: what becomes of a comment is Twikoo's code, where it is kept is not. It is looked
for in the folder that `BENCH_TWIKOO` names, where `npm install twikoo-func --ignore-scripts` was run.
"""

from __future__ import annotations

import json
import os
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.part import Part
from bench.peers.comparing import ORIGIN, Seen, came, figures, table
from bench.peers.written import TEXTS, words_of
from bench.servers import free_port, wait_for_port

_PAGES = ("/", "/posts/river-gauge/", "/文章/一")
_OWNER = "admin"
_EMOJI = '<img class="tk-owo-emotion" src="https://e.example/s.png" alt="smile"> in HTML'


def measure(folder: Path, _: float) -> Part:
    """What came of each comment of a filled function."""
    with _twikoo(folder) as peer:
        _fill(peer)
        data = peer.ask("COMMENT_EXPORT_FOR_ADMIN", _OWNER, collection="comment")["data"]
        file = folder / "comment.json"
        file.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), "utf-8")
        expected = _shown(peer)
    said, found = came(folder, file, "twikoo")
    text = "## Twikoo, comment by comment\n\n" + table(expected, found, said)
    return Part(text, figures(expected, found))


@dataclass(frozen=True, slots=True)
class _Peer:
    base: str

    def ask(self, event: str, caller: str, **said: object) -> Any:
        body = json.dumps({"event": event, "caller": caller, **said}).encode()
        with urllib.request.urlopen(self.base, data=body, timeout=30) as answer:
            found = json.loads(answer.read())
        if found.get("code") or found.get("message"):
            raise RuntimeError(f"{event}: {found}")
        return found

    def write(self, page: str, name: str, text: str, caller: str = "reader", **more: str) -> str:
        """The number of a new comment."""
        said = {
            "nick": name, "mail": f"{name.encode().hex()}@example.org", "link": "https://mira.example/",
            "ua": "Bench", "url": page, "href": f"{ORIGIN}{page}", "markdown": text, **more,
        }  # fmt: skip
        return str(self.ask("COMMENT_SUBMIT", caller, **said)["id"])

    def change(self, number: str, **changed: object) -> None:
        self.ask("COMMENT_SET_FOR_ADMIN", _OWNER, id=number, set=changed)


def _fill(peer: _Peer) -> None:
    for page in _PAGES:
        for n, text in enumerate((*TEXTS, _EMOJI)):
            number = peer.write(page, f"Reader {n}", text)
            for voter in range(n % 3):
                peer.ask("COMMENT_LIKE", f"voter {voter}", id=number)
            peer.ask("COMMENT_LIKE", "one who likes nothing", id=number, type="down")
        root = parent = peer.write(page, "Root", "The beginning")
        for depth in range(1, 8):
            parent = peer.write(page, f"Depth {depth}", f"Level {depth}", pid=parent, rid=root)
    _moderate(peer, _PAGES[0])


def _moderate(peer: _Peer, page: str) -> None:
    peer.write(page, "Spammer", "A forbidden word")
    peer.write(page, "Owner", "By the owner", _OWNER, mail="owner@example.org")
    peer.change(peer.write(page, "Hidden", "Hidden by hand"), isSpam=True)
    peer.change(peer.write(page, "Pinned", "Read this first"), top=True)
    peer.change(peer.write(page, "Editor", "Befor"), comment="<p>After <em>editing</em></p>")
    peer.ask("COMMENT_DELETE_FOR_ADMIN", _OWNER, id=peer.write(page, "Nobody", "Deleted"))
    start = peer.write(page, "Start", "The start")
    gone = peer.write(page, "Gone", "Deleted and answered", rid=start, pid=start)
    peer.write(page, "Stays", "An answer to it", rid=start, pid=gone)
    peer.ask("COMMENT_DELETE_FOR_ADMIN", _OWNER, id=gone)


def _shown(peer: _Peer) -> list[Seen]:
    """What its widget shows its owner; the places of what was deleted and answered besides."""
    listed = peer.ask("COMMENT_GET_FOR_ADMIN", _OWNER, per=1000, page=1)["data"]
    emails = {each["_id"]: each["mail"] for each in listed}
    rows: dict[str, tuple[str, dict[str, Any]]] = {}
    for page in _PAGES:
        for root in peer.ask("COMMENT_GET", _OWNER, url=page)["data"]:
            rows |= {each["id"]: (page, each) for each in (root, *root["replies"])}
    said = {key: f"{row['nick']}: {words_of(row['comment'])}" for key, (_, row) in rows.items()}
    found = [_seen(page, row, emails[key], said) for key, (page, row) in rows.items()]
    for page, row in rows.values():
        if row.get("pid") and row["pid"] not in rows:
            answers = said[row["rid"]]
            at = row["created"] // 1000
            found.append(Seen(page, "", "", at, answers, "removed", 0, False, "", ""))
    return found


def _seen(page: str, row: Mapping[str, Any], email: str, said: Mapping[str, str]) -> Seen:
    return Seen(
        page=urllib.parse.quote(page),
        name=row["nick"],
        words=words_of(row["comment"]),
        at=row["created"] // 1000,
        answers=said.get(row["pid"], ": ") if row.get("pid") else "",
        state="spam" if row["isSpam"] else "approved",
        up=row["ups"],
        pinned=bool(row.get("top")),
        email=email,
        website=row["link"],
        down=row["downs"],
    )


@contextmanager
def _twikoo(folder: Path) -> Iterator[_Peer]:
    installed = os.environ.get("BENCH_TWIKOO", "")
    if not (Path(installed) / "node_modules" / "twikoo-func").is_dir():
        raise RuntimeError(f"BENCH_TWIKOO names no folder with Twikoo. {__doc__}")
    port = free_port()
    command = ["node", str(Path(__file__).with_name("twikoo_function.cjs"))]
    environ = {**os.environ, "PORT": str(port), "TWIKOO_THROTTLE": "100000"}
    with (folder / "twikoo.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=installed, env=environ, stdout=log, stderr=log)
        try:
            wait_for_port(port)
            yield _Peer(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(timeout=30)
