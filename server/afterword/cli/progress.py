"""How far a long command is, on the standard error: share, rate, time left; quiet without a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Task


class _Rate(ProgressColumn):
    """How many of them a second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        """As rich asks for it."""
        speed = task.finished_speed or task.speed
        if speed is None and task.elapsed:
            speed = task.completed / task.elapsed
        return Text("" if speed is None else f"{speed:,.0f} {self._unit}/s")


@contextmanager
def reading(label: str, size: int) -> Iterator[Callable[[int], None]]:
    """A bar of bytes; what it gives is told how many are done."""
    with _progress(DownloadColumn(), TransferSpeedColumn()) as bar:
        task = bar.add_task(label, total=size)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def counting(label: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """A bar of things; what it gives is told how many more are done."""
    with _progress(MofNCompleteColumn(), _Rate(unit)) as bar:
        task = bar.add_task(label, total=total)
        yield lambda more: bar.advance(task, more)


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """For work of which nobody knows how long it takes."""
    with _live(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()) as bar:
        bar.add_task(label, total=None)
        yield


def _progress(*columns: ProgressColumn) -> Progress:
    ends = (TaskProgressColumn(), *columns, TimeRemainingColumn())
    return _live(TextColumn("{task.description}"), BarColumn(), *ends)


def _live(*columns: ProgressColumn) -> Progress:
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
