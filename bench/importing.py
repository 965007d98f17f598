"""An export of Disqus with many comments: how long it takes to come in, and how much memory."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.part import Bars, Part
from tests.support.postgres import own_postgres

ORIGIN = "https://blog.example.org"
OTHER = "https://other.example.org"
_START = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com"'
    ' xmlns:dsq="http://disqus.com/disqus-internals">\n'
)
_BODIES = (
    "<p>{words}</p>",
    "<p>{words}.</p><p>Isn't it &quot;odd&quot;? 50% of it &amp; more :)</p>",
    "<p>{words}<br>{words}</p>",
    '<p>{words}</p><p>See <a href="https://example.org/{n}">number {n}</a>, it is <b>bold</b>.</p>',
    '<p>{words} <a href="http://disq.us/url?url=http%3A%2F%2Fa.example%2F{n}">http://a.example/{n}</a></p>',
    "<p><i>{words}</i></p><blockquote>{words}</blockquote><p>snake_case and 2 * 2</p>",
)
_WORDS = re.findall(
    r"\w+", "the step in upstream readings went away when somebody cleaned a float and rain came"
)

_COUNTED = "a dry run of that, which counts"


@dataclass(frozen=True, slots=True)
class Run:
    """One command."""

    seconds: float
    processor: float
    megabytes: float
    said: str


def measure(folder: Path, comments: int, engines: Sequence[str]) -> Part:
    """What a dry run, an import, a second one, and one that is killed and goes on take."""
    file = folder / "disqus.xml"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(_lines(comments))
    runs = {engine: _runs(folder / engine, file, comments, engine) for engine in engines}
    size = file.stat().st_size / 1e6
    tables = [_table(each, comments, engine, size) for engine, each in runs.items()]
    figures = {
        f"missing: {engine}": float(comments - _here(each[_COUNTED]))
        for engine, each in runs.items()
    }
    figures |= {
        f"comments/s: {engine}, {name}": comments / run.seconds
        for engine, each in runs.items()
        for name, run in each.items()
    }
    return Part("\n".join(tables), figures, [_plot(runs, comments)])


def _here(counted: Run) -> int:
    found = re.search(r"([\d,]+) are here already", counted.said)
    return int(found[1].replace(",", "")) if found else 0


def _plot(runs: Mapping[str, Mapping[str, Run]], comments: int) -> Bars:
    names = ("dry run", "import", "the same once more", "export")
    return Bars(
        name="import",
        title=f"An export of Disqus with {comments:,} comments",
        unit="comments/s",
        groups=list(names),
        series={
            engine: [comments / each[name].seconds for name in names]
            for engine, each in runs.items()
        },
    )


def _runs(folder: Path, file: Path, comments: int, engine: str) -> dict[str, Run]:
    folder.mkdir()
    with _url(engine) as url:
        environ = {**os.environ, "AFTERWORD_DATA": str(folder / "data"), **url}
        _run(environ, "site", "add", "blog", "--origin", ORIGIN)
        _run(environ, "site", "add", "other", "--origin", OTHER)
        typed = ("import", str(file), "--site", "blog")
        runs = {
            "dry run": _run(environ, *typed, "--dry-run"),
            "import": _run(environ, *typed),
            "the same once more": _run(environ, *typed),
        }
        half = 0.75 * runs["import"].seconds
        other = (*typed[:-1], "other", "--map", f"{ORIGIN}/*={OTHER}/*")
        runs["another, killed on the way"] = _run(environ, *other, killed_after=half)
        runs["the same, which goes on"] = _run(environ, *other)
        runs[_COUNTED] = _run(environ, *other, "--dry-run")
        out_file = str(folder / "out.jsonl")
        runs["export"] = _run(environ, "export", "--site", "blog", "--private", out_file)
    return runs


def _table(runs: Mapping[str, Run], comments: int, engine: str, size: float) -> str:
    file = f"{comments:,} comments of Disqus on {_pages(comments):,} pages, {size:.0f} MB"
    lines = [
        f"## Import: {file}, {engine}\n",
        "| | seconds | of the processor | comments a second | peak memory |",
        "|---|---|---|---|---|",
    ]
    for name, run in runs.items():
        rate = comments / run.seconds
        numbers = f"{run.seconds:.1f} | {run.processor:.1f} | {rate:,.0f} | {run.megabytes:.0f} MB"
        lines.append(f"| {name} | {numbers} |")
    return "\n".join(lines) + "\n"


@contextmanager
def _url(engine: str) -> Iterator[dict[str, str]]:
    """What the environment says of the database."""
    if engine == "sqlite":
        yield {}
        return
    with own_postgres() as server:
        yield {"AFTERWORD_DATABASE_URL": server.get_uri()}


def _run(environ: dict[str, str], *typed: str, killed_after: float | None = None) -> Run:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "afterword", *typed], env=environ, stdout=subprocess.PIPE, text=True
    )
    if killed_after is not None:
        time.sleep(killed_after)
        # Not by `process.kill()`, which would take the end of a quick one before `wait4` does.
        os.kill(process.pid, signal.SIGKILL)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and killed_after is None:
        raise RuntimeError(f"afterword {' '.join(typed)} ended with {process.returncode}.")
    spent = used.ru_utime + used.ru_stime
    return Run(time.monotonic() - began, spent, used.ru_maxrss / 1024, said)


def _pages(comments: int) -> int:
    return max(1, comments // 50)


def _lines(comments: int) -> Iterator[str]:
    """Threads first and comments in time, as Disqus writes them; half of them answer an earlier one."""
    chance, pages = random.Random(6), _pages(comments)
    yield _START
    for n in range(1, pages + 1):
        yield (
            f'<thread dsq:id="{n}"><id/><link>{ORIGIN}/{n}</link><title>Page {n}</title>'
            "<createdAt>2015-01-01T00:00:00Z</createdAt><isClosed>false</isClosed></thread>\n"
        )
    for n in range(1, comments + 1):
        parent = n - pages if n > pages and chance.random() < 0.5 else 0
        yield _post(n, 1 + (n - 1) % pages, parent, chance)
    yield "</disqus>\n"


def _post(n: int, page: int, parent: int, chance: random.Random) -> str:
    words = " ".join(chance.choices(_WORDS, k=chance.randrange(8, 80)))
    body = chance.choice(_BODIES).format(words=words, n=n)
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_420_070_400 + 60 * n))
    answers = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{n}"><id/><message><![CDATA[{body}]]></message><createdAt>{at}</createdAt>'
        "<isDeleted>false</isDeleted><isSpam>false</isSpam><author>"
        f"<email>reader{n % 5000}@example.org</email><name>Reader {n % 5000}</name></author>"
        f'<thread dsq:id="{page}"/>{answers}</post>\n'
    )
