"""What should become of a comment before a person has looked at it, and why.

A rule looks at what was written and says one `Reason` or nothing; a new rule is a function and its
name in `RULES`. The reasons are kept and shown to moderators, so each is a sentence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.model import Hold, Outcome, Reason, Verdict
from afterword.core.tree import links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.core.model import Draft, Policy, Tree

    Rule = Callable[["Written"], Reason | None]

HOLD_AT = 1.0
"""Weights of this sum hold a comment for the moderators."""
SPAM_AT = 10.0
"""Weights of this sum put it with the spam."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the writer and the place, as far as the rules ask."""

    is_member: bool = False
    """A signed-in member of this site writes."""
    known_author: bool = False
    """This site has approved a comment with the same author key."""
    page_closed: bool = False
    recent_duplicate: bool = False
    """The same text was sent to this site a short while ago."""


@dataclass(frozen=True, slots=True)
class Written:
    """All that a rule may look at."""

    tree: Tree
    facts: Facts
    policy: Policy
    trap_filled: bool = False
    before: Tree | None = None
    """Of an edit: the body as it was."""


def screen(draft: Draft, tree: Tree, facts: Facts, policy: Policy) -> Verdict:
    """The verdict on a new comment. Members are published without a look."""
    return _verdict(RULES, Written(tree, facts, policy, trap_filled=draft.honeypot))


def screen_edit(before: Tree, after: Tree, facts: Facts, policy: Policy) -> Verdict:
    """The verdict on an edit by the author; to publish means that the status may stay as it is."""
    return _verdict(EDIT_RULES, Written(after, facts, policy, before=before))


def _verdict(rules: Iterable[Rule], written: Written) -> Verdict:
    if written.facts.is_member:
        return Verdict(Outcome.PUBLISH)
    reasons = tuple(reason for rule in rules if (reason := rule(written)))
    weight = sum(reason.weight for reason in reasons)
    if weight >= SPAM_AT:
        return Verdict(Outcome.SPAM, reasons)
    return Verdict(Outcome.HOLD if weight >= HOLD_AT else Outcome.PUBLISH, reasons)


def trap(written: Written) -> Reason | None:
    """People do not see the field, so nobody but a program fills it in."""
    if not written.trap_filled:
        return None
    return Reason("trap", SPAM_AT, "Filled in a field that people cannot see")


def closed_page(written: Written) -> Reason | None:
    """Closed pages refuse comments; one that was on its way when the page closed is held."""
    if not written.facts.page_closed:
        return None
    return Reason("closed_page", HOLD_AT, "Came after the page was closed for comments")


def hold_all(written: Written) -> Reason | None:
    """The site wants to see everything first."""
    if written.policy.hold is not Hold.ALL:
        return None
    return Reason("hold_all", HOLD_AT, "This site holds every comment")


def new_author(written: Written) -> Reason | None:
    """The site wants to see the first comment of each author."""
    if written.policy.hold is not Hold.FIRST or written.facts.known_author:
        return None
    return Reason("new_author", HOLD_AT, "First comment of this author")


def many_links(written: Written) -> Reason | None:
    """More links than the site lets pass."""
    count, allowed = len(links(written.tree)), written.policy.max_links
    if count <= allowed:
        return None
    text = f"{_counted(count, 'link')}, and this site holds comments with more than {allowed}"
    return Reason("links", HOLD_AT, text)


def duplicate(written: Written) -> Reason | None:
    """The same again."""
    if not written.facts.recent_duplicate:
        return None
    return Reason("duplicate", 2.0, "The same text was sent to this site shortly before")


def added_links(written: Written) -> Reason | None:
    """A link that slips into a comment after it was approved is seen by nobody."""
    added = Counter(links(written.tree)) - Counter(links(written.before or []))
    if not added:
        return None
    return Reason("added_links", HOLD_AT, f"The edit added {_counted(added.total(), 'link')}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


RULES: tuple[Rule, ...] = (
    trap, closed_page, hold_all, new_author, many_links, duplicate,
)  # fmt: skip
"""What is asked of a new comment."""
EDIT_RULES: tuple[Rule, ...] = (hold_all, added_links)
"""What is asked of an edit: everything else was decided when the comment was new."""
