"""`python -m bench [PART …]`: measure and print; with --report, keep it and write bench/RESULTS.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from bench import (
    dashboard,
    formats,
    importing,
    reading,
    rendering,
    results,
    spam,
    telling,
    widget,
    writing,
)
from bench.part import Part
from bench.peers import isso, twikoo, waline

_Measure = Callable[[Path, argparse.Namespace], Part | str]

PARTS: dict[str, _Measure] = {
    "reading": lambda folder, asked: reading.measure(folder, asked.seconds),
    "writing": lambda folder, asked: writing.measure(folder, asked.seconds),
    "telling": lambda folder, asked: telling.measure(folder, asked.seconds),
    "widget": lambda folder, asked: widget.measure(folder, asked.seconds),
    "filter": lambda folder, asked: spam.measure(folder, asked.seconds),
    "dashboard": lambda folder, asked: dashboard.measure(folder, asked.seconds),
    "formats": lambda folder, asked: formats.measure(folder, asked.seconds),
    "import": lambda folder, asked: importing.measure(folder, asked.comments, asked.engine),
}
"""All that is measured unless parts are named, in the order of the report."""

OTHERS: dict[str, _Measure] = {
    "peer-isso": lambda folder, asked: isso.measure(folder, asked.seconds),
    "peer-waline": lambda folder, asked: waline.measure(folder, asked.seconds),
    "peer-twikoo": lambda folder, asked: twikoo.measure(folder, asked.seconds),
}
"""What is measured when it is named: what has to be installed by hand, each as its module says."""

_OPTIONS = {"seconds": 5.0, "comments": 100_000, "engine": "sqlite"}
"""By what they are called on the command line, with what they are unless they are given."""


def main() -> None:
    """Measure the parts that were named, or all of them; a part that fails does not end the others."""
    asked = _parser().parse_args()
    failed = []
    names = [] if asked.render else asked.parts or list(PARTS)
    for number, name in enumerate(names, start=1):
        _tell(f"[{number}/{len(names)}] {name}, since {time.strftime('%H:%M:%S')}")
        try:
            _run(name, asked)
        except Exception:  # noqa: BLE001 what hours have measured is not lost for one part
            traceback.print_exc()
            failed.append(name)
    if asked.render or asked.report:
        _tell(f"Written: {rendering.write(results.kept(), PARTS)}")
    if failed:
        raise SystemExit(f"Not measured: {', '.join(failed)}. What stood of them before, stands.")


def _run(name: str, asked: argparse.Namespace) -> None:
    watch = results.Stopwatch(name, _command(name, asked))
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        found = (PARTS | OTHERS)[name](Path(folder), asked)
    measured = Part(found) if isinstance(found, str) else found
    print(measured.text, flush=True)
    if asked.report:
        results.keep(watch.result(measured))
        rendering.write(results.kept(), PARTS)


def _command(name: str, asked: argparse.Namespace) -> str:
    """What measures this part alone in the same way."""
    options = [
        f"--{option} {getattr(asked, option):g}"
        if isinstance(usual, float)
        else f"--{option} {getattr(asked, option)}"
        for option, usual in _OPTIONS.items()
        if getattr(asked, option) != usual
    ]
    return " ".join(["python -m bench", name, *options])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [*PARTS, *OTHERS]
    parser.add_argument(
        "parts", nargs="*", choices=[[], *names], metavar="PART", help=", ".join(names)
    )
    parser.add_argument("--report", action="store_true", help="keep it, write bench/RESULTS.md")
    parser.add_argument("--render", action="store_true", help="only write it, from what was kept")
    parser.add_argument("--seconds", type=float, help="of each run of wrk")
    parser.add_argument("--comments", type=int, help="of an import")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), help="of an import")
    parser.set_defaults(**_OPTIONS)
    return parser


def _tell(line: str) -> None:
    """Progress, apart from what is measured."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
