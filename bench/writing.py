"""How many comments a second are stored for good, and what each costs the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import load, report, seed, servers

_ROUNDS = 3
_CLIENTS = (1, 32)
_SCRIPT = Path(__file__).with_name("writes.lua")


@contextmanager
def _told(kind: str) -> Iterator[None]:
    """wrk's script reads what to send from the environment."""
    text = seed.body(1).replace("\n", "\\n").replace('"', '\\"')
    told = {"BENCH_KIND": kind, "BENCH_ORIGIN": servers.ORIGIN, "BENCH_TEXT": text}
    os.environ.update(told)
    try:
        yield
    finally:
        for name in told:
            del os.environ[name]


def _write(running: servers.Running, clients: int, seconds: float) -> load.Load:
    with _told(running.name.lower()):
        return load.run(running.base, clients=clients, seconds=seconds, script=_SCRIPT)


def _sync_calls_each(running: servers.Running, clients: int, folder: Path) -> float:
    """In a run of its own, because strace slows what it watches."""
    with load.SyncCalls(running.pid, folder) as calls:
        seen = _write(running, clients, 4)
    return calls.count / max(seen.requests, 1)


def measure(folder: Path, seconds: float) -> str:
    """Alternate the servers in rounds; then count fsyncs."""
    with ExitStack() as stack:
        ours = stack.enter_context(servers.afterword(folder / "afterword"))
        isso = stack.enter_context(servers.isso(folder / "isso"))
        rows = []
        for clients in _CLIENTS:
            mine, theirs = [], []
            for _ in range(_ROUNDS):
                mine.append(_write(ours, clients, seconds))
                theirs.append(_write(isso, clients, seconds))
            a, b = load.median(mine), load.median(theirs)
            rows.append(
                [
                    str(clients),
                    f"{a.per_second:,.0f}",
                    f"{a.p50:.1f}",
                    f"{_sync_calls_each(ours, clients, folder):.2f}",
                    str(a.refused),
                    f"{b.per_second:,.0f}",
                    f"{b.p50:.1f}",
                    f"{_sync_calls_each(isso, clients, folder):.2f}",
                    str(b.refused),
                    report.ratio(a.per_second, b.per_second),
                ]
            )
    head = ["clients", "Afterword /s", "p50 ms", "fsyncs each", "refused"]
    head += ["Isso /s", "p50 ms", "fsyncs each", "refused", "ratio"]
    return report.table(f"Writing (medians of {_ROUNDS} alternating rounds)", head, rows)
