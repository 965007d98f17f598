"""docs/configuration.md says what settings.py says."""

from __future__ import annotations

import importlib.util

from tests.support.project import ROOT

TOOL = ROOT / "server" / "tools" / "configuration_docs.py"


def test_the_configuration_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("configuration_docs", TOOL)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == tool.page(), f"run: python {TOOL.relative_to(ROOT)}"
