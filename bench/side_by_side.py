"""Afterword on both engines beside Isso and Waline's server: one page read, comments written, one run."""

from __future__ import annotations

import re
import sqlite3
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bench import comments, load, report, seed, servers
from bench.idle import processes, wait_until_idle
from bench.part import Bars, Part
from bench.peers.waline_server import waline
from tests.support.postgres import own_postgres

_ROUNDS = 3
_CLIENTS = (1, 32)
_SLOW = 10.0
"""Seconds at least for a peer's run: some answers of theirs take longer than one of ours runs."""
_OURS = ("Afterword, SQLite", "Afterword, PostgreSQL")
_NOTE = """\
Each server is filled over HTTP with the same 100 comments, half of them replies, and stands as its
documentation says: Isso under gunicorn with four workers, Waline's server in production, without its
limit of one comment a minute. Waline would ask a server elsewhere at each request who signs people in;
it gets that answer in its own process, so this is its best. It refuses with status 200, so what it has
stored is counted in its database. Before each run the others have come to rest.
"""


@dataclass(frozen=True, slots=True)
class _Server:
    """One that takes its turn."""

    running: servers.Running
    page: str
    """The address that reads the page of 100 comments."""
    kind: str
    """What `writes.lua` calls it."""
    database: Path | None = None
    """Where what it stored is counted, for who answers refusals like anything else."""

    def read(self, clients: int, seconds: float) -> load.Load:
        headers = {"Accept-Encoding": "br, gzip", "Origin": servers.ORIGIN}
        found = load.run(self.page, clients=clients, seconds=seconds, headers=headers)
        wait_until_idle(self.running.pid)
        return found

    def write(self, clients: int, seconds: float) -> load.Load:
        before = self._stored()
        found = comments.write(self.running.base, self.kind, clients, seconds)
        wait_until_idle(self.running.pid)
        if self.database is None:
            return found
        # What was under way at the end is stored and was never answered.
        stored = min(found.requests, self._stored() - before)
        rate = found.per_second * stored / max(1, found.requests)
        refused = found.refused + found.requests - stored
        return load.Load(rate, found.p50, found.p99, stored, refused)

    def _stored(self) -> int:
        if self.database is None:
            return 0
        with closing(sqlite3.connect(self.database, timeout=60)) as db:
            return int(db.execute("SELECT count(*) FROM wl_Comment").fetchone()[0])


def measure(folder: Path, seconds: float) -> Part:
    """Fill all of them, read, then write, in rounds of turns."""
    with ExitStack() as stack:
        asked = _all(stack, folder)
        sizes = {name: _size(each.page) for name, each in asked.items()}
        memory = {name: _memory(each.running.pid) for name, each in asked.items()}
        reads = _rounds(asked, _Server.read, seconds)
        writes = _rounds(asked, _Server.write, seconds)
    syncs = {
        "Isso": _sync_calls(servers.isso, "isso", folder),
        "Waline": _sync_calls(waline, "waline", folder),
    }
    tables = [
        _table("Reading a page of 100 comments", "/s", reads),
        _table("Writing", "comments/s", writes),
        _facts(sizes, memory, syncs),
    ]
    figures = {**_figures("reading", reads), **_figures("writing", writes)}
    plots = [
        _plot("peers-reading", "A page of 100 comments", "requests/s", reads),
        _plot("peers-writing", "Comments that are stored for good", "comments/s", writes),
    ]
    return Part("\n".join([*tables, _NOTE]), figures, plots)


_Runs = Mapping[str, Mapping[int, load.Load]]
"""The medians by server and number of clients."""


def _all(stack: ExitStack, folder: Path) -> dict[str, _Server]:
    postgres = stack.enter_context(own_postgres())
    lite = stack.enter_context(servers.afterword(folder / "sqlite"))
    url = postgres.get_uri()
    large = stack.enter_context(servers.afterword(folder / "postgres", database_url=url))
    isso = stack.enter_context(servers.isso(folder / "isso"))
    peer = stack.enter_context(waline(folder / "waline"))
    return {
        _OURS[0]: _Server(lite, seed.afterword(lite), "afterword"),
        _OURS[1]: _Server(large, seed.afterword(large), "afterword"),
        "Isso": _Server(isso, seed.isso(isso), "isso"),
        "Waline": _Server(peer, seed.waline(peer), "waline", folder / "waline" / "waline.sqlite"),
    }


