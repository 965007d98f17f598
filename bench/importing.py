"""An export of Disqus with many comments: how long it takes to come in, and how much memory."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMENTS = int(os.environ.get("BENCH_IMPORT_COMMENTS", "100000"))
PAGES = max(1, COMMENTS // 250)
ORIGIN = "https://blog.example.org"
_START = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com"'
    ' xmlns:dsq="http://disqus.com/disqus-internals">\n'
)
_WORDS = re.findall(
    r"\w+", "the step in upstream readings went away when somebody cleaned a float and rain came"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One command."""

    seconds: float
    processor: float
    megabytes: float


def measure(folder: Path, _: float) -> str:
    """Seconds and peak memory of a dry run, an import, and a second one."""
    file = folder / "disqus.xml"
    file.write_text("".join(_lines()), "utf-8")
    environ = {**os.environ, "AFTERWORD_DATA": str(folder / "data")}
    _run(environ, "site", "add", "blog", "--origin", ORIGIN)
    typed = ("import", str(file), "--site", "blog")
    runs = {
        "dry run": _run(environ, *typed, "--dry-run"),
        "import": _run(environ, *typed),
        "the same once more": _run(environ, *typed),
        "export": _run(environ, "export", "--site", "blog", "--private", str(folder / "out.jsonl")),
    }
    size = file.stat().st_size / 1e6
    lines = [
        f"## Import: {COMMENTS:,} comments of Disqus on {PAGES:,} pages, {size:.0f} MB\n",
        "| | seconds | of the processor | comments a second | peak memory |",
        "|---|---|---|---|---|",
    ]
    for name, run in runs.items():
        rate = COMMENTS / run.seconds
        numbers = f"{run.seconds:.1f} | {run.processor:.1f} | {rate:,.0f} | {run.megabytes:.0f} MB"
        lines.append(f"| {name} | {numbers} |")
    return "\n".join(lines) + "\n"


def _run(environ: dict[str, str], *typed: str) -> Run:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "afterword", *typed], env=environ, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"afterword {' '.join(typed)} ended with {process.returncode}.")
    spent = used.ru_utime + used.ru_stime
    return Run(time.monotonic() - began, spent, used.ru_maxrss / 1024)


def _lines() -> Iterator[str]:
    """Threads first and comments in time, as Disqus writes them; half of them answer an earlier one."""
    chance = random.Random(6)
    yield _START
    for n in range(1, PAGES + 1):
        yield (
            f'<thread dsq:id="{n}"><id/><link>{ORIGIN}/{n}</link><title>Page {n}</title>'
            "<createdAt>2015-01-01T00:00:00Z</createdAt><isClosed>false</isClosed></thread>\n"
        )
    for n in range(1, COMMENTS + 1):
        parent = n - PAGES if n > PAGES and chance.random() < 0.5 else 0
        yield _post(n, parent, chance)
    yield "</disqus>\n"


def _post(n: int, parent: int, chance: random.Random) -> str:
    words = " ".join(chance.choices(_WORDS, k=chance.randrange(8, 80)))
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_420_070_400 + 60 * n))
    answers = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{n}"><id/><message><![CDATA[<p>{words}</p><p>See <a href="https://example.org/{n}"'
        f' rel="nofollow">number {n}</a>, it is <b>bold</b>.</p>]]></message><createdAt>{at}</createdAt>'
        "<isDeleted>false</isDeleted><isSpam>false</isSpam><author>"
        f"<email>reader{n % 5000}@example.org</email><name>Reader {n % 5000}</name></author>"
        f'<thread dsq:id="{1 + (n - 1) % PAGES}"/>{answers}</post>\n'
    )
