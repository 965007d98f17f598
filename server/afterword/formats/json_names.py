"""By which names JSON is recognised, before any of it is read."""

from __future__ import annotations

import re

# The quotes around a name that a text speaks of are escaped, so none is found there.
_NAME = re.compile(rb'"(\w{1,40})"[ \t\r\n]*:')
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*[\[{]")


def names(head: bytes) -> frozenset[str]:
    """The names of members, at any depth, in JSON that begins so; none in anything else."""
    if not _JSON.match(head):
        return frozenset()
    return frozenset(name.decode() for name in _NAME.findall(head))
