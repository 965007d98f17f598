"""`pg_dump` and `pg_restore`, where they are installed: the file that every tool of PostgreSQL reads.

Passwords go by the environment, never on a command line, which every user of the machine can read.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import URL, make_url

from afterword.storage import migrate, sqlite_rows
from afterword.storage.failures import NotWhole
from afterword.storage.sqlite_rows import Stop
from afterword.storage.table_rows import BATCH, Kind, Row, Table

_COPY = re.compile(rb"COPY (?:\S+\.)?\"?(\w+)\"? \((.*)\) FROM stdin;\n")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_MEANT = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class ToolFailed(Exception):
    """A tool is missing, too old, or did not do its work; the message says which and why."""


async def usable_dump(server: int) -> str:
    """The path of a `pg_dump` that can read a server of this major version; else ToolFailed."""
    tool = shutil.which("pg_dump")
    if tool is None or shutil.which("pg_restore") is None:
        raise ToolFailed("pg_dump and pg_restore are not installed here")
    said = (await _run([tool, "--version"], {})).decode()
    found = re.search(r"(\d+)(?:\.\d+)*", said)
    version = int(found[1]) if found else 0
    if version < server:
        raise ToolFailed(f"pg_dump is of version {version}, and the server of version {server}")
    return tool


async def dump(tool: str, url: str, to: Path, moment: tuple[str, str]) -> None:
    """Write a dump of one moment of PostgreSQL, in the custom format; ToolFailed with what the tool said."""
    snapshot, schema = moment
    command = [tool, "--format=custom", "--no-owner", "--no-privileges", "--encoding=UTF8"]
    command += [f"--snapshot={snapshot}", f"--schema={schema}", f"--file={to}"]
    place, secrets = without_password(url)
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    await _run([*command, f"--dbname={place}"], secrets)
    await asyncio.to_thread(sqlite_rows.sync, to)


def without_password(url: str) -> tuple[str, Mapping[str, str]]:
    """The address as libpq reads it, and the password for the environment."""
    url_parts = make_url(url)
    secrets = {"PGPASSWORD": str(url_parts.password)} if url_parts.password else {}
    place = URL.create(
        "postgresql",
        url_parts.username,
        host=url_parts.host,
        port=url_parts.port,
        database=url_parts.database,
        query=url_parts.query,
    )
    return place.render_as_string(), secrets


def counts(path: Path, stop: Stop) -> dict[str, int]:
    """How many rows a dump has of each table, read to its end; NotWhole where it cannot be."""
    found: dict[str, int] = {}
    for table, rows in _blocks(path, stop):
        found[table] = sum(1 for _ in rows)
    return found


def load(path: Path, to: Path, revision: str, last_ids: Mapping[str, int], stop: Stop) -> None:
    """Everything of a dump into a new SQLite file with the schema of this revision."""
    migrate.bring_file_up(to, to=revision)
    with sqlite_rows.filling(to) as file:
        tables = {table.name: table for table in sqlite_rows.tables(file)}
        for name, lines in _blocks(path, stop):
            for batch in _batches(tables[name], lines) if name in tables else ():
                sqlite_rows.fill(file, tables[name], batch)
        sqlite_rows.set_last_ids(file, last_ids)


async def _run(command: list[str], secrets: Mapping[str, str]) -> bytes:
    """What a tool says; it ends with whoever waits for it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **secrets},
    )
    try:
        out, wrong = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        said = wrong.decode(errors="replace").strip().splitlines()
        raise ToolFailed(said[-1] if said else f"{command[0]} ended with {process.returncode}")
    return out


@contextmanager
def _script(path: Path) -> Iterator[IO[bytes]]:
    """The dump as text, as pg_restore writes it."""
    tool = shutil.which("pg_restore")
    if tool is None:
        raise NotWhole("The backup is a dump of PostgreSQL, and pg_restore is not installed here.")
    command = [tool, "--data-only", "--file=-", str(path)]
    process = subprocess.Popen(  # noqa: S603 - a tool of the system, and a file of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    with process:
        try:
            yield process.stdout
            process.stdout.read()
        except BaseException:
            process.kill()
            raise
        wrong = process.stderr.read() if process.stderr is not None else b""
    if process.returncode:
        said = wrong.decode(errors="replace").strip().splitlines()
        raise NotWhole(
            f"pg_restore cannot read the dump: {said[-1] if said else 'it says nothing'}"
        )


def _blocks(path: Path, stop: Stop) -> Iterator[tuple[str, Iterator[tuple[list[str], bytes]]]]:
    """Each table with its rows as lines, and the order of their columns."""
    with _script(path) as script:
        for line in script:
            if match := _COPY.fullmatch(line):
                columns = [each.strip().strip('"') for each in match[2].decode().split(",")]
                rows = _lines(script, columns, stop)
                yield match[1].decode(), rows
                for _ in rows:
                    pass


def _lines(script: IO[bytes], columns: list[str], stop: Stop) -> Iterator[tuple[list[str], bytes]]:
    for line in script:
        if line == b"\\.\n":
            return
        if stop():
            raise NotWhole("It was interrupted.")
        yield columns, line[:-1]
    raise NotWhole("The dump ends in the middle of a table.")


def _batches(table: Table, lines: Iterator[tuple[list[str], bytes]]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for columns, line in lines:
        values = dict(zip(columns, line.split(b"\t"), strict=True))
        row = (
            _value(values[name], kind)
            for name, kind in zip(table.columns, table.kinds, strict=True)
        )
        batch.append(tuple(row))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _value(text: bytes, kind: Kind) -> Any:
    """What a field of COPY means."""
    if text == b"\\N":
        return None
    if kind == "number":
        return int(text)
    if kind == "fraction":
        return float(text)
    return _ESCAPED.sub(lambda match: _MEANT.get(match[1], match[1]), text).decode()
