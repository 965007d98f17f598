"""The JSON of the API of members about sites: settings, rules tried, filter, surge, statistics, audit log.

What a site is set to is flat, under the names of the audit log: `site` (its name), `origins`, and the
fields of `Policy`, from which the structs are made: a new field of a policy is here at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from afterword.core.model import Policy
from afterword.core.wire_admin import HeldReason, RoleName

_NAMED: dict[str, Any] = {"site": str, "origins": tuple[str, ...]}
_POLICY: dict[str, Any] = {**get_type_hints(Policy), "hold": Literal["all", "first", "none"]}
_GIVEN = [(name, kind | UnsetType, UNSET) for name, kind in _POLICY.items()]


def _struct(name: str, about: str, *fields: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        name, fields, frozen=True, kw_only=True, module=__name__, namespace={"__doc__": about}
    )


SiteSettings = _struct(
    "SiteSettings",
    "What a site is set to.",
    ("id", int),
    *_NAMED.items(),
    *_POLICY.items(),
)
NewSite = _struct(
    "NewSite", "A site to be; what is not given is as usual.", *_NAMED.items(), *_GIVEN
)
ChangeSite = _struct(
    "ChangeSite",
    "What shall be otherwise; what is not given stays.",
    *((name, kind | UnsetType, UNSET) for name, kind in _NAMED.items()),
    *_GIVEN,
)
TryRules = _struct("TryRules", "What would be otherwise in the rules.", *_GIVEN)


def given(sent: msgspec.Struct) -> dict[str, Any]:
    """The fields that were sent."""
    values = {name: getattr(sent, name) for name in sent.__struct_fields__}
    return {name: value for name, value in values.items() if value is not UNSET}


class SiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A site, and what the token may do there."""

    id: int
    name: str
    origins: list[str]
    role: RoleName


class Sites(msgspec.Struct, frozen=True, kw_only=True):
    """The sites of a member."""

    sites: list[SiteRow]


class TrialErrors(msgspec.Struct, frozen=True, kw_only=True):
    """Where rules stand against what became of comments."""

    good_held: int
    bad_shown: int


class TrialMove(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of which the rules that are tried say something else than today's."""

    comment_id: int
    page_url: str
    today: Literal["publish", "hold", "spam"]
    tried: Literal["publish", "hold", "spam"]
    reasons: list[HeldReason]
    is_error: bool
    was_error: bool


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What rules would have done with the last comments."""

    looked_at: int
    today: TrialErrors
    tried: TrialErrors
    moves: list[TrialMove]


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token of the learning filter, and in how many comments of each kind it was."""

    token: str
    good: int
    spam: int


class FilterState(msgspec.Struct, frozen=True, kw_only=True):
    """How much a filter knows, and its strongest tokens."""

    good: int
    """Decisions that it knows."""
    spam: int
    speaks_for_spam: list[Token]
    speaks_against: list[Token]


class FilterCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Every count of a filter."""

    tokens: list[Token]


class SetSurge(msgspec.Struct, frozen=True, kw_only=True):
    """Whether only known authors are published without a look."""

    on: bool


class SurgeState(msgspec.Struct, frozen=True, kw_only=True):
    """How comments come to a site now."""

    site_id: int
    on: bool
    by_hand: bool
    """Whether somebody began it, who will have to end it too."""
    began_at: int | None
    per_minute: float


class Surges(msgspec.Struct, frozen=True, kw_only=True):
    """How comments come to the sites of a member."""

    sites: list[SurgeState]


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A day, or a week."""

    at: int
    counts: Mapping[str, int]
    """Comments written in it, by what they are now."""
    response: float | None
    """Minutes from writing to decision, the median."""


class BusyPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page with its public comments in that time."""

    id: int
    title: str
    url: str
    number: int


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What is written on a site, and how long it waits."""

    days: int
    stretches: list[Stretch]
    busiest: list[BusyPage]
    response: float | None


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """One act."""

    id: int
    at: int
    act: str
    text: str
    """What was done, as the dashboard says it."""
    member_name: str
    site_id: int | None
    subject: list[int]
    undone_at: int | None
    may_undo: bool


class AuditLog(msgspec.Struct, frozen=True, kw_only=True):
    """A slice of the audit log."""

    lines: list[AuditLine]
    next: int | None
    """`before` of the next slice."""
