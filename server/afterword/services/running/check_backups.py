"""Whether the backups that the server makes by itself are there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from afterword.core.dates import minute_text
from afterword.core.finding import Finding
from afterword.services.backups.regular_backups import HOUR, last_backup, last_failure

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.settings import Settings

GRACE = HOUR
"""How much longer than twice the interval the last one may be ago."""


def check_backups(settings: Settings, now: int) -> list[Finding]:
    """How old the last whole one is, and why there is no newer one; nothing where none are asked for."""
    folder = settings.backup_dir
    if folder is None:
        return []
    found = _check_failure(settings, folder)
    last = last_backup(folder)
    if last is None:
        text = f"There is no backup in {folder} yet."
        fix = "The server makes one within a few minutes; or make one by hand."
        return [*found, Finding("no_backup", "warning", text, fix, f"afterword backup {folder}")]
    file, at = last
    age = f"from {minute_text(at)} ({_ago(now - at)})"
    if now - at > 2 * settings.backup_every * HOUR + GRACE:
        text = f"The last backup is {age}."
        fix = "The server makes them while it runs: look into its log, or make one by hand."
        return [*found, Finding("backup_late", "error", text, fix, f"afterword backup {folder}")]
    text = f"The last whole backup is {age}."
    fix = "Prove it now and then, best where its copy is kept."
    return [*found, Finding("backup", "note", text, fix, f"afterword restore --check {file}")]


def _check_failure(settings: Settings, folder: Path) -> list[Finding]:
    failure = last_failure(settings.data)
    if failure is not None:
        text = f"The backup of {minute_text(failure.at)} failed: {failure.why}"
        fix = "Put that right; it is tried again within the hour."
        return [Finding("backup_failed", "error", text, fix, f"afterword backup {folder}")]
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        text = f"{folder} cannot be written, so that no backup can be made there."
        fix = "Let the account that the server runs as write there."
        return [Finding("backup_folder", "error", text, fix, f"ls -ld {folder}")]
    return []


def _ago(milliseconds: int) -> str:
    minutes = max(0, milliseconds) // 60_000
    for unit, size in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        count = minutes // size
        if count:
            return f"{count:,} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
