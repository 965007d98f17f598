"""What Waline's dashboard exports: its tables in one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from afterword.formats.json_stream import Item, members
from afterword.formats.loose_fields import Fields
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import Passed, Record
from afterword.formats.valine import Comments

_TYPE = re.compile(rb'"type"\s*:\s*"waline"')
_NEAR = 4096
"""Bytes in which it stands."""


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return head[:_NEAR].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(
        _TYPE.search(head[:_NEAR])
    )


def read(opened: Opened) -> Iterator[Record]:
    """Its comments, each page before its first. Raises `MalformedFile` with the place."""
    comments = Comments(html=False)
    is_one = False
    # What its server answers is the same object as `data` of another.
    for item in members(opened, ("data", "data.data")):
        name = item.name.removeprefix("data.")
        name = name.removeprefix("data.")
        is_one = is_one or (name == "type" and item.value == "waline")
        if name == "Comment":
            yield from comments.take(item)
        elif name == "Counter":
            yield from _reactions(item)
    if not is_one:
        raise MalformedFile("This is no export of Waline.", 1, 1)
    yield from comments.lost.places()


def _reactions(item: Item) -> Iterator[Passed]:
    if not isinstance(item.value, dict):
        return
    fields = Fields(item.value)
    if any(fields.count(name) for name in item.value if name.startswith("reaction")):
        reason = "Reactions to a page: Waline numbers them and says no names."
        yield Passed(fields.text("url"), reason)
