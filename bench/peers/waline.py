"""Waline's server with SQLite, filled over HTTP, exported as its dashboard does, and imported here."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.part import Part
from bench.peers.comparing import Seen, came, figures, table
from bench.peers.waline_server import waline
from bench.peers.written import TEXTS, words_of


def measure(folder: Path, _: float) -> Part:
    """What came of each comment of a filled server."""
    with waline(folder) as running:
        peer = _Peer(running.base)
        _fill(peer)
        written = json.dumps(peer.ask("GET", "/api/db"), ensure_ascii=False, indent="\t")
        file = folder / "waline.json"
        file.write_text(written, "utf-8")
        expected = _shown(peer)
    said, found = came(folder, file, "waline")
    text = "## Waline, comment by comment\n\n" + table(expected, found, said)
    return Part(text, figures(expected, found))


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
