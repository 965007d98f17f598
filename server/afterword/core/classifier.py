"""The learning filter: what people decided about comments speaks about the next one.

Naive Bayes over the tokens of `core/features`. It knows nothing but counts, of comments with a token
that were approved and that were marked as spam, so one decision is learnt by adding and taken back
exactly by subtracting. A site begins with none, and before there are `ENOUGH` of both kinds the filter
says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.features import EVERY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENOUGH = 10
"""Decisions of each kind before the filter has a say."""
HOLD = 2.0
"""Scores from here on hold a comment."""
SPAM = 5.0
"""Scores from here on put it with the spam."""
MOST_NAMED = 3
"""Tokens that a sentence names."""
_UNSEEN = 0.2
"""What is added to every count, so that a token seen once is no proof: 0.1 to 0.5 were tried."""


@dataclass(frozen=True, slots=True)
class Seen:
    """In how many comments of each kind a token was."""

    good: int = 0
    spam: int = 0

    @property
    def is_enough(self) -> bool:
        """Of the token of every comment: whether the filter has a say."""
        return min(self.good, self.spam) >= ENOUGH


@dataclass(frozen=True, slots=True)
class Telling:
    """A token of a comment, and how much it speaks for spam (or, below zero, against)."""

    token: str
    weight: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the filter makes of a comment: above zero looks like spam, below like what is approved."""

    score: float
    telling: tuple[Telling, ...] = ()
    """The tokens that it knows, the most telling first."""


def judge(tokens: Sequence[str], seen: Mapping[str, Seen]) -> Opinion | None:
    """The opinion on these tokens, or None while there are too few decisions.

    The sum of the weights is divided by the root of the number of tokens, unknown ones too: words do
    not come independently of each other, so a long text is no stronger proof than a short one, and
    of one that is hardly known little can be said.
    """
    every = seen.get(EVERY, Seen())
    if not every.is_enough:
        return None
    known = [each for each in tokens if each in seen and each != EVERY]
    found = [Telling(each, weight(each, seen[each], every)) for each in known]
    found.sort(key=lambda each: -abs(each.weight))
    score = sum(each.weight for each in found) / math.sqrt(len(tokens))
    return Opinion(score, tuple(found))


def weight(token: str, seen: Seen, every: Seen) -> float:
    """How much a token speaks for spam: the logarithm of how many times likelier it is there.

    A name is free to type, so nobody's name speaks for a comment.
    """
    in_spam = (seen.spam + _UNSEEN) / (every.spam + 2 * _UNSEEN)
    in_good = (seen.good + _UNSEEN) / (every.good + 2 * _UNSEEN)
    found = math.log(in_spam / in_good)
    return max(0.0, found) if token.startswith("name:") else found


def named(opinion: Opinion, *, most: int = MOST_NAMED) -> str:
    """What speaks loudest for spam, for people: `“subscribe”, link to example.org`.

    What was written comes before how it looks.
    """
    said: list[str] = []
    for each in sorted(opinion.telling, key=lambda each: each.token in _SHAPES):
        text = say(each.token)
        bare = text.strip("“”…")
        if each.weight <= 0 or not text or any(bare in other for other in said):
            continue
        said = [*(other for other in said if other.strip("“”…") not in bare), text]
        if len(said) == most:
            break
    return ", ".join(said)


def say(token: str) -> str:
    """A token in words of people; empty for those that say nothing on their own."""
    kind, _, value = token.partition(":")
    if kind in ("word", "pair", "begins", "ends", "first", "last"):
        shown = value.replace("<link>", "…").replace("<number>", "#")
        return f"“{shown}”" if shown.strip("…# ") else ""
    match kind:
        case "url":
            return "" if value in _EVERYWHERE else f"“{value}” in a link"
        case "stem" if not value.startswith("<"):
            return f"“{value}…”"
        case "host":
            return f"link to {value}"
        case "name":
            return f"the name “{value}”"
    return _SHAPES.get(token, "")


_EVERYWHERE = frozenset({"com", "net", "org", "www", "html", "php"})
_SHAPES = {
    "links:1": "one link",
    "links:2": "two links",
    "links:3": "three links or more",
    "website:yes": "a website of its author",
    "capitals:3": "many capitals",
    "capitals:4": "mostly capitals",
    "digits:3": "many digits",
    "shouts:3": "many exclamation marks",
    "lines:2": "many lines",
    "stretched:yes": "one character many times",
    "repeats:yes": "the same words again and again",
    "scripts:2": "letters of several scripts",
    "link:own": "link to this page",
    "length:0": "very short",
    "length:7": "very long",
}
