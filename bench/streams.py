"""Ten thousand readers who hear of new comments: what they cost, when they hear, and how they come again."""

from __future__ import annotations

import json
import os
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import report, seed, servers
from bench.crowd import Crowd, is_gone
from bench.part import Bars, Part
from tests.support.postgres import own_postgres

Figures = dict[str, float]

WITHIN = 120.0
"""Seconds after which a round has failed."""
COMMENTS = 9
DEAF = 50
LONG = 9_000
"""Characters of the comments that fill what waits for readers who take nothing."""
FLOOD = 40
"""How many of those."""


def measure(folder: Path, streams: int, engines: Sequence[str]) -> Part:
    """One server process on one port, stopped and started again in between."""
    found = {engine: _of_engine(folder / engine, streams, engine) for engine in engines}
    columns = [[said for _, said in rows] for rows, _ in found.values()]
    whats = [what for what, _ in next(iter(found.values()))[0]]
    rows = [list(row) for row in zip(whats, *columns, strict=True)]
    title = f"{streams:,} event streams of one page, one process"
    figures = {
        f"{kind}: {engine}": figure
        for engine, (_, of_engine) in found.items()
        for kind, figure in of_engine.items()
    }
    plot = Bars(
        name="streams",
        title=f"A new comment is heard by {streams:,} readers of one process",
        unit="seconds after the answer to its author, the worst of all rounds",
        groups=["by the first", "by half of them", "by the last"],
        series={
            engine: [figures[f"{who} heard: {engine}"] for who in ("first", "median", "last")]
            for engine in engines
        },
        promise=1.0,
    )
    return Part(report.table(title, ["what", *engines], rows), figures, [plot])


def _of_engine(folder: Path, streams: int, engine: str) -> tuple[list[list[str]], Figures]:
    environ = {
        "AFTERWORD_PORT": str(servers.free_port()),
        "AFTERWORD_MAX_STREAMS": str(streams + DEAF),
        "AFTERWORD_STREAMS_PER_ADDRESS": "0",
        "AFTERWORD_READS_PER_MINUTE": "0",
    }
    figures: Figures = {}
    with ExitStack() as stack:
        url = "" if engine == "sqlite" else stack.enter_context(own_postgres()).get_uri()
        with servers.afterword(folder, database_url=url, environ=environ) as running:
            crowd = Crowd(running.base, servers.PAGE)
            rows = [*_coming(running, crowd, streams, figures)]
            rows += _telling(running, crowd, figures)
            rows += _deafness(running, crowd)
            version = _version(running)
        crowd.leave()
        with servers.afterword_again(folder, database_url=url, environ=environ) as running:
            crowd = Crowd(running.base, servers.PAGE)
            rows += _storm(running, crowd, streams, version, figures)
    return rows, figures


