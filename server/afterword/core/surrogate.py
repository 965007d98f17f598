"""What a content delivery network is told an answer was made from, so that it can be taken out again."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYTHING = "afterword"
"""The name that every answer has."""


def surrogate_key(tag: str) -> str:
    """The name of a tag of `thread_cache`: `page:7` is `afterword-page-7`; of an address, its hash."""
    kind, _, rest = tag.partition(":")
    if kind == "key":
        rest = blake2b(rest.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{EVERYTHING}-{kind}-{rest}"


def surrogate_keys(tags: Iterable[str]) -> list[str]:
    """The names of all that an answer was made from."""
    return [EVERYTHING, *map(surrogate_key, tags)]
