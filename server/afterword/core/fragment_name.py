"""What the file of a page's thread is called: told from its address alone, and fit for every file system."""

from __future__ import annotations

import re
from hashlib import blake2b
from urllib.parse import unquote, urlsplit

LONGEST = 80
"""Characters that are there to be read; the rest tells addresses apart."""
_UNFIT = re.compile(r"[^a-z0-9]+")
_NAME = re.compile(r"[a-z0-9-]{1,80}-[0-9a-f]{16}\.html")


def fragment_name(url: str) -> str:
    """`notes-weir-0123456789abcdef.html`: small letters, digits and hyphens, no two addresses alike."""
    parts = urlsplit(url)
    words = _UNFIT.sub("-", unquote(f"{parts.path}-{parts.query}").lower()).strip("-")
    digest = blake2b(url.encode(), digest_size=8).hexdigest()
    return f"{words[:LONGEST].rstrip('-') or 'index'}-{digest}.html"


def is_fragment_name(name: str) -> bool:
    """Whether a file may be ours by its name; nothing else is ever removed."""
    return _NAME.fullmatch(name) is not None
