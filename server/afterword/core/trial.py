"""What today's comments would have become under other rules, as far as that can still be known.

What was written is judged again. What only the moment knew (how fast, how many at once, a proof of
work, what Akismet said) is taken from the score sheet of then, unless the rule is off altogether.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from afterword.core import rules
from afterword.core.model import Outcome, Status
from afterword.core.rules import Facts, Written
from afterword.core.screening import judge
from afterword.core.tree import links, to_text
from afterword.core.word_list import bare, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

    from afterword.core.model import Policy, Reason, Tree, Verdict
    from afterword.core.rules import Rule

    Asked = dict[tuple[str, Hashable], Reason | None]

ASKED_AGAIN: dict[str, tuple[Rule, Callable[[Policy], Hashable]]] = {
    "hold_all": (rules.hold_all, lambda policy: policy.hold),
    "new_author": (rules.new_author, lambda policy: policy.hold),
    "block_words": (rules.block_words, lambda policy: policy.block_words),
    "hold_words": (rules.hold_words, lambda policy: policy.hold_words),
    "links": (rules.links, lambda policy: (policy.max_links, policy.known_hosts)),
}
"""Rules that need to know nothing but what is kept, each with what it reads of a policy."""
OFF: dict[str, Callable[[Policy], bool]] = {
    "too_fast": lambda policy: not policy.min_seconds,
    "address_rate": lambda policy: not policy.address_rate,
    "page_rate": lambda policy: not policy.page_rate,
    "site_rate": lambda policy: not policy.site_rate,
    "learnt": lambda policy: not policy.learning,
    "proof": lambda policy: policy.proof == "off",
    "akismet": lambda policy: not policy.akismet,
    "akismet_silent": lambda policy: not policy.akismet,
}
"""When a rule that cannot be asked again would have said nothing."""


@dataclass(frozen=True, slots=True)
class Past:
    """A comment as the rules saw it, as far as that is kept."""

    tree: Tree
    signature: tuple[str, ...]
    """Name, website and email, as far as they were given."""
    sheet: tuple[Reason, ...]
    """What was said of it then."""
    known_author: bool


def compare(
    pasts: Sequence[Past], today: Policy, tried: Policy
) -> Iterator[tuple[Verdict, Verdict]]:
    """The verdicts of both on each comment; a rule that reads the same of both is asked once.

    Lists are looked through only where a quick look says that something may be found: of 500
    comments with 60 words each, that is the difference between 15 ms and 200.
    """
    lists = {*today.hold_words, *today.block_words, *tried.hold_words, *tried.block_words}
    suspects = _may_say(pasts, lists)
    bare_today, bare_tried = _without_lists(today), _without_lists(tried)
    for index, past in enumerate(pasts):
        asked: Asked = {}
        both = (today, tried) if index in suspects else (bare_today, bare_tried)
        yield screen_again(past, both[0], asked), screen_again(past, both[1], asked)


def screen_again(past: Past, policy: Policy, asked: Asked | None = None) -> Verdict:
    """The verdict that these rules would have given; `asked` is what rules have said of it already."""
    asked = {} if asked is None else asked
    facts = Facts(known_author=past.known_author)
    written = Written(past.tree, facts, policy, signature=past.signature)
    quiet = set(policy.quiet_rules) - rules.NEVER_QUIET
    fresh = []
    for name, (rule, reads) in ASKED_AGAIN.items():
        key = (name, reads(policy))
        if key not in asked:
            asked[key] = rule(written)
        fresh.append(asked[key] if name not in quiet else None)
    kept = (
        reason
        for reason in past.sheet
        if reason.rule not in ASKED_AGAIN and reason.rule not in quiet
        if not _is_off(reason.rule, policy)
    )
    return judge((*filter(None, fresh), *kept))


def is_error(status: Status, outcome: Outcome) -> bool:
    """Whether the rules would have stood against what became of the comment in the end."""
    if status is Status.APPROVED:
        return outcome is not Outcome.PUBLISH
    return status in (Status.SPAM, Status.REMOVED) and outcome is Outcome.PUBLISH


def _is_off(rule: str, policy: Policy) -> bool:
    return rule in OFF and OFF[rule](policy)


def _without_lists(policy: Policy) -> Policy:
    return replace(policy, hold_words=(), block_words=())


def _may_say(pasts: Sequence[Past], entries: Collection[str]) -> set[int]:
    """Which of them hold one of the entries, be it in the midst of a word; by one text of all."""
    if not entries:
        return set()
    texts = [
        folded("\n".join((to_text(past.tree), *links(past.tree), *past.signature)))
        for past in pasts
    ]
    ends = list(accumulate(len(text) + 1 for text in texts))
    whole = "\0".join(texts)
    found: set[int] = set()
    for word in map(bare, entries):
        at = whole.find(word)
        while at >= 0:
            index = bisect_right(ends, at)
            found.add(index)
            at = whole.find(word, ends[index])
    return found
