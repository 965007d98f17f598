"""What was promised, and whether what is read keeps it.

An acknowledged comment is in every answer to a question that was asked a second later or more, whichever
server was asked. That is so however busy this machine is: what counts is when a reader began to ask.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

WITHIN = 1.0
"""Seconds after which every server shows what any of them has acknowledged."""
_NUMBER = re.compile(r"Reading number (\d+)\b")


def text_of(number: int) -> str:
    """What the comment says that has this number."""
    return f"Reading number {number}"


def numbers_in(answer: str) -> list[int]:
    """Of the comments in a thread, however it is written."""
    return [int(each) for each in _NUMBER.findall(answer)]


@dataclass
class Checker:
    """Every promise, and each answer that broke one."""

    promised: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    """By page: number of each acknowledged comment, and when that was."""
    late: list[str] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    reads: Counter[str] = field(default_factory=Counter)
    """Answers that were looked at, by what was asked for."""
    largest_delay: float = 0.0
    """Seconds since the oldest promise that an answer did not have yet when it was asked for."""

    def promise(self, page: str, number: int, at: float) -> None:
        """A server has acknowledged it."""
        self.promised[page][number] = at

    def look(self, server: str, what: str, page: str, answer: str, asked: float) -> None:
        """An answer that names comments of a page, asked for at that moment."""
        found = set(numbers_in(answer))
        missing = [each for each, at in self._before(page, asked) if each not in found]
        self._note(server, what, page, missing, asked)

    def count(self, server: str, page: str, count: int, asked: float) -> None:
        """An answer that says how many there are; at least as many as were promised before."""
        promised = self._before(page, asked)
        missing = [number for number, _ in promised[count:]]
        self._note(server, "count", page, missing, asked)

    def settle(self, stored: Iterable[str]) -> None:
        """What is in the database in the end: lost is what is not there, twice what is there again."""
        times = Counter(number for text in stored for number in numbers_in(text))
        for page in self.promised.values():
            self.lost += [number for number in page if not times[number]]
        self.twice += [number for number, found in times.items() if found > 1]

    def _before(self, page: str, asked: float) -> list[tuple[int, float]]:
        """Promises of the page that were made before the question, the oldest first."""
        promised = self.promised[page].items()
        return sorted((each for each in promised if each[1] < asked), key=lambda each: each[1])

    def _note(self, server: str, what: str, page: str, missing: list[int], asked: float) -> None:
        self.reads[what] += 1
        for number in missing:
            delay = asked - self.promised[page][number]
            self.largest_delay = max(self.largest_delay, delay)
            if delay >= WITHIN:
                self.late.append(f"{what} of {page} by {server}: {number} after {delay:.2f} s")
