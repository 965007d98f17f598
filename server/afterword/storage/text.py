"""SQL text with `:name` values, as far as the engines do not read it alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_NAME = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|::|:([a-z_][a-z0-9_]*)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The text with `$1` for each `:name` outside strings, comments and casts; the names in order."""
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _NAME.sub(number, sql), tuple(names)


def renamed(sql: str, ending: str) -> str:
    """The text with this at the end of every `:name`."""
    return _NAME.sub(lambda match: match[0] if match[1] is None else f"{match[0]}{ending}", sql)


def spread(sql: str, values: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    """`IN (:ids)` with a list or tuple for `ids` becomes `IN (:ids_0, :ids_1, …)`.

    The last item is repeated up to a power of two, so that few texts need to be prepared; an empty
    list becomes NULL, which is in nothing.
    """
    if "IN (:" not in sql:
        return sql, values
    lists = {name: value for name, value in values.items() if isinstance(value, list | tuple)}
    if not lists:
        return sql, values
    flat = {name: value for name, value in values.items() if name not in lists}
    sizes = []
    for name, items in lists.items():
        size = 1 << (len(items) - 1).bit_length() if items else 0
        flat |= {f"{name}_{at}": items[min(at, len(items) - 1)] for at in range(size)}
        sizes.append((name, size))
    return _spread(sql, tuple(sizes)), flat


@lru_cache(maxsize=1024)
def _spread(sql: str, sizes: tuple[tuple[str, int], ...]) -> str:
    names = dict(sizes)

    def several(match: re.Match[str]) -> str:
        name = match[1]
        if name not in names:
            return match[0]
        return ", ".join(f":{name}_{at}" for at in range(names[name])) or "NULL"

    return _NAME.sub(several, sql)
