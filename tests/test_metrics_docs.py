"""docs/metrics.md says what the server measures, and the rules in the guide name nothing else."""

from __future__ import annotations

import importlib.util
import re

from afterword.core.metric_families import FAMILIES
from tests.support.project import ROOT

TOOL = ROOT / "server" / "tools" / "metrics_docs.py"


def test_the_page_of_metrics_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("metrics_docs", TOOL)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    written = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == tool.page(), f"run: python {TOOL.relative_to(ROOT)}"


def test_the_rules_of_the_guide_ask_for_what_there_is() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rules = guide.partition("groups:")[2].partition("```")[0]
    named = set(re.findall(r"\b(?:afterword|process)_[a-z_]+\b", rules))
    there = {family.name for family in FAMILIES if family.kind != "histogram"}
    for family in FAMILIES:
        if family.kind == "histogram":
            there |= {f"{family.name}_{part}" for part in ("bucket", "sum", "count")}
    assert named
    assert named <= there
