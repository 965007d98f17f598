"""How fast a warm page of 100 comments, its 304 and the counts of 20 pages are read."""

from __future__ import annotations

import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from bench import load, report, seed, servers

_ROUNDS = 5
_CLIENTS = (1, 32)


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


def measure(folder: Path, seconds: float) -> str:
    """Alternate the servers in rounds, so that the machine's noise meets all of them alike."""
    with ExitStack() as stack:
        ours = stack.enter_context(servers.afterword(folder / "afterword"))
        isso = stack.enter_context(servers.isso(folder / "isso"))
        thread, peer = seed.afterword(ours), seed.isso(isso)
        etag = urllib.request.urlopen(thread).headers["ETag"]
        counts = f"{ours.base}/api/v1/counts?" + "&".join(
            f"url={servers.ORIGIN}/field-notes/{n}" for n in range(20)
        )
        brotli = {"Accept-Encoding": "br", "Origin": servers.ORIGIN}
        cases = {
            "100 comments, brotli": (thread, brotli),
            "100 comments, plain": (thread, {"Origin": servers.ORIGIN}),
            "304": (thread, {**brotli, "If-None-Match": etag}),
            "counts of 20 pages": (counts, brotli),
        }
        rows = []
        for name, (url, headers) in cases.items():
            body, sent, _ = _exact_answer(url, headers)
            place = folder / f"bare-{name.replace(' ', '-')}"
            with servers.bare(place, body, sent) as floor:
                rows += _compare(name, url, headers, floor.base + "/", seconds)
        rows += _peer(thread, brotli, peer, seconds)
    head = [
        "what",
        "clients",
        "Afterword /s",
        "p50 ms",
        "compared with",
        "its /s",
        "p50 ms",
        "ratio",
    ]
    return report.table(f"Reading (medians of {_ROUNDS} alternating rounds)", head, rows)


def _compare(
    name: str, url: str, headers: dict[str, str], floor: str, seconds: float
) -> list[list[str]]:
    rows = []
    for clients in _CLIENTS:
        mine, theirs = [], []
        for _ in range(_ROUNDS):
            mine.append(load.run(url, clients=clients, seconds=seconds, headers=headers))
            theirs.append(load.run(floor, clients=clients, seconds=seconds, headers=headers))
        rows.append(_row(name, clients, load.median(mine), "bare ASGI", load.median(theirs)))
    return rows


def _peer(thread: str, headers: dict[str, str], peer: str, seconds: float) -> list[list[str]]:
    rows = []
    for clients in _CLIENTS:
        mine, theirs = [], []
        for _ in range(3):
            mine.append(load.run(thread, clients=clients, seconds=seconds, headers=headers))
            theirs.append(load.run(peer, clients=clients, seconds=max(seconds, 10)))
        row = _row("100 comments", clients, load.median(mine), "Isso", load.median(theirs))
        rows.append(row)
    return rows


def _row(name: str, clients: int, mine: load.Load, other: str, theirs: load.Load) -> list[str]:
    if mine.refused or theirs.refused:
        other += f" (refused: {mine.refused} of ours, {theirs.refused} of theirs)"
    return [
        name,
        str(clients),
        f"{mine.per_second:,.0f}",
        f"{mine.p50:.2f}",
        other,
        f"{theirs.per_second:,.1f}",
        f"{theirs.p50:.2f}",
        report.ratio(mine.per_second, theirs.per_second),
    ]
