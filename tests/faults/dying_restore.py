"""Restores a backup over copies of one installation, and dies at each change of names in turn.

`python dying_restore.py BACKUP INSTALLATION OUT`: copy N is in OUT/N as the death left it, and in OUT/N-again
as the same command left it after that. The first that did not die ends it; how many died is printed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from afterword.cli import backup as _loaded_once  # noqa: F401
from afterword.cli.main import commands

DIED = 9


def main(backup: str, installation: Path, out: Path) -> None:
    for number in count():
        data, again = out / str(number), out / f"{number}-again"
        shutil.copytree(installation, data)
        died = _restore(backup, data, dies_at=number) == DIED
        shutil.copytree(data, again)
        if _restore(backup, again, dies_at=None) != 0:
            sys.exit(f"After death {number} the same command fails.")
        if not died:
            print(number)
            return


def _restore(backup: str, data: Path, *, dies_at: int | None) -> int:
    """How a process of its own ends; nothing but what it needs is loaded anew, which is why it is a fork."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    calls = count()

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            # What happens to the installation, not what happens before in a folder apart.
            if str(data) in str(given[-1]) and next(calls) == dies_at:
                os._exit(DIED)
            return real(*given, **named)

        return call

    for name in ("link", "replace", "rename", "unlink"):
        setattr(os, name, dying(getattr(os, name)))
    os.environ["AFTERWORD_DATA"] = str(data)
    try:
        commands(["restore", backup, "--replace", "--yes"], standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - a child never returns
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
