"""Comments that wrk writes, each of its own, to whichever server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import load, seed, servers

_SCRIPT = Path(__file__).with_name("writes.lua")


def write(base: str, kind: str, clients: int, seconds: float) -> load.Load:
    """Write to the server at this address, which is of a kind that `writes.lua` knows."""
    with _told(kind):
        return load.run(base, clients=clients, seconds=seconds, script=_SCRIPT)


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