def _rounds(
    asked: Mapping[str, _Server],
    do: Callable[[_Server, int, float], load.Load],
    seconds: float,
) -> _Runs:
    found: dict[str, dict[int, list[load.Load]]] = {
        name: {clients: [] for clients in _CLIENTS} for name in asked
    }
    for clients in _CLIENTS:
        for _ in range(_ROUNDS):
            for name, each in asked.items():
                long = seconds if name in _OURS else max(seconds, _SLOW)
                found[name][clients].append(do(each, clients, long))
    return {
        name: {clients: load.median(runs) for clients, runs in by.items()}
        for name, by in found.items()
    }


def _size(page: str) -> str:
    """What travels for the page where compressed answers are taken."""
    request = urllib.request.Request(
        page, headers={"Accept-Encoding": "br, gzip", "Origin": servers.ORIGIN}
    )
    with urllib.request.urlopen(request) as answer:
        how = answer.headers["Content-Encoding"] or "not compressed"
        return f"{len(answer.read()) / 1000:.1f}, {how}"


def _memory(leader: int) -> float:
    """MB of all its processes, what they share counted once."""
    found = 0.0
    for pid in processes(leader):
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found += sum(int(each) for each in re.findall(r"^Pss:\s+(\d+)", said, re.MULTILINE)) / 1024
    return found


def _sync_calls(
    serve: Callable[..., AbstractContextManager[servers.Running]], kind: str, folder: Path
) -> list[float]:
    """Of each comment, by clients, on a server of its own: what is watched is slower."""
    found = []
    for clients in _CLIENTS:
        trace = folder / f"sync-calls-{kind}-{clients}"
        place = folder / f"watched-{kind}-{clients}"
        with serve(place, before=load.trace_sync_calls(trace)) as running:
            seen = comments.write(running.base, kind, clients, _SLOW)
            wait_until_idle(running.pid)
        found.append(load.sync_calls(trace) / max(1, seen.requests))
    return found


def _table(title: str, unit: str, runs: _Runs) -> str:
    head = ["server", "clients", unit, "p50 ms", "p99 ms", "refused"]
    peers = [name for name in runs if name not in _OURS]
    head += [f"of {name}" for name in peers]
    rows = [
        [
            name, str(clients), f"{seen.per_second:,.1f}", f"{seen.p50:,.2f}", f"{seen.p99:,.1f}",
            str(seen.refused),
            *(report.ratio(seen.per_second, runs[peer][clients].per_second) for peer in peers),
        ]
        for clients in _CLIENTS
        for name, by in runs.items()
        for seen in [by[clients]]
    ]  # fmt: skip
    return report.table(f"{title} (medians of {_ROUNDS} rounds by turns)", head, rows)


def _facts(
    sizes: Mapping[str, str], memory: Mapping[str, float], syncs: Mapping[str, Sequence[float]]
) -> str:
    head = ["server", "KB of the page", "MB of memory, filled", "fsyncs a comment, alone, at 32"]
    rows = [
        [
            name, size, f"{memory[name]:.0f}",
            ", ".join(f"{each:.2f}" for each in syncs[name]) if name in syncs else "see writing",
        ]
        for name, size in sizes.items()
    ]  # fmt: skip
    return report.table("What else they cost", head, rows)


def _figures(what: str, runs: _Runs) -> dict[str, float]:
    return {
        f"{what} of {peer}: {ours}, {clients} clients": runs[ours][clients].per_second
        / runs[peer][clients].per_second
        for ours in _OURS
        for peer in runs
        for clients in _CLIENTS
        if peer not in _OURS and runs[peer][clients].per_second
    }


def _plot(name: str, title: str, unit: str, runs: _Runs) -> Bars:
    return Bars(
        name=name,
        title=title,
        unit=unit,
        groups=[f"{clients} client{'s' if clients > 1 else ''}" for clients in _CLIENTS],
        series={
            server: [by[clients].per_second for clients in _CLIENTS] for server, by in runs.items()
        },
    )
