"""Half an hour of everything at once: does memory stay, and all else that a process can hoard."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bench import dashboard, report, seed_many, servers
from bench.part import Lines, Part
from bench.soak_load import PAGES, RATES, STREAMS, Day, Tally
from tests.support.postgres import own_postgres

EVERY = 10.0
"""Seconds between two samples."""
STORED = 50_000
"""Comments that SQLite has at the beginning: each of its connections keeps 2 MB of pages, and with a
smaller file that memory would grow with it for hours.
"""
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
READS = ("warm read", "304", "counts of 20 pages")
ENVIRON = {
    # Full within minutes, so that what is looked at is its bound and not its growth.
    "AFTERWORD_CACHE_BYTES": str(4 * 2**20),
    # All of it comes from one address, and faster than people are.
    "AFTERWORD_READS_PER_MINUTE": "0",
    "AFTERWORD_VOTES_PER_MINUTE": "0",
    "AFTERWORD_PREVIEWS_PER_MINUTE": "0",
    "AFTERWORD_STREAMS_PER_ADDRESS": "0",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that is sampled, and how much it may grow within the second half."""

    name: str
    unit: str
    may_grow: float | None
    """In its unit; None for what grows by nature, and for what only tells of the load."""
    digits: int = 0


KINDS = {
    "memory": Kind("memory", "MB", 3.0, 1),
    "descriptors": Kind("descriptors", "", len(RATES) + 2.0),
    "threads": Kind("threads", "", 0.5),
    "wal": Kind("write-ahead log", "MB", 1.0, 2),
    "read_p50": Kind("reads, p50", "ms", None, 2),
    "read_p99": Kind("reads, p99", "ms", None, 1),
    "write_p50": Kind("comments, p50", "ms", None, 1),
    "database": Kind("database", "MB", None, 1),
}
"""Memory goes up and down by pages of the allocator. Descriptors: each kind of request may have one under
way, which on a busy machine all have; what is not closed would be hundreds by then.
"""

Samples = list[dict[str, float]]
"""Each with `minute` and some of `KINDS`."""


def measure(folder: Path, minutes: float, engines: Sequence[str]) -> Part:
    """A soak on each engine, both at once: it is not how fast they are that is looked at."""
    with ThreadPoolExecutor(len(engines)) as pool:
        parts = list(pool.map(lambda engine: _soak(folder / engine, minutes, engine), engines))
    figures = {name: value for part in parts for name, value in part.figures.items()}
    return Part(
        "\n".join(part.text for part in parts),
        figures,
        [plot for part in parts for plot in part.plots],
    )


def _soak(folder: Path, minutes: float, engine: str) -> Part:
    with _database(engine) as environ, servers.afterword(folder, environ=environ) as running:
        with closing(dashboard.signed_in(running, folder, environ)) as member:
            cookies = dict(member.cookies)
        if engine == "sqlite":
            seed_many.fill(folder / "afterword.db", STORED)
        tally = Tally()
        samples = asyncio.run(_run(running, folder, cookies, tally, minutes * 60))
    kept = samples[len(samples) // 2 :]
    slopes = {name: _growth(kept, name) for name in KINDS if name in kept[0]}
    text = _table(samples, slopes, tally, minutes, engine)
    figures = {
        f"errors: {engine}": float(tally.errors.total()),
        f"not flat: {engine}": float(sum(not _is_flat(*each) for each in slopes.items())),
    }
    return Part(text, figures, [_plot(samples, engine)])


@contextmanager
def _database(engine: str) -> Iterator[dict[str, str]]:
    """What the environment says."""
    if engine == "sqlite":
        yield ENVIRON
        return
    with own_postgres() as server:
        yield {**ENVIRON, "AFTERWORD_DATABASE_URL": server.get_uri()}


async def _run(
    running: servers.Running,
    folder: Path,
    cookies: Mapping[str, str],
    tally: Tally,
    seconds: float,
) -> Samples:
    headers = {"Origin": running.base, "Sec-Fetch-Site": "same-origin"}
    async with httpx2.AsyncClient(
        base_url=running.base, cookies=dict(cookies), headers=headers, timeout=60
    ) as member:
        day = asyncio.create_task(Day(running.base, member, tally).run(seconds))
        samples: Samples = []
        began = time.monotonic()
        while not day.done():
            await asyncio.wait({day}, timeout=EVERY)
            now = time.monotonic() - began
            # At the very end the readers leave, and with them their descriptors.
            if now < seconds - EVERY / 2:
                samples.append({"minute": now / 60, **_sample(running.pid, folder, tally)})
        await day
    return samples


def _sample(pid: int, folder: Path, tally: Tally) -> dict[str, float]:
    status = Path(f"/proc/{pid}/status").read_text()
    numbers = {
        name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+)", status, re.MULTILINE)
    }
    found = {
        "memory": numbers["VmRSS"] / 1024,
        "threads": float(numbers["Threads"]),
        "descriptors": float(len(list(Path(f"/proc/{pid}/fd").iterdir()))),
    }
    file = folder / "afterword.db"
    if file.exists():
        found["database"] = file.stat().st_size / 2**20
        found["wal"] = file.with_name(f"{file.name}-wal").stat().st_size / 2**20
    took = tally.emptied()
    reads = sorted(each for name in READS for each in took.get(name, []))
    if reads:
        found["read_p50"] = statistics.median(reads)
        found["read_p99"] = reads[int(len(reads) * 0.99)]
    if took.get("comment"):
        found["write_p50"] = statistics.median(took["comment"])
    return found


