"""What a peer shows, beside what came of its export, comment by comment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from afterword.core.tree import walk

ORIGIN = "https://blog.example.org"


@dataclass(frozen=True, slots=True)
class Seen:
    """One comment as people see it."""

    page: str
    """Its path."""
    name: str
    words: str
    """Its text without markup and white space."""
    at: int
    """Seconds since 1970."""
    answers: str
    """The name and words of what it answers; empty where it begins a thread."""
    state: str
    up: int
    pinned: bool
    email: str
    website: str
    down: int = 0
    edited: int = 0
    """Seconds since 1970; 0 for never."""


def unspaced(text: str) -> str:
    """The text without white space, for where there is some depends on who shows it."""
    return "".join(text.split())


def came(folder: Path, file: Path, site: str) -> tuple[str, list[Seen]]:
    """What the report of a dry run says, and the comments that a real import brings."""
    environ = {**os.environ, "AFTERWORD_DATA": str(folder / "data")}
    _run(environ, "site", "add", site, "--origin", ORIGIN)
    said = _run(environ, "import", str(file), "--site", site, "--dry-run")
    _run(environ, "import", str(file), "--site", site)
    again = _run(environ, "import", str(file), "--site", site)
    out = folder / "out.jsonl"
    _run(environ, "export", "--site", site, "--private", str(out))
    return f"{said}\nThe same once more:\n\n{again}", _read(out)


def figures(expected: Sequence[Seen], found: Sequence[Seen]) -> dict[str, float]:
    """How many of the comments there did not come, and how many are not here as they were seen there."""
    return {
        "missing": max(0, len(expected) - len(found)),
        "different": (Counter(expected) - Counter(found)).total(),
    }


def table(expected: Sequence[Seen], found: Sequence[Seen], said: str) -> str:
    """How many are the same, what differs, and the report."""
    left = list(found)
    lines = []
    same = 0
    for one in expected:
        if one in left:
            left.remove(one)
            same += 1
            continue
        near = next((each for each in left if (each.name, each.at) == (one.name, one.at)), None)
        if near is None:
            lines.append(f"- missing: {one}")
        else:
            left.remove(near)
            lines += [
                f"- {one.name}, {one.words[:30]!r}: {each.name} is {getattr(near, each.name)!r},"
                f" not {getattr(one, each.name)!r}"
                for each in fields(Seen)
                if getattr(near, each.name) != getattr(one, each.name)
            ]
    lines += [f"- more than there was: {each}" for each in left]
    head = f"{len(expected)} comments there, {len(found)} came, {same} the same in all of it."
    return "\n".join([head, *lines, "", "```", said.strip(), "```"]) + "\n"


def _read(out: Path) -> list[Seen]:
    pages: dict[str, str] = {}
    rows: dict[str, dict[str, object]] = {}
    for line in out.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("type") == "page":
            pages[row["ref"]] = row["url"].removeprefix(ORIGIN)
        elif row.get("type") == "comment":
            rows[row["ref"]] = row
    words = {ref: _words(row.get("tree", [])) for ref, row in rows.items()}
    return [
        Seen(
            page=pages[str(row["page"])],
            name=str(row.get("name", "")),
            words=words[ref],
            at=int(str(row["created_at"])) // 1000,
            answers=_said(rows, words, str(row.get("parent", ""))),
            state=str(row["status"]),
            up=int(str(row.get("up", 0))),
            pinned=bool(row.get("pinned", False)),
            email=str(row.get("email", "")),
            website=str(row.get("website", "")),
            down=int(str(row.get("down", 0))),
            edited=int(str(row.get("edited_at") or 0)) // 1000,
        )
        for ref, row in rows.items()
    ]


def _words(tree: Any) -> str:
    return unspaced("".join(step for step in walk(tree) if isinstance(step, str)))


def _said(rows: dict[str, dict[str, object]], words: dict[str, str], ref: str) -> str:
    return f"{rows[ref].get('name', '')}: {words[ref]}" if ref in rows else ""


def _run(environ: dict[str, str], *typed: str) -> str:
    program = [sys.executable, "-m", "afterword", *typed]
    done = subprocess.run(program, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"afterword {' '.join(typed)}: {done.stdout}{done.stderr}")
    return done.stdout
