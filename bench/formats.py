"""Every format that is read: comments in a file, counted apart, and what became of each."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.part import Part
from tests.support.samples import SAMPLES

_ONE_COMMENT = {
    "afterword": rb'"type":\s*"comment"',
    "artrans": rb'"content":',
    "blogger": rb"kind#comment|<blogger:type>COMMENT<",
    "comentario": rb'"markdown":',
    "commento": rb'"markdown":',
    "csv": rb"\n(?=.)",
    "disqus": rb"<post[ >]",
    "giscus": rb'"upvoteCount":',
    "isso-json": rb'"text":',
    "remark42": rb'"pid":',
    "twikoo": rb'"comment":',
    "valine": rb'"comment":',
    "waline": rb'"comment":',
    "wordpress": rb"<wp:comment>",
}
"""What stands once in a file for each comment; nothing that the import itself reads with."""
_ROWS = "SELECT count(*) FROM comments"
_ELSEWHERE = re.compile(r"A page on (\S+), which is not of this site")
_HOME = "https://blog.example.org"


def measure(folder: Path, _: float) -> Part:
    """The table: what the tests make of each format, and the corpora where `AFTERWORD_CORPORA` points."""
    rows = [_row(folder / f"{file.name}.data", file) for file in _files(folder)]
    lines = [
        "## Formats: what is in a file, and what arrives\n",
        "| format | file | comments in it | arrived | by state | did not come, and why |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return Part("\n".join(lines) + "\n", _figures(rows))


def _figures(rows: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """How many comments of each file did not come, where nothing is said of why."""
    return {
        f"unexplained: {file}": 0 if why else max(0, int(there or 0) - int(arrived))
        for _, file, there, arrived, _, why in rows
    }


def _files(folder: Path) -> Iterator[Path]:
    for name, sample in SAMPLES.items():
        path = folder / f"{name} (made)"
        path.write_bytes(sample.written)
        yield path
    if corpora := os.environ.get("AFTERWORD_CORPORA"):
        yield from sorted(Path(corpora, "import").iterdir())


def _row(data: Path, file: Path) -> tuple[str, ...]:
    """A dry run names the hosts that the file is from; the site gets them, and the import begins."""
    environ = {**os.environ, "AFTERWORD_DATA": str(data)}
    _run(environ, "site", "add", "blog", "--origin", _HOME)
    looked, refusal = _import(environ, file, "--dry-run")
    if looked is None:
        return "?", file.name, "", "0", "", refusal
    hosts = {found[1] for note in looked["skipped"] if (found := _ELSEWHERE.match(note["reason"]))}
    origins = (part for host in [_HOME, *sorted(hosts)] for part in ("--origin", host))
    _run(environ, "site", "edit", "blog", *origins)
    report, _ = _import(environ, file)
    assert report is not None, "it was read a moment ago"
    states = ", ".join(f"{count} {status}" for status, count in report["comments"].items())
    reasons = "; ".join(f"{note['count']} × {note['reason']}" for note in report["skipped"])
    arrived = report["imported"]["comments"]
    assert arrived == _written(environ), "an export has what the report says"
    return report["format"], file.name, _count(file), f"{arrived}", states, reasons


def _written(environ: dict[str, str]) -> int:
    lines = _run(environ, "export", "--site", "blog", "--private").stdout.splitlines()
    return sum(json.loads(line).get("type") == "comment" for line in lines)


def _count(file: Path) -> str:
    content = file.read_bytes()
    if content.startswith(b"SQLite format 3"):
        with sqlite3.connect(file) as db:
            return str(db.execute(_ROWS).fetchone()[0])
    name = file.name.removesuffix(" (made)")
    others = {sign for kind, sign in _ONE_COMMENT.items() if kind != "csv"}
    signs = {_ONE_COMMENT[name]} if name in _ONE_COMMENT else others
    return str(max(len(re.findall(sign, content)) for sign in signs))


def _import(environ: dict[str, str], file: Path, *more: str) -> tuple[dict[str, Any] | None, str]:
    done = _run(environ, "import", str(file), "--site", "blog", "--json", *more)
    return (json.loads(done.stdout), "") if done.returncode == 0 else (None, done.stderr.strip())


def _run(environ: dict[str, str], *typed: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "afterword", *typed)
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
