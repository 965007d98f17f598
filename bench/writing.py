"""How many comments a second are stored for good, and what each costs the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from bench import load, report, seed, servers

_ROUNDS = 3
_CLIENTS = (1, 32)
_Serve = Callable[..., AbstractContextManager[servers.Running]]
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


def _sync_calls_each(serve: _Serve, folder: Path, clients: int) -> float:
    """On a server of its own, because what is watched is slower."""
    trace = folder / f"sync-calls-{clients}"
    with serve(folder / f"watched-{clients}", before=load.trace_sync_calls(trace)) as running:
        _write(running, clients, 1)
        calls = load.sync_calls(trace)
        seen = _write(running, clients, 5)
        return (load.sync_calls(trace) - calls) / max(seen.requests, 1)


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
                    f"{_sync_calls_each(servers.afterword, folder / 'afterword', clients):.2f}",
                    str(a.refused),
                    f"{b.per_second:,.0f}",
                    f"{b.p50:.1f}",
                    f"{_sync_calls_each(servers.isso, folder / 'isso', clients):.2f}",
                    str(b.refused),
                    report.ratio(a.per_second, b.per_second),
                ]
            )
    head = ["clients", "Afterword /s", "p50 ms", "fsyncs each", "refused"]
    head += ["Isso /s", "p50 ms", "fsyncs each", "refused", "ratio"]
    return report.table(f"Writing (medians of {_ROUNDS} alternating rounds)", head, rows)
