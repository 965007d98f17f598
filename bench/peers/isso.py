"""Isso as it is, filled over HTTP as its widget does, and its database imported here while it runs.

It is the one that `make bench` installs into `.venv-bench`. Both its renderers are asked: the present one
shows HTML as words, the one of its first ten years as markup.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any

from afterword.core.web_address import website
from bench.part import Part
from bench.peers.comparing import Seen, came, figures, table, unspaced
from bench.servers import ROOT, free_port, wait_for_port

_URIS = (
    *("/", "/post/1", "/post/1?p=12&utm_source=x", "/über/größe.html"),
    *("/a b/%E2%82%AC", "/文章/一/", "my-post"),
)
_TEXTS = (
    "Plain words, with 1 < 2 & 3 > 2.",
    "**Bold**, *slanted*, ~~gone~~ and `code <b>`.",
    "A [link](https://example.org/a?b=c&d=e) and <https://example.org/auto>",
    "First line\nsecond line\n\nNext paragraph 😀 — 你好，世界 שלום",
    '```js\nif (a < b && c > d) alert("no");\n```',
    "    indented = code\n    again",
    "- one\n- two\n  - two and a half\n\n1. first\n2. second",
    "> quoted\n> twice\n\nand answered",
    "<p>From <b>elsewhere</b>, with <a href='https://example.org/?x=1&amp;y=2'>a link</a>.</p>",
    "Line one<br>line two, <em>really</em>",
    "## A heading\n\nand a rule\n\n---\n\nafter it",
    "Entities: &copy; &amp; &lt;b&gt;",
    "<script>alert(1)</script> stays away",
    "The <div> tag, unclosed",
    "snake_case_name and 2*3*4 and http://example.org/a_b_c",
    "Very long. " * 400,
)
_AUTHORS: tuple[Mapping[str, str], ...] = (
    {"author": "Mira", "email": "mira@example.org", "website": "https://mira.example/?a=1&b=2"},
    {"author": "Tom & <Jerry>", "website": "example.com/tom"},
    {"author": "山田太郎", "email": "yamada@example.jp"},
    {},
    {"author": 'O\'Neil "x"', "email": "o'neil@example.org"},
)
_PASSWORD = "only-here"


@dataclass(slots=True)
class _Peer:
    base: str
    cookies: dict[int, str] = field(default_factory=dict)
    emails: dict[int, str] = field(default_factory=dict)
    held: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    cookie: str = ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(
            f"{self.base}{path}", data=data, headers=asked, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
            return json.loads(answer.read())

    def write(self, uri: str, text: str, author: Mapping[str, str], parent: int | None) -> int:
        said = {"text": text, "title": f"Title of {uri}", "parent": parent, **author}
        made = self.ask("POST", f"/new?{urllib.parse.urlencode({'uri': uri})}", said)
        number = int(made["id"])
        self.cookies[number] = self.cookie
        self.emails[number] = author.get("email", "")
        if made["mode"] == 2:
            self.held[number] = (uri, made)
        return number

    def act(self, method: str, number: int, body: object = None) -> None:
        self.ask(method, f"/id/{number}", body, Cookie=self.cookies[number])

    def vote(self, number: int, word: str, voter: int) -> None:
        self.ask("POST", f"/id/{number}/{word}", **{"X-Forwarded-For": f"198.51.{voter}.1"})


def measure(folder: Path, _: float) -> Part:
    """What came of each comment, beside what each of its renderers shows."""
    parts = ["## Isso, comment by comment\n"]
    peer = _Peer("")
    with _isso(folder, peer, moderated=False):
        _fill(peer)
    with _isso(folder, peer, moderated=True):
        _hold(peer)
        # While it runs: so it is where people have it.
        said, found = came(folder, folder / "comments.db", "isso")
        shown = _shown(peer)
        parts += ["### Its renderer since 0.14 (HTML is words)\n", table(shown, found, said)]
    with _isso(folder, peer, moderated=True, renderer="misaka"):
        parts += ["### Its renderer before (HTML is markup)\n", table(_shown(peer), found, "")]
    return Part("\n".join(parts), figures(shown, found))


@contextmanager
def _isso(
    folder: Path, peer: _Peer, *, moderated: bool, renderer: str = "mistune"
) -> Iterator[None]:
    port = free_port()
    settings = folder / "isso.cfg"
    settings.write_text(
        f"[general]\ndbpath = {folder}/comments.db\nhost = https://blog.example.org/\n"
        f"[admin]\nenabled = true\npassword = {_PASSWORD}\n"
        f"[moderation]\nenabled = {str(moderated).lower()}\n[guard]\nenabled = false\n"
        f"[markup]\nrenderer = {renderer}\n"
        f"[server]\nlisten = http://127.0.0.1:{port}\ntrusted-proxies = 127.0.0.1\n"
    )
    program = [str(ROOT / ".venv-bench" / "bin" / "isso"), "-c", str(settings), "run"]
    with (folder / "isso.log").open("ab") as log:
        process = subprocess.Popen(program, stdout=log, stderr=log)
        try:
            wait_for_port(port)
            peer.base = f"http://127.0.0.1:{port}"
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _fill(peer: _Peer) -> None:
    """Each text on a page, answers to some of them, and then edits, votes and deletions."""
    authors = cycle(_AUTHORS)
    numbers: list[int] = []
    for n, text in enumerate(_TEXTS):
        uri = _URIS[n % len(_URIS)]
        top = peer.write(uri, text, next(authors), None)
        first = peer.write(uri, f"Answer to {n}", next(authors), top)
        # Isso makes a reply to a reply one to the first comment.
        second = peer.write(uri, f"> Answer to {n}\n\nAnd to that", next(authors), first)
        numbers += [top, first, second]
    for voter, number in enumerate(numbers[::2]):
        peer.vote(number, "like", voter)
        peer.vote(number, "like", voter + 100)
        peer.vote(number, "dislike", voter + 150)
    for number in numbers[1::6]:
        peer.act("PUT", number, {"text": f"*Edited* {number}", "author": "Mira & co"})
    for number in numbers[9::9]:
        peer.act("DELETE", number)  # with answers: its place stays
    for number in numbers[4::12]:
        peer.act("DELETE", number)


def _hold(peer: _Peer) -> None:
    """Some that wait for a moderator, who lets one of them through."""
    numbers = [peer.write("/post/1", f"Waits, number **{n}**", _AUTHORS[n], None) for n in range(3)]
    form = urllib.parse.urlencode({"password": _PASSWORD}).encode()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = opener.open(f"{peer.base}/login/", form, timeout=30).read().decode()
    keys = dict(re.findall(r"validate_com\((\d+), '([^']+)'", page))
    number = numbers[1]
    request = urllib.request.Request(
        f"{peer.base}/id/{number}/activate/{keys[str(number)]}", data=b"", method="POST"
    )
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=30).read()
    del peer.held[number]


def _shown(peer: _Peer) -> list[Seen]:
    """What its readers see, and what waits."""
    shown: list[Seen] = []
    for uri in _URIS:
        asked = urllib.parse.urlencode({"uri": uri})
        try:
            thread = peer.ask("GET", f"/?{asked}")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            continue
        for top in thread["replies"]:
            shown.append(_seen(peer, uri, top, ""))
            answered = f"{shown[-1].name}: {shown[-1].words}"
            shown += [_seen(peer, uri, each, answered) for each in top["replies"]]
    return shown + [_seen(peer, uri, made, "") for uri, made in peer.held.values()]


def _seen(peer: _Peer, uri: str, row: Mapping[str, Any], answers: str) -> Seen:
    is_gone = row["mode"] == 4
    return Seen(
        page=_path(uri),
        name=unescape(row["author"] or ""),
        words="" if is_gone else _Words.of(row["text"]),
        at=round(row["created"] * 1000) // 1000,
        answers=answers,
        state={1: "approved", 2: "pending", 4: "removed"}[row["mode"]],
        up=0 if is_gone else row["likes"],
        pinned=False,
        email="" if is_gone else peer.emails[row["id"]],
        website=website(unescape(row["website"] or "")) or "",
        down=0 if is_gone else row["dislikes"],
        edited=0 if is_gone else round((row["modified"] or 0) * 1000) // 1000,
    )


def _path(uri: str) -> str:
    """Where it comes; a query tells no pages apart unless the site says so."""
    path = urllib.parse.quote(uri.partition("?")[0], safe="/%")
    return path if path.startswith("/") else f"/{path}"


class _Words(HTMLParser):
    """The words of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    @staticmethod
    def of(html: str) -> str:
        reader = _Words()
        reader.feed(html)
        reader.close()
        return unspaced("".join(reader.words))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
