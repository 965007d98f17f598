"""What can be counted and measured, and the two forms in which Prometheus reads it.

The text format 0.0.4, and OpenMetrics 1.0.0 for those who ask for it. By hand, in place of a library:
docs/decisions has why.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]

WORKER = "worker"
"""Label of what is one process's own, where several serve together."""


@dataclass(frozen=True, slots=True)
class Family:
    """Samples that mean the same and differ in their labels."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    of_all: bool = False
    """Whether it is asked of the database, and so the same whichever process answers."""


class Distribution(msgspec.Struct, frozen=True):
    """What a histogram has seen: numbers in each bucket, the last without a bound."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float


class Sample(msgspec.Struct, frozen=True):
    """One value of a family; `labels` are in the order in which the family names them."""

    name: str
    value: float | Distribution
    labels: tuple[str, ...] = ()
    worker: str = ""


class Histogram:
    """Counts values by how large they are; to note one takes less than a microsecond."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds` rise; a value that is equal to one is counted there."""
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.sum = 0.0

    def note(self, value: float) -> None:
        """Counts one."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def add(self, other: Histogram) -> None:
        """Counts all that another one with the same bounds has counted."""
        self.counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]
        self.sum += other.sum

    @property
    def total(self) -> int:
        """How many values there were."""
        return sum(self.counts)

    def seen(self) -> Distribution:
        """What it has counted until now."""
        return Distribution(self.bounds, tuple(self.counts), self.sum)


def exposition(families: Sequence[Family], samples: Iterable[Sample], *, open_form: bool) -> str:
    """The samples as Prometheus reads them, in the order of the families; one of no family is left out."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    lines = [
        line
        for family in families
        if family.name in by_name
        for line in _lines_of(family, by_name[family.name], open_form)
    ]
    return "\n".join([*lines, "# EOF"] if open_form else lines) + "\n"


def _lines_of(family: Family, samples: list[Sample], open_form: bool) -> Iterator[str]:
    # A counter's samples end in _total in both forms; its name does so only in the older one.
    name = family.name.removesuffix("_total") if open_form else family.name
    quoted = family.help.replace("\\", r"\\").replace("\n", r"\n")
    yield f"# HELP {name} {quoted.replace(chr(34), chr(92) + chr(34)) if open_form else quoted}"
    yield f"# TYPE {name} {family.kind}"
    for sample in samples:
        labels = list(zip(family.labels, sample.labels, strict=True))
        if sample.worker:
            labels.append((WORKER, sample.worker))
        if isinstance(sample.value, Distribution):
            yield from _buckets(family.name, labels, sample.value)
        else:
            yield f"{family.name}{_braces(labels)} {_number(sample.value)}"


def _buckets(name: str, labels: list[tuple[str, str]], seen: Distribution) -> Iterator[str]:
    bounds = [*(repr(float(bound)) for bound in seen.bounds), "+Inf"]
    below = list(accumulate(seen.counts))
    for bound, count in zip(bounds, below, strict=True):
        yield f"{name}_bucket{_braces([*labels, ('le', bound)])} {count}"
    yield f"{name}_sum{_braces(labels)} {_number(seen.sum)}"
    yield f"{name}_count{_braces(labels)} {below[-1]}"


def _braces(labels: list[tuple[str, str]]) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
