"""What is promised, as numbers, and how the kept figures stand to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.plot import short
from bench.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One line: the worst of some figures of one part against a bound."""

    topic: str
    says: str
    part: str
    kind: str
    """Figures whose names are this, or begin with this and a colon."""
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""
    reason: str = ""
    """The page of docs/decisions that says why it is not met, where it is not."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a promise stands."""

    promise: Promise
    worst: float | None
    """`None`: not measured."""
    where: str
    """Which of the figures is the worst; empty where there is but one."""
    usual: bool = True
    """Whether the part ran as `make bench` runs it, and not for less long or with less."""

    @property
    def met(self) -> bool:
        """Whether the bound is kept; of what was not measured it is not said."""
        low, high = self.promise.at_least, self.promise.at_most
        return self.worst is not None and (
            (low is None or self.worst >= low) and (high is None or self.worst <= high)
        )

    @property
    def figure(self) -> str:
        """For the table."""
        if self.worst is None:
            return "-"
        said = f"{short(self.worst)}{self.promise.unit}"
        return f"{said} ({self.where})" if self.where else said

    @property
    def word(self) -> str:
        """For the table."""
        if self.worst is None:
            return "not measured"
        if not self.usual:
            return f"{'met' if self.met else 'not met'}, in a run that is not of the usual size"
        if self.met:
            return "met"
        why = f", [why](../docs/decisions/{self.promise.reason})" if self.promise.reason else ""
        return f"**not met**{why}"


