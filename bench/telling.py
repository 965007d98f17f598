"""Whether readers notice, when they post, that a mail server or a webhook's receiver is slow or away."""

from __future__ import annotations

import itertools
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx2

from bench import report, seed, servers
from bench.part import Bars, Part

SUBSCRIBERS = 50
"""Who hear of each comment of the page."""
ROUNDS_A_SECOND = 20
"""One comment to each server a round."""


def measure(folder: Path, seconds: float) -> Part:
    """Post to each server by turns, one comment after the other; tell how long the answers took."""
    with ExitStack() as stack:
        sink, silent = stack.enter_context(_sink()), stack.enter_context(_silent())
        hook = f"http://127.0.0.1:{silent}/in"
        kinds: dict[str, tuple[Mapping[str, str], str]] = {
            "no mail": ({}, ""),
            "mail server that takes all": (_mail(sink), ""),
            "mail server that never answers": (_mail(silent), ""),
            "mail server that refuses": (_mail(servers.free_port()), ""),
            "webhook that is never answered": ({"AFTERWORD_ALLOW_HOSTS": hook[7:-3]}, hook),
        }
        asked = {
            name: _Asked(stack, folder / str(number), environ, url)
            for number, (name, (environ, url)) in enumerate(kinds.items())
        }
        for _ in range(round(seconds * ROUNDS_A_SECOND)):
            for each in asked.values():
                each.post()
        return Part(_table(asked), _figures(asked), [_plot(asked)])


class _Asked:
    """A server with a page that many listen to, and how long each of its answers took."""

    def __init__(self, stack: ExitStack, data: Path, environ: Mapping[str, str], hook: str) -> None:
        running = stack.enter_context(servers.afterword(data, environ=environ))
        self.client = stack.enter_context(httpx2.Client(base_url=running.base, timeout=60))
        self.data = data
        self.took: list[float] = []
        self.numbers = itertools.count()
        self.post()
        _subscribe(data / "afterword.db")
        if hook:
            _add_webhook(data, environ, hook)
        self.took.clear()

    def post(self) -> None:
        """One comment, which is public at once."""
        number = next(self.numbers)
        sent = {
            "url": servers.PAGE, "title": "What the river gauge told us", "name": f"Reader {number}",
            "body": seed.body(number), "client_id": str(uuid.uuid4()),
        }  # fmt: skip
        began = time.perf_counter()
        answer = self.client.post("/api/v1/comments", json=sent, headers={"Origin": servers.ORIGIN})
        self.took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 201, answer.text

    def told(self) -> str:
        """What has become of the messages by now."""
        with closing(sqlite3.connect(self.data / "afterword.db", timeout=60)) as db:
            rows = db.execute("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
            return ", ".join(f"{count} {state}" for state, count in rows) or "-"


def _table(asked: Mapping[str, _Asked]) -> str:
    usual = _percentiles(next(iter(asked.values())).took)
    rows = []
    for name, each in asked.items():
        p50, p95 = _percentiles(each.took)
        ratios = [report.ratio(p50, usual[0]), report.ratio(p95, usual[1])]
        rows.append([name, f"{p50:.1f}", f"{p95:.1f}", *ratios, each.told()])
    count = len(next(iter(asked.values())).took)
    head = ["server", "p50 ms", "p95 ms", "ratio p50", "ratio p95", "messages"]
    title = f"Posting a comment that {SUBSCRIBERS} readers hear of ({count} times each, by turns)"
    return report.table(title, head, rows)


def _figures(asked: Mapping[str, _Asked]) -> dict[str, float]:
    """How much longer than without mail."""
    first, *others = asked
    usual = _percentiles(asked[first].took)
    return {
        f"{name} of no mail: {other}": slow / quick
        for other in others
        for name, slow, quick in zip(
            ("p50", "p95"), _percentiles(asked[other].took), usual, strict=True
        )
    }


def _plot(asked: Mapping[str, _Asked]) -> Bars:
    both = [_percentiles(each.took) for each in asked.values()]
    return Bars(
        name="telling",
        title=f"How long a comment that {SUBSCRIBERS} readers hear of takes to be answered",
        unit="ms",
        groups=list(asked),
        series={"p50": [p50 for p50, _ in both], "p95": [p95 for _, p95 in both]},
    )


def _percentiles(took: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(took, n=20)
    return cuts[9], cuts[18]


def _mail(port: int) -> dict[str, str]:
    return {
        "AFTERWORD_SMTP_HOST": "127.0.0.1",
        "AFTERWORD_SMTP_PORT": str(port),
        "AFTERWORD_SMTP_SECURITY": "none",
        "AFTERWORD_MAIL_FROM": "comments@example.org",
    }


def _subscribe(database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=60)) as db, db:
        for number in range(1, SUBSCRIBERS + 1):
            db.execute(
                "INSERT INTO mailbox (id, email, key, created_at, confirmed_at) VALUES (?, ?, ?, 1, 1)",
                (number, f"reader{number}@readers.example", f"key {number}"),
            )
            db.execute(
                "INSERT INTO subscription (mailbox_id, site_id, page_id, created_at, confirmed_at)"
                " VALUES (?, 1, 1, 1, 1)",
                (number,),
            )


def _add_webhook(data: Path, environ: Mapping[str, str], url: str) -> None:
    program = str(Path(sys.executable).with_name("afterword"))
    env = {**os.environ, **environ, "AFTERWORD_DATA": str(data)}
    add = [program, "webhook", "add", url]
    subprocess.run(add, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _sink() -> Iterator[int]:
    """The port of a mail server that takes everything and keeps nothing."""
    port = servers.free_port()
    command = [
        *(sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"),
        *("-c", "aiosmtpd.handlers.Sink"),
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        servers.wait_for_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _silent() -> Iterator[int]:
    """The port of a machine that takes connections and says nothing: nobody there accepts them."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listening:
        yield int(listening.getsockname()[1])
