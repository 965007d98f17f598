"""`python -m bench [PART …]`: measure and print; with --report, keep it and write bench/RESULTS.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import (
    cluster,
    cold,
    contention,
    dashboard,
    formats,
    growth,
    hearing,
    importing,
    reading,
    rendering,
    results,
    side_by_side,
    soak,
    spam,
    streams,
    telling,
    widget,
    writing,
)
from bench.part import Part
from bench.peers import isso, twikoo, waline

_Measured = tuple[Callable[..., Part], tuple[str, ...]]
"""What is called with a folder and with these of the options."""

PARTS: dict[str, _Measured] = {
    "reading": (reading.measure, ("seconds", "engines")),
    "cold": (cold.measure, ("engines",)),
    "growth": (growth.measure, ("engines", "most")),
    "writing": (writing.measure, ("seconds", "engines")),
    "contention": (contention.measure, ("seconds", "engines")),
    "peers": (side_by_side.measure, ("seconds",)),
    "telling": (telling.measure, ("seconds",)),
    "widget": (widget.measure, ("seconds",)),
    "filter": (spam.measure, ("seconds",)),
    "dashboard": (dashboard.measure, ("seconds",)),
    "streams": (streams.measure, ("streams", "engines")),
    "formats": (formats.measure, ("seconds",)),
    "import": (importing.measure, ("comments", "engines")),
    "cluster": (cluster.measure, ("trouble",)),
    "soak": (soak.measure, ("minutes", "engines")),
    "peer-isso": (isso.measure, ("seconds",)),
    "peer-waline": (waline.measure, ("seconds",)),
}
"""All that is measured unless parts are named, in the order of the report."""

OTHERS: dict[str, _Measured] = {
    "hearing": (hearing.measure, ("seconds",)),
    "peer-twikoo": (twikoo.measure, ("seconds",)),
}
"""What is measured when it is named: ways that were weighed, and what has to be installed by hand."""

_OPTIONS: dict[str, object] = {
    "seconds": 3.0,
    "streams": 10_000,
    "comments": 100_000,
    "most": 1_000_000,
    "minutes": 30.0,
    "trouble": 300.0,
    "engines": ["sqlite", "postgres"],
}
"""By what they are called on the command line, with what they are unless they are given."""


def main() -> None:
    """Measure the parts that were named, or all of them; a part that fails does not end the others."""
    asked = _parser().parse_args()
    failed = []
    names = [] if asked.render else asked.parts or list(PARTS)
    before = results.kept()
    for number, name in enumerate(names, start=1):
        took = f", last time {before[name].took / 60:.0f} min" if name in before else ""
        _tell(f"[{number}/{len(names)}] {name}, since {time.strftime('%H:%M:%S')}{took}")
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
    measure, options = (PARTS | OTHERS)[name]
    given = {option: getattr(asked, option) for option in options}
    watch = results.Stopwatch(name, _command(name, given))
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        measured = measure(Path(folder), *given.values())
    print(measured.text, flush=True)
    if asked.report:
        results.keep(watch.result(measured))
        rendering.write(results.kept(), PARTS)


def _command(name: str, given: Mapping[str, object]) -> str:
    """What measures this part alone in the same way."""
    options = [
        f"--{option} {_typed(value)}"
        for option, value in given.items()
        if value != _OPTIONS[option]
    ]
    return " ".join(["python -m bench", name, *options])


def _typed(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return " ".join(value) if isinstance(value, list) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [*PARTS, *OTHERS]
    parser.add_argument(
        "parts", nargs="*", choices=[[], *names], metavar="PART", help=", ".join(names)
    )
    parser.add_argument("--report", action="store_true", help="keep it, write bench/RESULTS.md")
    parser.add_argument("--render", action="store_true", help="only write it, from what was kept")
    parser.add_argument("--seconds", type=float, help="of each run of wrk")
    parser.add_argument("--streams", type=int, help="open at once")
    parser.add_argument("--comments", type=int, help="of an import")
    parser.add_argument("--most", type=int, help="comments that growth goes up to")
    parser.add_argument("--minutes", type=float, help="of a soak")
    parser.add_argument("--trouble", type=float, help="seconds in which a cluster has it")
    parser.add_argument(
        "--engines", nargs="+", choices=("sqlite", "postgres"), help="to be measured on; both"
    )
    parser.set_defaults(**_OPTIONS)
    return parser


def _tell(line: str) -> None:
    """Progress, apart from what is measured."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
