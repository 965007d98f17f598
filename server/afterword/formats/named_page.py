"""Pages that comments name by a path, an address, or a word of their owner's."""

from __future__ import annotations

import re

from afterword.formats.record import PageRecord

_ORIGIN = re.compile(r"\s*(https?://[^/?#,\s]+)", re.IGNORECASE)


def named_page(
    name: str, *, ref: str | None = None, base: str = "", stood_at: str = "", title: str = ""
) -> PageRecord:
    """The page of this name on `base`; a word leads to it as its thread-id, and it stood at `stood_at`."""
    ref = name if ref is None else ref
    found = _ORIGIN.match(base)
    origin = found[1] if found else ""
    if "://" in name:
        return PageRecord(ref, name, title)
    if name.startswith("/"):
        return PageRecord(ref, f"{origin}{name}", title)
    url = stood_at if "://" in stood_at else f"{origin}/{name}"
    return PageRecord(ref, url, title, keys=(f"id:{name}",))
