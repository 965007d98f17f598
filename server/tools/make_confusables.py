"""Writes server/afterword/core/confusables.py from Unicode's confusables.

Run: `uv run --with confusable-homoglyphs==3.3.1 python server/tools/make_confusables.py`
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from textwrap import wrap
from unicodedata import normalize

MODULE = Path(__file__).parents[1] / "afterword" / "core" / "confusables.py"

# Plain letters and digits that Unicode takes for the copy, not for the original.
COPIES = {"I", "m", "0", "1"}

HEAD = '''"""Characters that look like plain letters or digits, made by server/tools/make_confusables.py.

From confusables.txt of Unicode Technical Standard 39, copyright Unicode, Inc., under the Unicode
License (https://www.unicode.org/license.txt), by way of confusable-homoglyphs 3.3.1. Left out: what
compatibility normalisation makes plain, and what looks like no plain letter or digit.
"""

_TABLE = """
'''

TAIL = '''"""


def _read(line: str) -> dict[int, str]:
    shape, *code_points = line.split()
    return {int(code_point, 16): shape for code_point in code_points}


CONFUSABLES = {copy: shape for line in _TABLE.split(";") for copy, shape in _read(line).items()}
"""Code point to the letters or digits that it looks like; for `str.translate`."""
'''


def main() -> None:
    """Reads the installed package, writes the module."""
    text = files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8")
    lines = [
        "\n".join(wrap(f"{shape} {' '.join(f'{ord(c):x}' for c in copies)}", 98))
        for shape, copies in sorted(copies_by_shape(json.loads(text)).items())
    ]
    MODULE.write_text(HEAD + ";\n".join(lines) + TAIL, "utf-8")


def copies_by_shape(pairs: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    """Characters by the plain shape that they look like; the pairs are listed both ways."""
    shapes: defaultdict[str, set[str]] = defaultdict(set)
    for original, looks_alike in pairs.items():
        shape = without_marks(original)
        is_plain = original not in COPIES and normalize("NFKC", original) == original
        if is_plain and re.fullmatch(r"[A-Za-z0-9]{1,3}", shape):
            copies = (pair["c"].strip("\u200e") for pair in looks_alike)
            shapes[shape].update(c for c in copies if len(c) == 1 and normalize("NFKD", c) == c)
    return {shape: sorted(copies) for shape, copies in shapes.items() if copies}


def without_marks(text: str) -> str:
    """The text without accents, and without the marks that only order its directions."""
    return re.sub("[\u0300-\u036f\u200e]", "", normalize("NFKD", text))


if __name__ == "__main__":
    main()