def _growth(samples: Samples, name: str) -> float:
    """How much it grows from the first of these samples to the last, along the line of least squares."""
    points = [(each["minute"], each[name]) for each in samples if name in each]
    if len(points) < 2:
        return 0.0
    slope = statistics.linear_regression(*zip(*points, strict=True)).slope
    return slope * (points[-1][0] - points[0][0])


def _is_flat(name: str, grown: float) -> bool:
    bound = KINDS[name].may_grow
    return bound is None or grown <= bound


def _table(
    samples: Samples, slopes: Mapping[str, float], tally: Tally, minutes: float, engine: str
) -> str:
    rows = [_row(samples, name, grown) for name, grown in slopes.items()]
    head = ["what", "after a sixth", "half", "at the end", "most", "grows, 2nd half", "may", ""]
    title = f"Soak of {minutes:g} minutes on {NAMES[engine]}"
    load = ", ".join(f"{name} {rate:g}" for name, rate in RATES.items())
    said = (
        f"{tally.requests:,} requests over {PAGES} pages, {tally.events:,} events to {STREAMS} streams "
        f"that come and go, {tally.errors.total()} errors. A second: {load}. Growth is along the line of "
        f"least squares through the second half's samples, one each {EVERY:g} s.\n"
    )
    errors = [f"- {number} times {error}\n" for error, number in tally.errors.most_common(10)]
    return "\n".join([report.table(title, head, rows), said, *errors])


def _row(samples: Samples, name: str, grown: float) -> list[str]:
    kind = KINDS[name]
    values = [each[name] for each in samples if name in each]
    places = (len(values) // 6, len(values) // 2, len(values) - 1)
    unit = f" {kind.unit}" if kind.unit else ""
    shown = [
        f"{value:.{kind.digits}f}{unit}" for value in [*(values[n] for n in places), max(values)]
    ]
    growth = f"{grown:+.{kind.digits + 1}f}{unit}"
    if kind.may_grow is None:
        return [kind.name, *shown, growth, "-", ""]
    word = "flat" if _is_flat(name, grown) else "**not flat**"
    return [kind.name, *shown, growth, f"{kind.may_grow:g}{unit}", word]


def _plot(samples: Samples, engine: str) -> Lines:
    first = samples[0]
    shown = [name for name in ("memory", "descriptors", "threads", "wal") if name in first]
    series = {
        f"{KINDS[name].name}{f', {KINDS[name].unit}' if KINDS[name].unit else ''}": [
            (each["minute"], each[name]) for each in samples
        ]
        for name in shown
    }
    return Lines(
        name=f"soak-{engine}",
        title=f"What the process holds while all goes on at once, {NAMES[engine]}",
        x="minutes",
        y="MB, or how many",
        series=series,
    )
