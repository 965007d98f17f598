"""Markdown that has brought parsers to their knees: each a function of its length in characters."""

from __future__ import annotations

from collections.abc import Callable

Generator = Callable[[int], str]


def repeated(unit: str) -> Generator:
    return lambda length: (unit * (length // len(unit) + 1))[:length]


def paired(opening: str, closing: str) -> Generator:
    both = len(opening) + len(closing)
    return lambda length: opening * (length // both) + closing * (length // both)


def begun(start: str, unit: str) -> Generator:
    return lambda length: start + repeated(unit)(length - len(start))


def ended(unit: str, end: str) -> Generator:
    return lambda length: repeated(unit)(length - len(end)) + end


def staircase(unit: str) -> Generator:
    """Lines that are indented further and further."""
    return lambda length: "".join(f"{'  ' * step}{unit}" for step in range(int(length**0.5)))


def backtick_ladder(length: int) -> str:
    return "".join(f"e{'`' * step}" for step in range(1, int((2 * length) ** 0.5)))


def many_references(length: int) -> str:
    return "".join(f"[{number}]: /u{number}\n" for number in range(length // 12))


def one_long_reference(length: int) -> str:
    return f"[a]: https://e.example/{'x' * (length // 2)}\n\n" + "[a] " * (length // 8)


def wide_table(length: int) -> str:
    columns = int((length / 4) ** 0.5)
    head = "|a" * columns + "|\n" + "|-" * columns + "|\n"
    return head + ("|b" * columns + "|\n") * (length // (2 * columns))


PATHOLOGICAL: dict[str, Generator] = {
    "quotes in quotes": repeated("> "),
    "lazy lines in quotes": begun("> " * 18 + "a\n", "b\n"),
    "lazy long lines in quotes": begun("> " * 18 + "a\n", "word word\n"),
    "lists in lists": staircase("- a\n"),
    "lists on one line": repeated("1. "),
    "list items": repeated("- a\n"),
    "loose list items": repeated("- a\n\n"),
    "lists in quotes": repeated("> - a\n"),
    "opening brackets": repeated("["),
    "closing brackets": repeated("]"),
    "brackets in brackets": paired("[", "]"),
    "begun links": repeated("[a]("),
    "begun pointed links": repeated("[a](<b"),
    "links in links": paired("[", "](a)"),
    "links": repeated("[a](https://b.c) "),
    "refused links": repeated("[a](x:y)"),
    "begun images": repeated("!["),
    "empty images": repeated("![[]()"),
    "images in images": paired("![a ", "](https://a.b)"),
    "crossed emphasis": repeated("*a_ "),
    "opening emphasis": repeated("*a "),
    "closing emphasis": repeated("a* "),
    "emphasis then closers": lambda length: "a**b" * (length // 8) + "c* " * (length // 6),
    "emphasis in emphasis": paired("*a **a ", " b** b*"),
    "stars and lines": repeated("*_"),
    "threes": repeated("***a** b* "),
    "strikes": repeated("~~a"),
    "strikes in strikes": paired("~~a ", " b~~"),
    "back-tick ladder": backtick_ladder,
    "code spans": repeated("`a``b"),
    "declarations": repeated("<!"),
    "instructions": repeated("<?"),
    "character data": repeated("<![CDATA["),
    "begun tags": repeated('<a href="'),
    "ampersands": repeated("&"),
    "entities": repeated("&amp;"),
    "references": many_references,
    "begun references": repeated("[a]: <b\n"),
    "begun titles": repeated('[a]: b "\n'),
    "half references": repeated("[a\n"),
    "one long reference": one_long_reference,
    "table": wide_table,
    "dots": repeated("a."),
    "schemes": repeated("http://"),
    "joined addresses": repeated("http://a"),
    "addresses": repeated("http://a.b "),
    "addresses with entities": repeated("http://a.b/&amp;"),
    "parentheses": begun("http://a.b/", ")"),
    "punctuation": begun("http://a.b/", "?.!"),
    "at signs": repeated("a@"),
    "mail addresses": repeated("a@b.c "),
    "joined mail addresses": repeated("a@b."),
    "begun hosts": repeated("www."),
    "hosts with underscores": repeated("www._a_"),
    "hosts in link text": lambda length: f"[{'a.bc ' * (length // 5)}](https://x.y)",
    "tabs": repeated("\ta\n"),
    "zeros": repeated("\0"),
    "underlined": repeated("a\n---\n"),
    "late underline": ended("a\n", "==="),
    "backslashes": repeated("\\"),
    "blank lines": repeated("\n"),
    "paragraphs": repeated("a\n\n"),
    "fences": repeated("```\n"),
    "everything": repeated("*a_b**c__d~~e`f[g](h)"),
}
