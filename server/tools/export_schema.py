"""Writes docs/export.schema.json from the structs of formats/native.py; run it by itself."""

from __future__ import annotations

import json
from pathlib import Path

from afterword.formats import native

PAGE = Path(__file__).parents[2] / "docs" / "export.schema.json"

if __name__ == "__main__":
    PAGE.write_text(json.dumps(native.schema(), indent=2, ensure_ascii=False) + "\n")
