"""How long the pages of the dashboard take with a hundred thousand comments, and how much of it is work."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import httpx2

from bench import report, seed_many, servers
from bench.part import Bars, Part

COMMENTS = 100_000
ROUNDS = 25
MEMBER, PASSWORD = "mod@example.org", "seven quiet herons"

PATHS: dict[str, str] = {
    "pending": "/dashboard/queue",
    "pending, highest score": "/dashboard/queue?sort=score",
    "reported": "/dashboard/queue?status=reported",
    "reported, most first": "/dashboard/queue?status=reported&sort=reports",
    "spam": "/dashboard/queue?status=spam",
    "removed": "/dashboard/queue?status=removed",
    "approved": "/dashboard/queue?status=approved",
    "one site": "/dashboard/queue?status=approved&site=1",
    "one page": "/dashboard/queue?status=approved&page=1",
    "one author": "/dashboard/queue?status=approved&author=1",
    "since a day": "/dashboard/queue?status=approved&since=2026-10-01&sort=oldest",
    "with links": "/dashboard/queue?status=approved&links=1",
    "by reason": "/dashboard/queue?status=spam&rule=duplicate",
    "by a reason that is rare": "/dashboard/queue?status=spam&rule=rare",
    "search, often": "/dashboard/queue?status=approved&q=river",
    "search, rare": "/dashboard/queue?status=approved&q=needle+4711",
    "search, nothing": "/dashboard/queue?status=approved&q=nowhere+at+all",
    "search, beyond ASCII": f"/dashboard/queue?status=approved&{urlencode({'q': 'Élan'})}",
    "search, wildcards": f"/dashboard/queue?status=approved&{urlencode({'q': '%' * 100})}",
    "search, an address": "/dashboard/queue?status=approved&q=reader7@readers.example",
    "search, narrowed": "/dashboard/queue?status=approved&page=1&links=1&q=nowhere",
    "news": "/dashboard/queue/news?newer=99990.0",
    "news of everything": "/dashboard/queue/news?newer=0.0&status=approved",
    "one comment": "/dashboard/comments/50000",
    "pages": "/dashboard/pages",
    "pages, search": "/dashboard/pages?q=river",
    "one page's acts": "/dashboard/pages/1",
    "moves": "/dashboard/pages/moves",
    "authors": "/dashboard/authors",
    "authors, search": "/dashboard/authors?q=reader",
    "one author's history": "/dashboard/authors/50000",
    "bans": "/dashboard/bans",
    "rules": "/dashboard/rules",
    "words": "/dashboard/words",
    "filter": "/dashboard/filter",
    "audit log": "/dashboard/audit",
    "statistics": "/dashboard/statistics",
    "statistics of a year": "/dashboard/statistics?days=365",
    "health": "/dashboard/health",
    "sites": "/dashboard/sites",
    "settings of a site": "/dashboard/sites/1",
    "members": "/dashboard/members",
    "profile": "/dashboard/profile",
}
"""Pages by what they are called in the table."""


def measure(folder: Path, seconds: float) -> Part:
    """Fill a database, open each page again and again, and tell the medians."""
    with servers.afterword(folder / "afterword") as running:
        seed_many.fill(folder / "afterword" / "afterword.db", COMMENTS)
        rows = []
        with closing(signed_in(running, folder / "afterword")) as client:
            for name, path in PATHS.items():
                rows.append(_row(client, running, name, path))
    head = ["page", "median ms", "slowest ms", "server's CPU ms", "KB"]
    title = f"Dashboard with {COMMENTS:,} comments on SQLite ({ROUNDS} times each)"
    figures = {f"ms: {row[0]}": float(row[1]) for row in rows}
    return Part(report.table(title, head, rows), figures, [_plot(figures)])


def _plot(figures: Mapping[str, float]) -> Bars:
    slowest = sorted(figures, key=lambda name: -figures[name])[:10]
    return Bars(
        name="dashboard",
        title=f"The ten slowest pages of the dashboard, with {COMMENTS:,} comments on SQLite",
        unit="ms, median",
        groups=[name.removeprefix("ms: ") for name in slowest],
        series={"Afterword": [figures[name] for name in slowest]},
    )


def signed_in(
    running: servers.Running, data: Path, environ: Mapping[str, str] | None = None
) -> httpx2.Client:
    """A client with the session of a new owner; `environ` is what the server was started with."""
    program = str(Path(sys.executable).with_name("afterword"))
    add = [program, "user", "add", MEMBER, "--name", "Jonas", "--password-stdin"]
    env = {**os.environ, **(environ or {}), "AFTERWORD_DATA": str(data)}
    subprocess.run(add, env=env, input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
    headers = {"Origin": running.base, "Sec-Fetch-Site": "same-origin"}
    client = httpx2.Client(base_url=running.base, headers=headers, timeout=60)
    form = {"email": MEMBER, "password": PASSWORD}
    answer = client.post("/dashboard/sign-in", data=form)
    assert answer.status_code == 303, answer.text
    return client


def _row(client: httpx2.Client, running: servers.Running, name: str, path: str) -> list[str]:
    first = client.get(path)
    assert first.status_code == 200, (path, first.status_code, first.text[:500])
    took, before = [], _cpu(running.pid)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path)
        took.append((time.perf_counter() - began) * 1000)
    work = (_cpu(running.pid) - before) / ROUNDS
    sizes = f"{len(first.content) / 1024:.0f}"
    return [name, f"{statistics.median(took):.1f}", f"{max(took):.1f}", f"{work:.1f}", sizes]


def _cpu(pid: int) -> float:
    """Milliseconds of all threads of a process; a tick of the kernel is ten."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    user, system = re.sub(r"^.*\) ", "", stat).split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")