def _coming(
    running: servers.Running, crowd: Crowd, streams: int, figures: Figures
) -> Iterator[list[str]]:
    _post(running, "the first")
    crowd.wait_for(b"\nid: ")
    # The first few bring what is made once: caches, the room, the connections to the database.
    crowd.come(min(100, streams // 10), _version(running))
    crowd.listen(crowd.have_heard, WITHIN)
    before, came = _memory(running), len(crowd.readers)
    began, used = time.monotonic(), _cpu(running)
    crowd.come(streams - came, _version(running))
    crowd.listen(crowd.have_heard, WITHIN)
    took, used = time.monotonic() - began, _cpu(running) - used
    each = (_memory(running) - before) / (streams - came)
    figures["KB a stream"] = each / 1024
    refused = f"{crowd.refusals} refused meanwhile"
    yield ["to come, all at once", f"{took:.2f} s, {used:.2f} s of the server's CPU, {refused}"]
    yield ["memory a stream", f"{each / 1024:.2f} KB ({_memory(running) / 2**20:.0f} MB in all)"]


def _telling(running: servers.Running, crowd: Crowd, figures: Figures) -> Iterator[list[str]]:
    rounds = [_tell(running, crowd, f"round {number} ") for number in range(COMMENTS)]
    for name, of in (
        ("first", lambda each: each.heard[0]),
        ("median", lambda each: statistics.median(each.heard)),
        ("last", lambda each: each.heard[-1]),
    ):
        of_rounds = sorted(of(each) for each in rounds)
        middle, most = statistics.median(of_rounds), of_rounds[-1]
        figures[f"{name} heard"] = most
        told = f"{middle * 1000:.0f} ms after the answer to its author (at most {most * 1000:.0f})"
        yield [f"a new comment is heard by the {name}", told]
    figures["CPU seconds of a comment"] = cpu = statistics.median(each.cpu for each in rounds)
    longest = max(each.longest for each in rounds)
    yield ["the server's CPU for one comment", f"{cpu:.2f} s"]
    yield ["longest answer of /healthz meanwhile", f"{longest * 1000:.0f} ms"]


@dataclass(frozen=True, slots=True)
class _Round:
    heard: list[float]
    """Seconds after the answer, sorted."""
    cpu: float
    longest: float
    """Seconds that another request had to wait."""


def _tell(running: servers.Running, crowd: Crowd, body: str) -> _Round:
    name = f"Reader {uuid.uuid4().hex}"
    crowd.wait_for(name.encode())
    used = _cpu(running)
    with _asking(running) as asked, _posting(running, body, name) as posted:
        crowd.listen(lambda: bool(posted) and crowd.have_heard(), WITHIN)
    heard = sorted(each.heard - posted[0] for each in crowd.readers)
    return _Round(heard, _cpu(running) - used, max(asked.took))


def _deafness(running: servers.Running, crowd: Crowd) -> Iterator[list[str]]:
    ears = crowd.deaf(DEAF, _version(running))
    late, before = 0.0, _memory(running)
    for number in range(FLOOD):
        late = max(late, _tell(running, crowd, f"{number} " * (LONG // 4)).heard[-1])
    grown = (_memory(running) - before) / 2**20
    gone = sum(is_gone(ear) for ear in ears)
    yield [f"of {DEAF} who take no bytes, let go", f"{gone} after {FLOOD * LONG // 1000} KB"]
    yield ["the last of the others heard meanwhile", f"within {late * 1000:.0f} ms"]
    yield ["the server's memory grew meanwhile", f"by {grown:.1f} MB"]
    for ear in ears:
        ear.close()


def _storm(
    running: servers.Running, crowd: Crowd, streams: int, version: int, figures: Figures
) -> Iterator[list[str]]:
    name = f"Reader {uuid.uuid4().hex}"
    _post(running, "what they missed", name)
    crowd.wait_for(name.encode())
    used = _cpu(running)
    with _asking(running) as asked:
        began = time.monotonic()
        crowd.come(streams, version)
        crowd.listen(crowd.have_heard, WITHIN)
        took = time.monotonic() - began
    figures["seconds until all are back"] = took
    heard = sorted(each.heard - began for each in crowd.readers)
    used = _cpu(running) - used
    all_back = f"{took:.2f} s, half of them {statistics.median(heard):.2f} s; {used:.2f} s of CPU"
    refused = f"{crowd.refusals} refused meanwhile"
    yield ["after a restart, all back and told what they missed", f"{all_back}, {refused}"]
    yield ["longest answer of /healthz meanwhile", f"{max(asked.took) * 1000:.0f} ms"]
    told = _tell(running, crowd, "after the storm ")
    yield ["then a new comment is heard by the last", f"{told.heard[-1] * 1000:.0f} ms"]
    crowd.leave()


@dataclass(slots=True)
class _Asked:
    took: list[float] = field(default_factory=list)
    is_over: bool = False


@contextmanager
def _asking(running: servers.Running) -> Iterator[_Asked]:
    """Somebody else's requests, one after the other."""
    asked = _Asked()

    def ask() -> None:
        while not asked.is_over:
            began = time.monotonic()
            servers.fetch(f"{running.base}/healthz")
            asked.took.append(time.monotonic() - began)
            time.sleep(0.01)

    with _beside(ask):
        yield asked
        asked.is_over = True


@contextmanager
def _posting(running: servers.Running, body: str, name: str) -> Iterator[list[float]]:
    """A comment that is sent meanwhile; in the list the moment of its answer."""
    answered: list[float] = []

    def post() -> None:
        _post(running, body, name)
        answered.append(time.monotonic())

    with _beside(post):
        yield answered


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    thread.join()


def _post(running: servers.Running, body: str, name: str = "Reader") -> None:
    sent: dict[str, object] = {
        "url": servers.PAGE, "name": name, "body": body + seed.body(1),
        "client_id": str(uuid.uuid4()),
    }  # fmt: skip
    headers = {"Origin": servers.ORIGIN}
    servers.fetch(f"{running.base}/api/v1/comments", body=sent, headers=headers)


def _version(running: servers.Running) -> int:
    thread = servers.fetch(f"{running.base}/api/v1/thread?url={servers.PAGE}&limit=1")
    return int(json.loads(thread)["version"])


def _memory(running: servers.Running) -> int:
    """Bytes that the process itself holds."""
    said = Path(f"/proc/{running.pid}/smaps_rollup").read_text()
    return 1024 * int(said.partition("Rss:")[2].split()[0])


def _cpu(running: servers.Running) -> float:
    """Seconds of all its threads."""
    fields = Path(f"/proc/{running.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