PROMISES = (
    Promise(
        topic="reading",
        says="a warm page, its 304 and the counts of 20 pages: of a bare ASGI app's requests/s",
        part="reading",
        kind="of bare ASGI",
        at_least=0.8,
        reason="0043-what-a-ready-answer-costs.md",
    ),
    Promise(
        topic="cold",
        says="the first read after a write: of one indexed SELECT and its JSON",
        part="cold",
        kind="of a SELECT",
        at_least=0.8,
        reason="0037-a-cold-page-is-one-query.md",
    ),
    Promise(
        topic="growth",
        says="p50 with 1 million comments, or in a thread of 10 thousand: times that with 1 thousand",
        part="growth",
        kind="grows",
        at_most=1.2,
        reason="0042-plans-that-postgresql-keeps.md",
    ),
    Promise(
        topic="writing",
        says="durable comments/s: times Isso's",
        part="writing",
        kind="of Isso",
        at_least=5,
        reason="0038-a-comment-is-stored-in-one-go.md",
    ),
    Promise(
        topic="writing",
        says="writes that were refused or broke off",
        part="writing",
        kind="refused",
        at_most=0,
    ),
    Promise(
        topic="fsyncs",
        says="fsyncs a comment, alone",
        part="writing",
        kind="fsyncs alone",
        at_most=1,
        reason="0038-a-comment-is-stored-in-one-go.md",
    ),
    Promise(
        topic="fsyncs",
        says="fsyncs a comment, at 32 writers",
        part="writing",
        kind="fsyncs at 32",
        at_most=0.1,
    ),
    Promise(
        topic="contention",
        says="readers' p99 while 32 writers write: times that when nobody does",
        part="contention",
        kind="p99",
        at_most=3,
        reason="0041-writers-take-turns.md",
    ),
    Promise(
        topic="streams",
        says="10 thousand streams on one process: the last hears of a comment within",
        part="streams",
        kind="last heard",
        at_most=1,
        unit=" s",
    ),
    Promise(
        topic="cluster",
        says="acknowledged writes lost, among kills, cuts and restarts",
        part="cluster",
        kind="lost",
        at_most=0,
    ),
    Promise(
        topic="cluster",
        says="writes that were sent again and are there twice",
        part="cluster",
        kind="twice",
        at_most=0,
    ),
    Promise(
        topic="cluster",
        says="acknowledged writes that a process could not read within a second",
        part="cluster",
        kind="late",
        at_most=0,
    ),
    Promise(
        topic="cluster",
        says="PostgreSQL away: the slowest refusal of a request",
        part="cluster",
        kind="slowest refusal",
        at_most=3,
        unit=" s",
    ),
    Promise(
        topic="cluster",
        says="PostgreSQL back: until it is used again",
        part="cluster",
        kind="slowest return",
        at_most=2,
        unit=" s",
    ),
    Promise(
        topic="soak",
        says="things that kept growing: memory, descriptors, threads, WAL",
        part="soak",
        kind="not flat",
        at_most=0,
    ),
    Promise(
        topic="soak",
        says="requests that failed in half an hour of everything at once",
        part="soak",
        kind="errors",
        at_most=0,
    ),
    Promise(
        topic="widget",
        says="script that reads, styles included, brotli",
        part="widget",
        kind="KB to read",
        at_most=12,
        unit=" KB",
    ),
    Promise(
        topic="widget",
        says="script that reads and writes, styles included, brotli",
        part="widget",
        kind="KB to read and write",
        at_most=12,
        unit=" KB",
        reason="0008-the-widget-is-two-files.md",
    ),
    Promise(
        topic="widget",
        says="requests to the first comment",
        part="widget",
        kind="requests",
        at_most=2,
    ),
    Promise(
        topic="widget",
        says="first comment visible: times the smallest script that shows the same",
        part="widget",
        kind="first of minimal",
        at_most=1.15,
        reason="0044-the-first-comment-on-a-slow-net.md",
    ),
    Promise(
        topic="widget",
        says="script time: times that script's",
        part="widget",
        kind="script of minimal",
        at_most=1.5,
        reason="0034-script-time-and-what-is-drawn.md",
    ),
    Promise(
        topic="widget",
        says="blocking time beyond that script's",
        part="widget",
        kind="blocking beyond minimal",
        at_most=0,
        unit=" ms",
        reason="0044-the-first-comment-on-a-slow-net.md",
    ),
    Promise(
        topic="widget",
        says="longest task at normal CPU",
        part="widget",
        kind="longest task",
        at_most=50,
        unit=" ms",
    ),
    Promise(topic="widget", says="layout shift", part="widget", kind="shift", at_most=0),
    Promise(
        topic="filter",
        says="mean recall of spam at 2 % false positives",
        part="filter",
        kind="recall",
        at_least=0.92,
        reason="0013-what-the-filter-learns-from.md",
    ),
    Promise(
        topic="filter",
        says="the same after 50 decisions",
        part="filter",
        kind="recall after 50",
        at_least=0.8,
        reason="0013-what-the-filter-learns-from.md",
    ),
    Promise(
        topic="import",
        says="comments of peers' exports that neither arrive nor are accounted for",
        part="formats",
        kind="unexplained",
        at_most=0,
    ),
    *(
        Promise(
            topic="import",
            says=f"comments of a running {name} that did not arrive",
            part=f"peer-{name.lower()}",
            kind="missing",
            at_most=0,
        )
        for name in ("Isso", "Waline")
    ),
    Promise(
        topic="import",
        says="comments missing after an import that was killed and went on",
        part="import",
        kind="missing",
        at_most=0,
    ),
)


def judge(promise: Promise, kept: Mapping[str, Result]) -> Verdict:
    """Look for the worst figure that the promise is about."""
    result = kept.get(promise.part)
    told = result.measured.figures if result else {}
    about = {
        name.partition(": ")[2]: value
        for name, value in told.items()
        if name == promise.kind or name.startswith(f"{promise.kind}: ")
    }
    if not about:
        return Verdict(promise, None, "")
    pick = min if promise.at_least is not None else max
    where = pick(about, key=lambda name: about[name])
    usual = result is not None and result.command == f"python -m bench {promise.part}"
    return Verdict(promise, about[where], where if len(set(about.values())) > 1 else "", usual)
