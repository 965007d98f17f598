"""The questions of importing and exporting, with values; see test_query_plans."""

from __future__ import annotations

from afterword.storage import exports, import_marks, imports, site_imports

QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "what came already": (imports.THERE, {"site_id": 1, "keys": ["c:1", "c:2"]}),
    "written at the same time": (imports.AT_TIMES, {"page_id": 3, "times": [1, 2]}),
    "what an import brought": (import_marks.SOME, {"import_id": 1, "limit": 9}),
    "pages that an import opened": (import_marks.PAGES, {"import_id": 1, "limit": 9}),
    "what answers them": (import_marks.CHILDREN, {"ids": [1, 2]}),
    "imports of a site": (site_imports.OF_SITE, {"site_id": 1, "limit": 9}),
    "pages that leave": (exports.PAGES, {"site_id": 1, "after_id": 3, "limit": 9}),
    "keys that leave": (exports.KEYS, {"page_ids": [1, 2]}),
    "comments that leave": (exports.COMMENTS, {"ids": [1, 2]}),
    "comments of a page that leaves": (exports.IDS, {"page_id": 3}),
}
SORTED = {"comments of a page that leaves"}
"""Once for each page: its numbers alone."""
