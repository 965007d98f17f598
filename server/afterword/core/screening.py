"""What should become of a comment before a person has looked at it, and why: the sum of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.model import Hold, Outcome, Verdict
from afterword.core.rules import (
    EDIT_RULES,
    HOLD_AT,
    NEVER_QUIET,
    RULES,
    SPAM_AT,
    Facts,
    Written,
    hold_all,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.core.model import Draft, Policy, Reason, Tree
    from afterword.core.rules import Rule


def screen(draft: Draft, tree: Tree, facts: Facts, policy: Policy) -> Verdict:
    """The verdict on a new comment. Members are published without a look."""
    given = (draft.name, draft.website, draft.email)
    signature = tuple(text for text in given if text)
    written = Written(tree, facts, policy, trap_filled=draft.honeypot, signature=signature)
    return _verdict(RULES, written)


def screen_edit(before: Tree, after: Tree, facts: Facts, policy: Policy) -> Verdict:
    """The verdict on an edit by the author; to publish means that the status may stay as it is."""
    return _verdict(EDIT_RULES, Written(after, facts, policy, before=before))


def _verdict(rules: Iterable[Rule], written: Written) -> Verdict:
    if written.facts.is_member:
        return Verdict(Outcome.PUBLISH)
    quiet = set(written.policy.quiet_rules) - NEVER_QUIET
    asked = (rule(written) for rule in rules if rule.__name__ not in quiet)
    return judge(tuple(reason for reason in asked if reason))


def is_at_risk(verdict: Verdict, facts: Facts, policy: Policy) -> bool:
    """Whether anything speaks against a new comment, or for being careful; not for what is spam anyway.

    That a site holds everything says nothing of a comment: there, a newcomer alone is no risk.
    """
    if facts.is_member or verdict.outcome is Outcome.SPAM:
        return False
    against = any(
        reason.weight > 0 and reason.rule != hold_all.__name__ for reason in verdict.reasons
    )
    return against or (not facts.known_author and policy.hold is not Hold.ALL)


def judge(reasons: tuple[Reason, ...]) -> Verdict:
    """What these reasons come to."""
    weight = sum(reason.weight for reason in reasons)
    if weight >= SPAM_AT:
        return Verdict(Outcome.SPAM, reasons)
    return Verdict(Outcome.HOLD if weight >= HOLD_AT else Outcome.PUBLISH, reasons)
