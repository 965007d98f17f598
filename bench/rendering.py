"""`RESULTS.md` and its plots, from what the parts measured when they last ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median

from bench.plot import draw, said
from bench.promises import PROMISES, judge
from bench.results import Machine, Result

PLACE = Path(__file__).parent
_HEAD = """\
# Results

Written by `make bench`, from what each part measured when it last ran; do not edit it. A part is run
anew by the command that stands with it, with `--report` after it.

Servers, clients and browser shared the cores: **only ratios within one table mean much**, and each
compares things that took turns in one run. Medians are of rounds; their number stands with the table.
"""
_ELSEWHERE = """\
What is promised of access and of safety is not a matter of figures: tests hold it, in a real browser
(`tests/browser`) and with public corpora of attacks.
"""


def write(kept: Mapping[str, Result], order: Iterable[str]) -> Path:
    """Draw all plots, write the report, take away plots that no part has any more; return its path."""
    plots = PLACE / "plots"
    plots.mkdir(exist_ok=True)
    drawn = {
        f"{plot.name}.svg": draw(plot) for each in kept.values() for plot in each.measured.plots
    }
    for name, svg in drawn.items():
        (plots / name).write_text(svg, "utf-8")
    for old in plots.glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    report = PLACE / "RESULTS.md"
    report.write_text(text(kept, order), "utf-8")
    return report


def text(kept: Mapping[str, Result], order: Iterable[str]) -> str:
    """The report; its parts in this order, others that were kept behind them."""
    names = [name for name in order if name in kept]
    names += [name for name in kept if name not in names]
    results = [kept[name] for name in names]
    if not results:
        return f"{_HEAD}\nNothing has been measured yet.\n"
    usual = Counter(each.machine for each in results).most_common(1)[0][0]
    lines = [_HEAD, *_about(results, usual), *_table(kept), _ELSEWHERE]
    for result in results:
        lines += _section(result, usual)
    return "\n".join(lines)


def _about(results: list[Result], usual: Machine) -> Iterator[str]:
    newest = max(results, key=lambda each: each.began)
    dates = sorted(each.began.split()[0] for each in results)
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    yield f"- **When**: {when}; each part says its own hour"
    disk = median(each.disk for each in results)
    yield f"- **Machine**: {_machine(usual)}; fdatasync of 4 KB in {disk:.2f} ms"
    yield f"- **Versions**: {', '.join(f'{name} {number}' for name, number in newest.versions.items())}\n"


def _machine(machine: Machine) -> str:
    return f"{machine.cores} cores of {machine.processor}, {machine.memory_gb:.0f} GB, {machine.system}"


def _table(kept: Mapping[str, Result]) -> Iterator[str]:
    verdicts = [judge(promise, kept) for promise in PROMISES]
    yield "## Against the promises\n"
    missing = sum(each.worst is None or not each.usual for each in verdicts)
    met = sum(each.met and each.usual for each in verdicts)
    yield (
        f"{met} of {len(verdicts)} lines are met, {len(verdicts) - met - missing} are not"
        + (f", {missing} have not been measured at full size" if missing else "")
        + ". A figure is the worst of its kind; where it was met with stands beside it.\n"
    )
    yield "| topic | promise | bound | figure | | measured by |"
    yield "|---|---|---|---|---|---|"
    for each in verdicts:
        promise, result = each.promise, kept.get(each.promise.part)
        bound = (
            f"≥ {promise.at_least:g}" if promise.at_least is not None else f"≤ {promise.at_most:g}"
        )
        by = f"[`{result.command}`](#{promise.part})" if result else ""
        row = (promise.topic, promise.says, bound + promise.unit, each.figure, each.word, by)
        yield f"| {' | '.join(row)} |"
    yield ""


def _section(result: Result, usual: Machine) -> Iterator[str]:
    yield f"## {result.part}\n"
    facts = [
        f"`{result.command}`",
        f"{result.began} UTC, {_duration(result.took)}",
        f"commit {result.commit}",
        f"{result.busy:.0%} of the machine busy before it",
    ]
    if result.machine != usual:
        facts.append(_machine(result.machine))
    yield " · ".join(facts) + "\n"
    yield _deeper(result.measured.text.strip()) + "\n"
    for plot in result.measured.plots:
        words = said(plot).replace("[", "(").replace("]", ")")
        yield f"![{plot.title}. {words}](plots/{plot.name}.svg)\n"


def _deeper(text: str) -> str:
    """Its headings stand below that of the part."""
    return "\n".join(f"#{line}" if line.startswith("## ") else line for line in text.splitlines())


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
