"""Builds of the widget that this server has once served, so that an upgrade breaks nobody's page.

A page may name an older build for ever, and a browser may hold last week's `embed.js`, which fetches the
writer's file of its own build.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

from afterword.web.widget_files import Script, script_of

MOST = 40
"""Files; those are kept that were served by the latest builds."""

log = logging.getLogger(__name__)

_NAME = re.compile(r"\d+\.\d+\.\d+[a-z0-9.]*-([0-9a-f]{8})\.js", re.ASCII)


class KeptScripts:
    """A folder of scripts, each under the name that it was served at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Script] = {}

    def keep(self, scripts: Iterable[Script]) -> None:
        """Adds what is served now, and drops the oldest; where that fails, it is logged and no more."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for script in scripts:
                self._write(script)
            for file in self._oldest_first()[:-MOST]:
                file.unlink(missing_ok=True)
        except OSError as error:
            log.warning(
                "Builds of the widget cannot be kept in %s: %s", self._folder, error.strerror
            )

    def read(self, name: str) -> Script | None:
        """The script of that name, if it is there and is what its name says; reads a file at first."""
        if name not in self._read and (match := _NAME.fullmatch(name)):
            try:
                content = (self._folder / name).read_bytes()
            except OSError:
                return None
            if hashlib.sha256(content).hexdigest().startswith(match[1]):
                self._read[name] = script_of(content, name)
        return self._read.get(name)

    def _write(self, script: Script) -> None:
        file = self._folder / script.name
        if not file.is_file() or file.read_bytes() != script.identity:
            # Whole or not at all, whoever else starts at this moment.
            draft = file.with_suffix(f".{os.getpid()}")
            draft.write_bytes(script.identity)
            draft.chmod(0o644)
            draft.replace(file)
        os.utime(file)

    def _oldest_first(self) -> list[Path]:
        named = [file for file in self._folder.iterdir() if _NAME.fullmatch(file.name)]
        return sorted(named, key=lambda file: (file.stat().st_mtime_ns, file.name))
