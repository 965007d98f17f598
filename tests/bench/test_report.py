"""The report of the bench: what was kept is what is told, against what is promised."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from bench import __main__ as bench
from bench import rendering, results
from bench.part import Bars, Part
from bench.promises import PROMISES, Promise, judge
from tests.support.project import ROOT

BARS = Bars(name="of-bare", title="Reading", unit="/s", groups=["1"], series={"Afterword": [1.0]})
READ = Part(
    "## Reading\n\n| what | ratio |\n|---|---|\n| 304 | 0.79 |\n",
    {"of bare ASGI: sqlite, 304": 0.79, "of bare ASGI: sqlite, counts": 0.93, "of Isso: 304": 600},
    [BARS],
)
WARM = Promise(
    topic="reading", says="a warm page", part="reading", kind="of bare ASGI", at_least=0.8
)


def result(measured: Part = READ, part: str = "reading") -> results.Result:
    return results.Stopwatch(part, f"python -m bench {part}").result(measured)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(rendering, "PLACE", tmp_path)
    monkeypatch.setattr(results, "LOOK", 0)


def test_what_is_kept_comes_back() -> None:
    made = result()
    results.keep(made)
    assert msgspec.to_builtins(results.kept()) == {"reading": msgspec.to_builtins(made)}


@pytest.mark.parametrize(
    ("low", "high", "figures", "worst", "met"),
    [
        (0.8, None, READ.figures, "0.79 (sqlite, 304)", "**not met**"),
        (0.7, None, READ.figures, "0.79 (sqlite, 304)", "met"),
        (None, 0.9, READ.figures, "0.93 (sqlite, counts)", "**not met**"),
        (None, 0.93, READ.figures, "0.93 (sqlite, counts)", "met"),
        (None, 0, {"of bare ASGI": 0.0}, "0", "met"),
        (0.1, None, {"of bare ASGIs: x": 1.0, "of Isso": 1.0}, "-", "not measured"),
    ],
)
def test_the_worst_figure_decides(
    low: float | None, high: float | None, figures: dict[str, float], worst: str, met: str
) -> None:
    promise = Promise(topic="", says="", part=WARM.part, kind=WARM.kind, at_least=low, at_most=high)
    verdict = judge(promise, {"reading": result(Part("", figures))})
    assert (verdict.figure, verdict.word) == (worst, met)


def test_a_small_run_does_not_keep_a_promise() -> None:
    small = results.Stopwatch("reading", "python -m bench reading --seconds 1")
    verdict = judge(WARM, {"reading": small.result(Part("", {"of bare ASGI": 0.9}))})
    assert verdict.word == "met, in a run that is not of the usual size"
    assert "0 of " in rendering.text({"reading": small.result(Part("", {"of bare ASGI": 0.9}))}, [])


def test_what_was_never_measured_is_not_called_met() -> None:
    verdict = judge(WARM, {})
    assert (verdict.figure, verdict.word, verdict.met) == ("-", "not measured", False)


def test_the_report_has_each_part_with_its_command_and_its_plots(tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "gone.svg").write_text("of a part that was renamed")
    kept = {"zeta": result(Part("## Last\n"), "zeta"), "reading": result()}
    told = rendering.write(kept, ["reading", "writing"]).read_text()
    assert told.index("## reading") < told.index("## zeta")
    assert "`python -m bench reading` · 20" in told
    assert "### Reading\n" in told
    assert "| ≥ 0.8 | 0.79 (sqlite, 304) | **not met**, [why](../docs/decisions/" in told
    assert " | [`python -m bench reading`](#reading) |" in told
    assert re.findall(r"\]\((plots/[^)]+)\)", told) == ["plots/of-bare.svg"]
    assert [each.name for each in (tmp_path / "plots").iterdir()] == ["of-bare.svg"]


def _formats(_: Path, seconds: float) -> Part:
    return Part(f"## Formats\n\nFor {seconds:g} s.\n")


def test_a_part_that_fails_does_not_take_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("no wrk here")

    monkeypatch.setattr(
        bench, "PARTS", {"reading": (fail, ()), "formats": (_formats, ("seconds",))}
    )
    monkeypatch.setattr("sys.argv", ["bench", "--seconds", "1", "--report"])
    with pytest.raises(SystemExit, match="Not measured: reading"):
        bench.main()
    said = capsys.readouterr()
    assert said.out == "## Formats\n\nFor 1 s.\n\n"
    assert "no wrk here" in said.err
    assert "[2/2] formats" in said.err
    assert "`python -m bench formats --seconds 1`" in (tmp_path / "RESULTS.md").read_text()
    assert list(results.kept()) == ["formats"]


def test_the_committed_report_is_what_the_kept_results_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", ROOT / "bench" / "results")
    report, kept = ROOT / "bench" / "RESULTS.md", results.kept()
    assert report.exists() == bool(kept)
    assert not kept or report.read_text() == rendering.text(kept, bench.PARTS), "bench --render"


def test_each_promise_is_about_a_part_that_is_measured() -> None:
    assert {each.part for each in PROMISES} - set(bench.PARTS) == set()


def test_a_reason_for_what_is_not_met_can_be_read() -> None:
    pages = {each.reason for each in PROMISES} - {""}
    assert [name for name in pages if not (ROOT / "docs" / "decisions" / name).exists()] == []
