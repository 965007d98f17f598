"""The form of a site's settings: which fields, what each means, and what it says as a policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from afterword.core.errors import Invalid
from afterword.services.sites.manage_sites import LIMITS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.core.errors import FieldError
    from afterword.core.model import Policy, Site
    from afterword.web.input import Fields


@dataclass(frozen=True, slots=True)
class SiteField:
    """One field of the form."""

    policy: str
    """The field of `Policy`."""
    label: str
    hint: str
    kind: Literal["choice", "number", "tick", "lines"]
    choices: tuple[tuple[str, str], ...] = ()
    """Words of the policy and of the screen."""

    @property
    def name(self) -> str:
        """In the form: a site's own name is `name` there."""
        return f"ask_{self.policy}" if self.policy in ("name", "email", "website") else self.policy

    @property
    def range(self) -> tuple[int, int] | None:
        """The least and the most of a number."""
        return LIMITS.get(self.policy)


_ASKED = (("required", "Required"), ("optional", "May be left out"), ("hidden", "Not asked for"))

GROUPS: tuple[tuple[str, tuple[SiteField, ...]], ...] = (
    (
        "What authors are asked",
        (
            SiteField("name", "Name", "Readers see it at the comment.", "choice", _ASKED),
            SiteField("email", "Email", "Never public; moderators see it.", "choice", _ASKED),
            SiteField("website", "Website", "The name links to it.", "choice", _ASKED),
        ),
    ),
    (
        "Who may write",
        (
            SiteField(
                "guests",
                "Guests",
                "Else only readers who have signed in, by one of the ways that you offer.",
                "tick",
            ),
            SiteField(
                "mailed_codes",
                "Signing in by a mailed code",
                "Readers type an address and then the code that they get. Needs a mail server.",
                "tick",
            ),
        ),
    ),
    (
        "What comments may be",
        (
            SiteField("max_length", "Longest comment", "Characters.", "number"),
            SiteField(
                "edit_window",
                "How long authors may edit or delete",
                "Seconds after writing; 900 is a quarter of an hour, 0 is never.",
                "number",
            ),
            SiteField(
                "allow_images",
                "Pictures by their address",
                "They come from other servers, which then see who reads.",
                "tick",
            ),
        ),
    ),
    (
        "What readers find",
        (
            SiteField(
                "sort",
                "Order at first",
                "Readers may choose another.",
                "choice",
                (("oldest", "Oldest first"), ("newest", "Newest first"), ("top", "Best first")),
            ),
            SiteField(
                "votes",
                "Votes on comments",
                "One of each device and comment.",
                "choice",
                (("up", "For a comment"), ("both", "For and against"), ("off", "None")),
            ),
            SiteField(
                "reactions",
                "Reactions to a page",
                "Up to eight emoji or short words, one a line. None turns them off.",
                "lines",
            ),
        ),
    ),
    (
        "What is kept",
        (
            SiteField(
                "keep_addresses",
                "How long an author is known by network address",
                "Days, as a hash that changes daily. Bans by address last no longer.",
                "number",
            ),
        ),
    ),
    (
        "Addresses and words",
        (
            SiteField(
                "query_keys",
                "Query parameters that tell pages apart",
                "One a line, such as id. All others are left out of a page's address.",
                "lines",
            ),
            SiteField(
                "words",
                "Your own words for single texts",
                "One a line, as in leave=Join in, or de:leave=Mitreden. A line with a key that"
                " does not exist is answered with those that do.",
                "lines",
            ),
        ),
    ),
)
FIELDS = tuple(field for _, group in GROUPS for field in group)
NAMES = ("name", "origin", *(field.name for field in FIELDS))
"""Of the form."""


def shown(site: Site) -> dict[str, str]:
    """What stands in the form before anything was typed."""
    values = {"name": site.name, "origin": "\n".join(site.origins)}
    return values | {field.name: _shown(getattr(site.policy, field.policy)) for field in FIELDS}


def typed(fields: Fields) -> dict[str, str]:
    """What was sent, to be shown again."""
    return {name: fields.text(name) for name in NAMES}


def lines(fields: Fields, name: str) -> tuple[str, ...]:
    """The lines of a field that are not empty."""
    return tuple(line.strip() for line in fields.text(name).split("\n") if line.strip())


def policy_in(fields: Fields) -> Callable[[Policy], Policy]:
    """What the form makes of a policy, all but its words; raises one `Invalid` with all that is wrong."""
    found: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for field in FIELDS:
        try:
            if field.policy != "words":
                found[field.policy] = _value(field, fields)
        except Invalid as refusal:
            wrong.extend(refusal.fields)
    if wrong:
        raise Invalid(*wrong)
    return lambda policy: replace(policy, **found)


def _value(field: SiteField, fields: Fields) -> Any:
    if field.kind == "tick":
        return fields.ticked(field.name)
    if field.kind == "lines":
        return lines(fields, field.name)
    if field.kind == "choice":
        allowed = WORDS[field.policy]
        return fields.one_of(field.name, allowed, allowed[0])
    return fields.between(field.name, *LIMITS[field.policy])


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, dict):
        return _words(value)
    return str(value)


def _words(words: Mapping[str, str]) -> str:
    return "\n".join(f"{place}={text}" for place, text in sorted(words.items()))
