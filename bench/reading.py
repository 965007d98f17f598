"""How fast a warm page of 100 comments, its 304 and the counts of 20 pages are read."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import load, report, seed, servers
from bench.engines import database
from bench.part import Bars, Part

_ROUNDS = 5
_CLIENTS = (1, 32)
_WHAT = ("100 comments, brotli", "100 comments, plain", "304", "counts of 20 pages")
_BEFORE = 5
"""Reads before the bytes are taken over: what is asked for again is compressed better then."""


def _exact_answer(url: str, headers: dict[str, str]) -> tuple[bytes, list[tuple[str, str]], int]:
    """What our server sends, byte for byte, so that the bare app can send the same."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read(), _sent_by_app(answer.headers.items()), answer.status
    except urllib.error.HTTPError as refused:
        if refused.code != 304:
            raise
        return b"", _sent_by_app(refused.headers.items()), 304


def _sent_by_app(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(k.lower(), v) for k, v in headers if k.lower() not in {"date", "server", "connection"}]


def measure(folder: Path, seconds: float, engines: Sequence[str]) -> Part:
    """Alternate the servers in rounds, so that the machine's noise meets all of them alike."""
    rows: list[list[str]] = []
    figures: dict[str, float] = {}
    bars: dict[str, list[float | None]] = {}
    for engine in engines:
        with database(engine) as url:
            found = _measure(folder / engine, url, seconds)
        bars[engine] = [pair.ratio for pair in found]
        for pair in found:
            rows.append([engine, *pair.row()])
            figures[f"of bare ASGI: {engine}, {pair.what}, {pair.clients} clients"] = pair.ratio
    head = [
        "engine",
        "what",
        "clients",
        "Afterword /s",
        "p50 ms",
        "bare ASGI /s",
        "p50 ms",
        "ratio",
    ]
    plot = Bars(
        name="reading",
        title="Requests from memory",
        unit="of a bare ASGI app's",
        groups=[f"{what}, {clients}" for what in _WHAT for clients in _CLIENTS],
        series=bars,
        promise=0.8,
    )
    title = f"Reading (medians of {_ROUNDS} alternating rounds)"
    return Part(report.table(title, head, rows), figures, (plot,))


def _measure(folder: Path, url: str, seconds: float) -> list[_Pair]:
    with servers.afterword(folder / "afterword", database_url=url) as ours:
        thread = seed.afterword(ours)
        etag = urllib.request.urlopen(thread).headers["ETag"]
        counts = f"{ours.base}/api/v1/counts?" + "&".join(
            f"url={servers.ORIGIN}/field-notes/{n}" for n in range(20)
        )
        brotli = {"Accept-Encoding": "br", "Origin": servers.ORIGIN}
        asked = (
            (thread, brotli),
            (thread, {"Origin": servers.ORIGIN}),
            (thread, {**brotli, "If-None-Match": etag}),
            (counts, brotli),
        )
        found = []
        for number, (what, (address, headers)) in enumerate(zip(_WHAT, asked, strict=True)):
            for _ in range(_BEFORE):
                _exact_answer(address, headers)
            body, sent, _ = _exact_answer(address, headers)
            with servers.bare(folder / f"bare-{number}", body, sent) as floor:
                # The same request too: a query with the addresses of 20 pages takes time to be parsed.
                same = floor.base + address.removeprefix(ours.base)
                found += [
                    _compare(what, clients, address, headers, same, seconds) for clients in _CLIENTS
                ]
        return found


@dataclass(frozen=True, slots=True)
class _Pair:
    """Ours, and the bare app in the same rounds."""

    what: str
    clients: int
    mine: load.Load
    theirs: load.Load

    @property
    def ratio(self) -> float:
        return self.mine.per_second / self.theirs.per_second

    def row(self) -> list[str]:
        refused = self.mine.refused + self.theirs.refused
        return [
            *(self.what, f"{self.clients}{f' ({refused} refused)' if refused else ''}"),
            *(f"{self.mine.per_second:,.0f}", f"{self.mine.p50:.2f}"),
            *(f"{self.theirs.per_second:,.0f}", f"{self.theirs.p50:.2f}"),
            report.ratio(self.mine.per_second, self.theirs.per_second),
        ]


def _compare(
    what: str, clients: int, url: str, headers: dict[str, str], floor: str, seconds: float
) -> _Pair:
    mine, theirs = [], []
    for _ in range(_ROUNDS):
        mine.append(load.run(url, clients=clients, seconds=seconds, headers=headers))
        theirs.append(load.run(floor, clients=clients, seconds=seconds, headers=headers))
    return _Pair(what, clients, load.median(mine), load.median(theirs))
