"""What the forms of the rules and of the word lists say, as a policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from afterword.core import entry_lines
from afterword.core.errors import FieldError, Invalid
from afterword.core.model import Hold, Policy, Proof
from afterword.services.sites.manage_sites import LIMITS
from afterword.web.dashboard.rule_rows import NUMBERS, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.web.input import Fields

LISTS: dict[str, Callable[[str, str], tuple[str, ...]]] = {
    "hold_words": entry_lines.words,
    "block_words": entry_lines.words,
    "known_hosts": entry_lines.hosts,
}
PROOFS: tuple[Proof, ...] = get_args(Proof)


def rules_in(fields: Fields) -> Callable[[Policy], Policy]:
    """What the form of the rules makes of a policy; raises one `Invalid` with all that is wrong."""
    numbers: dict[str, Any] = _numbers(fields)
    change = choices_in(fields)
    return lambda policy: replace(change(policy), **numbers)


def choices_in(fields: Fields) -> Callable[[Policy], Policy]:
    """The same but for its numbers: what is ticked and chosen, right or wrong as they may be."""
    quiet = {row.name for row in ROWS if row.may_be_quiet and not fields.ticked(f"rule-{row.name}")}
    hold = fields.one_of("hold", tuple(Hold), Hold.FIRST)
    proof: Proof = fields.one_of("proof", PROOFS, "risk")
    learning, surge = fields.ticked("learning"), fields.ticked("surge_guard")
    akismet = fields.ticked("akismet")

    def change(policy: Policy) -> Policy:
        listed = {row.name for row in ROWS}
        others = [name for name in policy.quiet_rules if name not in listed]
        return replace(
            policy,
            hold=hold,
            proof=proof,
            learning=learning,
            surge_guard=surge,
            akismet=akismet,
            quiet_rules=(*others, *(row.name for row in ROWS if row.name in quiet)),
        )

    return change


def words_in(fields: Fields) -> Callable[[Policy], Policy]:
    """The same for the lists: each wrong line is named."""
    found: dict[str, tuple[str, ...]] = {}
    wrong: list[FieldError] = []
    for field, read in LISTS.items():
        try:
            found[field] = read(field, fields.text(field))
        except Invalid as refusal:
            wrong.extend(refusal.fields)
    if wrong:
        raise Invalid(*wrong)
    return lambda policy: replace(
        policy,
        hold_words=found["hold_words"],
        block_words=found["block_words"],
        known_hosts=found["known_hosts"],
    )


def _numbers(fields: Fields) -> dict[str, int]:
    found: dict[str, int] = {}
    wrong: list[FieldError] = []
    for field in NUMBERS:
        try:
            found[field] = fields.between(field, *LIMITS[field])
        except Invalid as refusal:
            wrong.extend(refusal.fields)
    if wrong:
        raise Invalid(*wrong)
    return found
