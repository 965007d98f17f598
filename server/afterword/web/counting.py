"""Counts requests: how many, how they were answered, how long that took."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from afterword.core import metric_families as families
from afterword.core.metrics import Histogram, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator


class WebCounts:
    """What this process has counted since it began."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, int], Histogram] = {}
        self.rate_refusals: Counter[str] = Counter()

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts an answer. It runs for every cached read: one look-up, and one step up in a bucket."""
        answers = self._answers.get((route, method, status))
        if answers is None:
            answers = self._answers[route, method, status] = Histogram(families.LATENCY)
        answers.note(seconds)

    def samples(self) -> list[Sample]:
        """Everything that was counted."""
        return [*self._requests(), *self._latencies(), *self._refusals()]

    def _requests(self) -> Iterator[Sample]:
        for (route, method, status), answers in sorted(self._answers.items()):
            labels = (route, method, str(status))
            yield Sample(families.REQUESTS.name, answers.total, labels)

    def _latencies(self) -> Iterator[Sample]:
        together: dict[tuple[str, str], Histogram] = {}
        for (route, method, _), answers in sorted(self._answers.items()):
            whole = together.setdefault((route, method), Histogram(families.LATENCY))
            whole.add(answers)
        for labels, whole in together.items():
            yield Sample(families.REQUEST_SECONDS.name, whole.seen(), labels)

    def _refusals(self) -> Iterator[Sample]:
        for kind, number in sorted(self.rate_refusals.items()):
            yield Sample(families.RATE_REFUSALS.name, number, (kind,))
