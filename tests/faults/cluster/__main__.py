"""Runs it, in a network and with processes of its own where root allows, and prints JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.cluster.rig import run

APART = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
# The first process has to bury those whose parents are gone.
FIRST = ["sh", "-c", '"$@"; exit $?', "sh"]


def main() -> None:
    """Print what was counted."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.cluster", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.apart and _may_be_apart():
        command = [
            *APART,
            *FIRST,
            sys.executable,
            "-m",
            "tests.faults.cluster",
            *sys.argv[1:],
            "--apart",
        ]
        raise SystemExit(subprocess.run(command, check=False).returncode)
    with tempfile.TemporaryDirectory(prefix="afterword-cluster-") as folder:
        found = asyncio.run(run(Path(folder), asked.seconds, asked.seed, apart=asked.apart))
    print(json.dumps(found))


def _may_be_apart() -> bool:
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "nsenter", "ip", "setpriv"))):
        return False
    tried = subprocess.run([*APART, "ip", "link", "add", "type", "bridge"], capture_output=True)
    return tried.returncode == 0


if __name__ == "__main__":
    main()
