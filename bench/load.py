"""Drive a server with wrk and read what it says; count fsyncs with strace."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """One run of wrk."""

    per_second: float
    p50: float
    """Milliseconds."""
    p99: float
    """Milliseconds."""
    requests: int
    refused: int
    """Answers outside 2xx and 3xx, and broken connections."""


def need(program: str) -> str:
    """Return the program's path; say how to get it where it is missing."""
    path = shutil.which(program)
    if path is None:
        raise SystemExit(f"{program} is missing. On Debian: apt-get install {program}")
    return path


def run(
    url: str,
    *,
    clients: int,
    seconds: float,
    headers: dict[str, str] | None = None,
    script: Path | None = None,
) -> Load:
    """Ask the address with this many clients at once for this long."""
    command = [
        need("wrk"),
        "-t1",
        f"-c{clients}",
        f"-d{seconds:g}s",
        "--latency",
        "--timeout",
        "30s",
    ]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script is not None:
        command += ["-s", str(script)]
    said = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    return _parse(said)


def _parse(said: str) -> Load:
    def number(pattern: str) -> float:
        found = re.search(pattern, said)
        return float(found.group(1)) if found else 0.0

    def milliseconds(percentile: str) -> float:
        found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", said)
        return float(found.group(1)) * _MS[found.group(2)] if found else 0.0

    broken = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said
    )
    refused = number(r"Non-2xx or 3xx responses: (\d+)")
    refused += sum(int(each) for each in broken.groups()) if broken else 0
    return Load(
        per_second=number(r"Requests/sec:\s+([\d.]+)"),
        p50=milliseconds("50"),
        p99=milliseconds("99"),
        requests=int(number(r"(\d+) requests in")),
        refused=int(refused),
    )


def median(runs: list[Load]) -> Load:
    """The run with the median rate, its refusals those of all runs together."""
    middle = statistics.median_low([each.per_second for each in runs])
    found = next(each for each in runs if each.per_second == middle)
    refused = sum(each.refused for each in runs)
    return Load(found.per_second, found.p50, found.p99, found.requests, refused)


def trace_sync_calls(trace: Path) -> list[str]:
    """What stands before a command so that its fsync and fdatasync calls are written down.

    With --seccomp-bpf the other calls are not stopped; a server watched without it is slowed so
    much that its writes no longer meet.
    """
    strace = [need("strace"), "-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync"]
    return [*strace, "-o", str(trace)]


def sync_calls(trace: Path) -> int:
    """How many calls have been written down."""
    ended = re.compile(r"(fsync|fdatasync)(\(| resumed)")
    lines = trace.read_text().splitlines()
    return sum(bool(ended.search(line)) for line in lines if "unfinished" not in line)
