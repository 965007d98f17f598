"""Lists as people type them: one entry a line, cleaned; what cannot be an entry is named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.origin import serialised
from afterword.core.text import one_line
from afterword.core.web_address import parse_http
from afterword.core.word_list import bare, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_WORDS = 1_000
MAX_WORD = 80
"""Characters of a word or phrase."""
MAX_HOSTS = 200


def words(field: str, text: str) -> tuple[str, ...]:
    """The words or phrases of a text, each once; raises `Invalid` for the field."""
    return _entries(field, text, MAX_WORDS, _word)


def hosts(field: str, text: str) -> tuple[str, ...]:
    """The hosts of a text, each once, also where whole addresses were typed; raises `Invalid`."""
    return _entries(field, text, MAX_HOSTS, _host)


def _entries(field: str, text: str, most: int, read: Callable[[str], str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in _lines(text):
        try:
            entry = read(line)
        except ValueError as error:
            wrong.append(f"Line {number}: {error}")
        else:
            found.setdefault(folded(entry), entry)
    if wrong:
        more = f" And {len(wrong) - 3} more lines." if len(wrong) > 3 else ""
        raise Invalid(FieldError(field, "unfit", " ".join(wrong[:3]) + more))
    if len(found) > most:
        message = f"A list has at most {most:,} entries; this one has {len(found):,}."
        raise Invalid(FieldError(field, "too_many", message))
    return tuple(found.values())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, one_line(line)


def _word(line: str) -> str:
    if not bare(line):
        raise ValueError("there is nothing to look for beside stars.")
    if len(line) > MAX_WORD:
        raise ValueError(f"longer than {MAX_WORD} characters.")
    return line


def _host(line: str) -> str:
    address = line if "://" in line else f"https://{line}"
    url = parse_http(address)
    if url is None or serialised(url) is None or "." not in url.hostname:
        shown = line if len(line) <= MAX_WORD else f"{line[:MAX_WORD]}…"
        raise ValueError(f"{shown} is no host; write it like example.org.")
    return url.hostname.removeprefix("www.")
