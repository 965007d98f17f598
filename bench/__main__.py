"""`python -m bench [PART …] [--seconds N]`: measure, print, keep nothing."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from bench import dashboard, formats, importing, reading, spam, telling, widget, writing
from bench.peers import isso, twikoo, waline

_PARTS = {
    "reading": reading.measure,
    "writing": writing.measure,
    "telling": telling.measure,
    "widget": widget.measure,
    "filter": spam.measure,
    "dashboard": dashboard.measure,
    "formats": formats.measure,
}

_IMPORT = "import"
_PEERS = {
    "peer-isso": isso.measure,
    "peer-waline": waline.measure,
    "peer-twikoo": twikoo.measure,
}
"""What has to be installed by hand, each as its module says."""


def main() -> None:
    """Measure the parts that were named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[[], *_PARTS, _IMPORT, *_PEERS], help="default: all but peers"
    )
    parser.add_argument("--seconds", type=float, default=5, help="of each run of wrk")
    parser.add_argument("--comments", type=int, default=100_000, help="of an import")
    parser.add_argument(
        "--engine", choices=("sqlite", "postgres"), default="sqlite", help="of an import"
    )
    asked = parser.parse_args()
    print(f"# Afterword {version('afterword')}, side by side in one run\n")
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, ")
    names = ("starlette", "uvicorn", "aiosqlite", "databases")
    print(", ".join(f"{name} {version(name)}" for name in names))
    print("Servers, client and browser share the cores: only ratios within a table mean much.\n")
    for part in asked.parts or (*_PARTS, _IMPORT):
        with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
            if part == _IMPORT:
                found = importing.measure(Path(folder), asked.comments, asked.engine)
            else:
                found = (_PARTS | _PEERS)[part](Path(folder), asked.seconds)
            print(found, flush=True)


if __name__ == "__main__":
    main()
