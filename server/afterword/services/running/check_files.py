"""What is on the disk: room, modes, the size of the log of SQLite, the files of the widget."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

from afterword.core.finding import Finding, Grave
from afterword.services.built_files import NotBuilt, built

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.settings import Settings

LITTLE = 200 * 2**20
"""Bytes free, below which the next writes may fail."""
LOW = 2 * 2**30
LARGE_WAL = 256 * 2**20
WIDGET = ("embed.js", "writer.js", "json-ld.js")


def check_files(settings: Settings) -> list[Finding]:
    """Everything about files that is not as it should be."""
    found = [*_check_room(settings.data), *_check_modes(settings), *_check_widget()]
    file = settings.database_file
    return found + (_check_log(file) if file is not None else [])


def _check_room(data: Path) -> list[Finding]:
    if not data.is_dir():
        return []
    free = shutil.disk_usage(data).free
    if free >= LOW:
        return []
    text = f"The disk of {data} has {free // 2**20:,} MB left."
    fix = "Make room: when it is full, no comment can be stored."
    grave: Grave = "error" if free < LITTLE else "warning"
    return [Finding("disk", grave, text, fix, f"df -h {data}")]


def _check_modes(settings: Settings) -> list[Finding]:
    if os.name != "posix":
        return []
    database = [settings.database_file] if settings.database_file else []
    found = []
    for file in (settings.data, settings.data / "secret.key", *database):
        if file.exists() and (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
            text = f"Others on this machine may reach {file} (its mode is {mode:o})."
            fix = "Keep it to the account that the server runs as."
            command = f"chmod go= {file}"
            found.append(Finding("mode", "warning", text, fix, command))
    return found


def _check_log(file: Path) -> list[Finding]:
    wal = file.with_name(f"{file.name}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size < LARGE_WAL:
        return []
    text = (
        f"SQLite's log has {size // 2**20:,} MB: something reads for very long, or none tidies up."
    )
    fix = "Restart the server; if it comes back, look for a program that keeps the file open."
    return [Finding("wal", "warning", text, fix, f"ls -l {wal}")]


def _check_widget() -> list[Finding]:
    found = []
    for name in WIDGET:
        try:
            built(name)
        except NotBuilt as missing:
            fix = "Make it, then restart the server."
            found.append(Finding("widget", "error", str(missing), fix, "make build"))
    return found
