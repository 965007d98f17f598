"""What the system says of this process: Linux only; elsewhere there is less of it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core import metric_families as families
from afterword.core.metrics import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

PROC = Path("/proc")
_STATUS = re.compile(r"^(VmRSS|VmSize|Threads):\s+(\d+)", re.MULTILINE)
_MOST_FILES = re.compile(r"^Max open files\s+(\d+)", re.MULTILINE)
_BOOTED = re.compile(r"^btime (\d+)$", re.MULTILINE)


def process_figures(proc: Path = PROC) -> list[Sample]:
    """Memory, files, threads, processor time; reads a few small files."""
    spent = Sample(families.CPU_SECONDS.name, time.process_time())
    return [spent, *(_of_linux(proc) if (proc / "self" / "stat").exists() else ())]


def _of_linux(proc: Path) -> Iterator[Sample]:
    own = proc / "self"
    status = dict(_STATUS.findall((own / "status").read_text()))
    yield Sample(families.RESIDENT_BYTES.name, 1024 * int(status["VmRSS"]))
    yield Sample(families.VIRTUAL_BYTES.name, 1024 * int(status["VmSize"]))
    yield Sample(families.THREADS.name, int(status["Threads"]))
    if most := _MOST_FILES.search((own / "limits").read_text()):
        yield Sample(families.MOST_FILES.name, int(most[1]))
    yield Sample(families.OPEN_FILES.name, sum(1 for _ in (own / "fd").iterdir()))
    booted = _BOOTED.search((proc / "stat").read_text())
    # Behind the name of the program, which may hold anything, stands the state as the third field.
    fields = (own / "stat").read_text().rpartition(")")[2].split()
    if booted is not None:
        started = int(booted[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK")
        yield Sample(families.STARTED.name, started)
