"""What the learning filter sees of a comment: a bounded list of tokens, each a kind and a value.

Which kinds there are was measured (`docs/decisions/`, `python -m bench filter`): word pairs, beginnings
of words and the two ends of a text help, runs of three to five characters do not.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING
from unicodedata import name as name_of
from unicodedata import normalize
from urllib.parse import parse_qsl

from afterword.core.tree import links, to_text
from afterword.core.web_address import parse_http

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.core.model import Tree

EVERY = "all"
"""The token of every comment: what it counts is how many decisions there are."""
MOST = 300
"""Tokens of one comment; of a long one, its beginning counts."""
_LONGEST = 40
"""Characters of a word that tell it from others."""
_STEM = 4
"""Letters that stand for a word's relatives: `subs` for *subscribe* and *subscriber*."""
_MOST_LINKS = 10

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]+"
    r"|\b[a-z0-9-]{2,}\.(?:com|net|org|info|biz|ru|tk|be|co|ly|gl|tv|me|fm|de|uk|xyz|top|shop|site|online)"
    r"\b[^\s<>\"]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|\x01")
_REPEATED = re.compile(r"(.)\1{3,}")
_PART = re.compile(r"[a-z]{3,}")
_SHAPES = {
    "length": (10, 20, 40, 80, 160, 320, 640),
    "capitals": (1, 10, 30, 70),
    "digits": (1, 3, 6),
    "shouts": (1, 2, 4),
    "lines": (1, 3),
}
"""Where one grade ends and the next begins; capitals in percent of the letters."""


def features(
    tree: Tree, *, name: str = "", website: str | None = None, page_url: str = ""
) -> tuple[str, ...]:
    """The tokens of a comment, `EVERY` first; links to its own page are told from all others."""
    text = normalize("NFKC", to_text(tree))
    bare = _ADDRESS.sub(" \x01 ", text)
    led_to = _addresses(tree, text)
    foreign = [address for address in led_to if not _is_own(address, page_url)]
    words = [_word(word) for word in _WORD.findall(bare.lower())]
    parts: Iterable[str] = chain(
        (EVERY,),
        _shape(text.strip(), bare, words, len(foreign)),
        ("link:own",) if len(foreign) < len(led_to) else (),
        chain.from_iterable(map(_of_address, foreign)),
        _of_author(name, website),
        _ends(words),
        _of_words(words),
    )
    return tuple(dict.fromkeys(parts))[:MOST]


def _addresses(tree: Tree, text: str) -> list[str]:
    """Where the text leads, each once: by links, or by addresses that are none."""
    written = (address.rstrip(".,;:!?)") for address in _ADDRESS.findall(text))
    plain = ((each if "://" in each else f"http://{each}") for each in written)
    found = {_key(address): address for address in chain(links(tree), plain)}
    return list(found.values())[:_MOST_LINKS]


def _key(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", address.lower()).rstrip("/")


def _is_own(address: str, page_url: str) -> bool:
    """Whether it is the page's own address: more parameters and a fragment make no difference."""
    url, page = parse_http(address), parse_http(page_url) if page_url else None
    if url is None or page is None:
        return False
    same = (_host(url.hostname), url.pathname) == (_host(page.hostname), page.pathname)
    wanted, given = (set(parse_qsl(each.search.lstrip("?"))) for each in (page, url))
    return same and wanted <= given


def _host(hostname: str) -> str:
    return hostname.removeprefix("www.")


def _of_address(address: str) -> Iterator[str]:
    url = parse_http(address)
    if url is not None:
        yield f"host:{_host(url.hostname)[-_LONGEST:]}"
        for part in _PART.findall(f"{_host(url.hostname)}{url.pathname}{url.search}".lower())[:12]:
            yield f"url:{part[:_LONGEST]}"


def _of_author(name: str, website: str | None) -> Iterator[str]:
    for word in _WORD.findall(normalize("NFKC", name).lower()):
        if len(word) > 1 and not word.isdigit():
            yield f"name:{word[:_LONGEST]}"
    if website is not None:
        yield "website:yes"
        yield from _of_address(website)


def _shape(text: str, bare: str, words: Sequence[str], foreign: int) -> Iterator[str]:
    # Each character once: names of characters are slow to look up.
    found = Counter(bare)
    letters = [char for char in found if char.isalpha()]
    capitals = sum(found[char] for char in letters if char.isupper())
    measured = {
        "length": len(text),
        "capitals": 100 * capitals / max(1, sum(found[char] for char in letters)),
        "digits": sum(found[char] for char in found if char.isdigit()),
        "shouts": found["!"],
        "lines": text.count("\n"),
    }
    yield f"links:{min(foreign, 3)}"
    for shape, value in measured.items():
        yield f"{shape}:{sum(value >= edge for edge in _SHAPES[shape])}"
    yield f"stretched:{'yes' if _REPEATED.search(bare) else 'no'}"
    yield f"repeats:{'yes' if len(set(words)) < 0.6 * len(words) else 'no'}"
    scripts = {name_of(char, "?").split()[0] for char in letters}
    if scripts:
        yield f"scripts:{min(len(scripts), 2)}"


def _word(word: str) -> str:
    if word == "\x01":
        return "<link>"
    return "<number>" if word.isdigit() else word[:_LONGEST]


def _ends(words: Sequence[str]) -> Iterator[str]:
    if words:
        yield f"first:{words[0]}"
        yield f"last:{words[-1]}"
        yield f"begins:{' '.join(words[:2])}"
        yield f"ends:{' '.join(words[-2:])}"


def _of_words(words: Sequence[str]) -> Iterator[str]:
    """Word by word, so that a cut leaves whole what stands before it."""
    for before, word in pairwise(("", *words)):
        yield f"word:{word}"
        if len(word) > _STEM:
            yield f"stem:{word[:_STEM]}"
        if before:
            yield f"pair:{before} {word}"
