"""Finds a Chromium: $CHROMIUM, one of the system, or the one that npm has brought, unpacked once.

`python -m tests.support.chromium` unpacks it ahead of the tests and prints where it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.project import ROOT

PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium"
UNPACKED = ROOT / ".browser"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")

# VERCEL makes the package bring the shared libraries that a bare system lacks; it has to be set
# before the import, and what it unpacks goes to the folder of temporary files.
UNPACK = """
process.env.VERCEL = '1'
const { default: chromium } = await import('@sparticuz/chromium')
await chromium.executablePath()
"""

# The configuration in the package looks for fonts in fixed places that are not ours.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{fonts}/cache</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """No Chromium is installed, and none could be unpacked; the message says what to do."""


@dataclass(frozen=True)
class Chromium:
    """A browser that can be started: its program, and the environment that it needs besides ours."""

    path: Path
    environ: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """The first Chromium that there is. Raises NoBrowser."""
    if named := os.environ.get("CHROMIUM"):
        return _named(Path(named))
    for name in SYSTEM_NAMES:
        if found := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin"):
            return Chromium(Path(found))
    return _from_npm()


def _named(path: Path) -> Chromium:
    if not path.is_file():
        raise NoBrowser(f"CHROMIUM names {path}, and there is no such file")
    return Chromium(path)


def _from_npm() -> Chromium:
    if not (PACKED / "package.json").is_file():
        raise NoBrowser("no Chromium: run `npm ci`, or name one in the variable CHROMIUM")
    folder = UNPACKED / str(json.loads((PACKED / "package.json").read_text())["version"])
    if not folder.is_dir():
        _unpack(folder)
    libraries, fonts = folder / "al2023" / "lib", folder / "fonts"
    environ = {"LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_PATH": str(fonts)}
    return Chromium(folder / "chromium", environ)


def _unpack(folder: Path) -> None:
    """Unpacks beside the final place and renames: a half-unpacked browser is never seen."""
    folder.parent.mkdir(exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="unpacking-", dir=folder.parent))
    command = ["node", "--input-type=module", "--eval", UNPACK]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(beside)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(beside)
        raise NoBrowser(f"the Chromium of npm could not be unpacked: {done.stderr.strip()}")
    beside.chmod(0o755)
    (beside / "fonts" / "fonts.conf").write_text(FONTS.format(fonts=folder / "fonts"))
    with contextlib.suppress(OSError):  # Another process was faster; its folder is as good.
        beside.rename(folder)
    shutil.rmtree(beside, ignore_errors=True)


if __name__ == "__main__":
    try:
        print(f"Chromium for the tests: {find_chromium().path}")
    except NoBrowser as missing:
        print(f"Browser tests will be skipped: {missing}", file=sys.stderr)
