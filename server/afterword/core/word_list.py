"""A site's list of words, found in one walk over a text however long the list is (Aho and Corasick).

Entries are plain text: `casino` is that word, `*casino*` stands anywhere in one, `casino*` begins one.
Case, width, style and invisible characters make no difference. There is no pattern that could be slow.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from afterword.core.text import drop_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# From here on, scripts are written without spaces or with endings on the word: each place is an edge.
_NO_SPACES = "\u2e80"
# One character that stands for a whole phrase: a comment of nothing else would become 18 times as long.
_PHRASES = dict.fromkeys((0xFDFA, 0xFDFB), " ")


@dataclass(slots=True)
class _Node:
    """What has been read so far of some entries."""

    then: dict[str, _Node] = field(default_factory=dict)
    shorter: _Node | None = None
    """The longest other beginning of an entry that this ends with."""
    entries: list[tuple[str, str]] = field(default_factory=list)
    """What ends here: the entry as written, and what of it is to be found."""
    ending: _Node | None = None
    """The nearest node along `shorter` where an entry ends."""


class WordList:
    """Entries, made ready to be found."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._root = _Node()
        for entry in dict.fromkeys(entries):
            self._add(entry)
        self._link()

    def found(self, texts: Iterable[str]) -> list[str]:
        """The entries that stand in any of the texts, as they were written, in order of appearance."""
        found: dict[str, None] = {}
        for text in texts:
            found.update(dict.fromkeys(self._in(folded(text))))
        return list(found)

    def _add(self, entry: str) -> None:
        word = bare(entry)
        node = self._root
        for char in word:
            node = node.then.setdefault(char, _Node())
        if word:
            node.entries.append((entry, word))

    def _link(self) -> None:
        """Gives each node its `shorter` and `ending`, from the beginning on."""
        waiting = deque([self._root])
        while waiting:
            node = waiting.popleft()
            for char, further in node.then.items():
                further.shorter = self._next(node.shorter, char) if node.shorter else self._root
                is_end = bool(further.shorter.entries)
                further.ending = further.shorter if is_end else further.shorter.ending
                waiting.append(further)

    def _next(self, node: _Node | None, char: str) -> _Node:
        while node is not None:
            if char in node.then:
                return node.then[char]
            node = node.shorter
        return self._root

    def _in(self, text: str) -> Iterator[str]:
        node = self._root
        for end, char in enumerate(text, 1):
            node = node.then.get(char) or self._next(node.shorter, char)
            here: _Node | None = node if node.entries else node.ending
            while here is not None:
                for entry, word in here.entries:
                    if _stands(entry, text, end - len(word), end):
                        yield entry
                here = here.ending


@lru_cache(maxsize=256)
def word_list(entries: tuple[str, ...]) -> WordList:
    """The list of these entries; those of busy sites are kept ready."""
    return WordList(entries)


def bare(entry: str) -> str:
    """What of an entry is to be found: without its stars, as texts are compared."""
    return folded(entry.strip().strip("*"))


def folded(text: str) -> str:
    """The text as texts are compared: no case, no styles of letters, nothing invisible, single spaces."""
    plain = normalize("NFKC", normalize("NFKC", text.translate(_PHRASES)).casefold())
    return " ".join(drop_invisible(plain).split())


def _stands(entry: str, text: str, start: int, end: int) -> bool:
    """Whether what was found is a word where the entry wants one."""
    entry = entry.strip()
    is_begun = entry.startswith("*") or start == 0 or _is_edge(text[start - 1], text[start])
    return is_begun and (
        entry.endswith("*") or end == len(text) or _is_edge(text[end - 1], text[end])
    )


def _is_edge(before: str, after: str) -> bool:
    """Whether a word can end between the two characters."""
    return not (_is_letter(before) and _is_letter(after))


def _is_letter(char: str) -> bool:
    return char.isalnum() and char < _NO_SPACES
