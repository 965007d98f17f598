"""How many comments a second are stored for good, and what each costs the disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from bench import comments, load, report, servers
from bench.engines import database
from bench.idle import wait_until_idle
from bench.part import Bars, Part

_ROUNDS = 3
_CLIENTS = (1, 32)
_ISSO = "Isso"
_NAMES = {"sqlite": "Afterword, SQLite", "postgres": "Afterword, PostgreSQL", _ISSO: _ISSO}
_WATCHED = 5.0
"""Seconds for which fsyncs are counted."""
_SETTLED = 2.0
"""PostgreSQL's processes tell of what they did at most once a second."""
_FSYNCS = """
SELECT backend_type, sum(fsyncs) FROM pg_stat_io WHERE object = 'wal' AND fsyncs > 0 GROUP BY backend_type
"""
_NOTE = """\
fsyncs are counted on a server of its own: of SQLite and Isso by strace, of PostgreSQL by its own account of
its write-ahead log, where those of the processes that answer us and of others (its WAL writer) are told
apart. The promise is about both together.
"""

_Loads = Mapping[tuple[str, int], load.Load]
"""By server and number of clients."""
_Syncs = Mapping[tuple[str, int], tuple[float, float]]
"""The same: fsyncs of each comment by who answers, and by others beside it."""


def measure(folder: Path, seconds: float, engines: Sequence[str]) -> Part:
    """Alternate the servers in rounds; then count fsyncs."""
    loads = _alternate(folder / "side-by-side", seconds, engines)
    syncs: dict[tuple[str, int], tuple[float, float]] = {}
    for clients in _CLIENTS:
        for engine in engines:
            place = folder / f"watched-{engine}-{clients}"
            if engine == "postgres":
                syncs[engine, clients] = _of_postgres(place, clients)
            else:
                syncs[engine, clients] = _by_strace(place, "afterword", clients)
        syncs[_ISSO, clients] = _by_strace(folder / f"watched-isso-{clients}", "isso", clients)
    return Part(f"{_table(loads, syncs)}\n{_NOTE}", _figures(loads, syncs), _plots(loads, syncs))


def _alternate(folder: Path, seconds: float, engines: Sequence[str]) -> _Loads:
    with ExitStack() as stack:
        asked = {
            engine: stack.enter_context(
                servers.afterword(
                    folder / engine, database_url=stack.enter_context(database(engine))
                )
            )
            for engine in engines
        }
        asked[_ISSO] = stack.enter_context(servers.isso(folder / "isso"))
        found: dict[tuple[str, int], list[load.Load]] = {}
        for clients in _CLIENTS:
            for _ in range(_ROUNDS):
                for name, running in asked.items():
                    kind = "isso" if name == _ISSO else "afterword"
                    seen = comments.write(running.base, kind, clients, seconds)
                    found.setdefault((name, clients), []).append(seen)
                    wait_until_idle(running.pid)
    return {key: load.median(runs) for key, runs in found.items()}


def _by_strace(folder: Path, kind: str, clients: int) -> tuple[float, float]:
    folder.mkdir(parents=True)
    trace = folder / "sync-calls"
    serve = servers.isso if kind == "isso" else servers.afterword
    with serve(folder / "data", before=load.trace_sync_calls(trace)) as running:
        comments.write(running.base, kind, clients, 1)
        wait_until_idle(running.pid)
        calls = load.sync_calls(trace)
        seen = comments.write(running.base, kind, clients, _WATCHED)
        return (load.sync_calls(trace) - calls) / max(seen.requests, 1), 0.0


def _of_postgres(folder: Path, clients: int) -> tuple[float, float]:
    with database("postgres") as url, servers.afterword(folder, database_url=url) as running:
        comments.write(running.base, "afterword", clients, 1)
        before = _wal_fsyncs(url)
        seen = comments.write(running.base, "afterword", clients, _WATCHED)
        after = _wal_fsyncs(url)
    each = {who: (after[who] - before.get(who, 0)) / max(seen.requests, 1) for who in after}
    mine = each.pop("client backend", 0.0)
    return mine, sum(each.values())


def _wal_fsyncs(url: str) -> dict[str, int]:
    async def ask() -> dict[str, int]:
        connection = await asyncpg.connect(url)
        try:
            return {who: int(count) for who, count in await connection.fetch(_FSYNCS)}
        finally:
            await connection.close()

    time.sleep(_SETTLED)
    return asyncio.run(ask())


def _table(loads: _Loads, syncs: _Syncs) -> str:
    head = ["server", "clients", "comments/s", "p50 ms", "p99 ms", "refused", "of Isso"]
    head += ["fsyncs each", "of others"]
    rows = [
        [
            *(_NAMES[name], str(clients), f"{seen.per_second:,.0f}", f"{seen.p50:.1f}"),
            *(f"{seen.p99:.1f}", str(seen.refused)),
            report.ratio(seen.per_second, loads[_ISSO, clients].per_second),
            *(f"{each:.2f}" for each in syncs[name, clients]),
        ]
        for (name, clients), seen in loads.items()
    ]
    return report.table(f"Writing (medians of {_ROUNDS} alternating rounds)", head, rows)


def _figures(loads: _Loads, syncs: _Syncs) -> dict[str, float]:
    found: dict[str, float] = {}
    for (name, clients), seen in loads.items():
        if name == _ISSO:
            continue
        where = f"{name}, {clients} clients"
        found[f"of Isso: {where}"] = seen.per_second / loads[_ISSO, clients].per_second
        found[f"refused: {where}"] = seen.refused
        kind = "alone" if clients == 1 else f"at {clients}"
        found[f"fsyncs {kind}: {name}"] = sum(syncs[name, clients])
    return found


def _plots(loads: _Loads, syncs: _Syncs) -> list[Bars]:
    groups = [f"{clients} client{'s' if clients > 1 else ''}" for clients in _CLIENTS]
    names = list(dict.fromkeys(name for name, _ in loads))
    rates = {_NAMES[name]: [loads[name, n].per_second for n in _CLIENTS] for name in names}
    calls = {_NAMES[name]: [sum(syncs[name, n]) for n in _CLIENTS] for name in names}
    return [
        Bars(
            name="writing",
            title="Comments stored for good",
            unit="comments/s",
            groups=groups,
            series=rates,
        ),
        Bars(
            name="fsyncs",
            title="What a comment costs the disk",
            unit="fsyncs a comment",
            groups=groups,
            series=calls,
        ),
    ]
