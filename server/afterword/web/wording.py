"""How numbers, dates and names are written on our pages; the filters of the templates."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from afterword.core.dates import day_text
from afterword.core.model import Act, Hold, Policy, Presence, Reason, Role, Tab
from afterword.web.act_words import SAID

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TAB_NAMES = {
    Tab.PENDING: "Pending",
    Tab.REPORTED: "Reported",
    Tab.SPAM: "Spam",
    Tab.REMOVED: "Removed",
    Tab.APPROVED: "Approved",
}
"""The tabs of the queue in their order."""

_DONE = {
    Act.APPROVE: "approved",
    Act.HOLD: "held",
    Act.SPAM: "marked as spam",
    Act.REMOVE: "removed",
}
_HOLDS = {
    Hold.ALL: "Every comment waits for a moderator.",
    Hold.FIRST: "The first comment of each author waits for a moderator.",
    Hold.NONE: "Comments appear at once unless a rule holds them.",
}
_PRESENCES: dict[Presence, str] = {
    "required": "required",
    "optional": "optional",
    "hidden": "not asked for",
}
_ROLES = {
    Role.OWNER: "owner",
    Role.MODERATOR: "moderator",
    Role.VIEWER: "viewer",
}


def count(number: int, one: str, many: str) -> str:
    """`1 reply`, `1,200 replies`."""
    return f"{number:,} {one if number == 1 else many}"


def iso(at: int) -> str:
    """For the `datetime` attribute: `2026-03-12T14:05:09Z`."""
    return _utc(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: int, lang: str = "en") -> str:
    """`12 March 2026`, and `2026-03-12` in a page of another language."""
    return day_text(at) if lang == "en" else f"{_utc(at):%Y-%m-%d}"


def short_day(at: int) -> str:
    """`12 Mar`, for an axis."""
    number, month, _ = day_text(at).split()
    return f"{number} {month[:3]}"


def exact(at: int, lang: str = "en") -> str:
    """`12 March 2026, 14:05 UTC`: we do not know the reader's own zone."""
    return f"{day(at, lang)}, {_utc(at):%H:%M} UTC"


def ago(at: int, now: int) -> str:
    """`3 minutes ago`, `yesterday`; a date when it is more than thirty days."""
    passed = now - at
    if passed < MINUTE:
        return "just now"
    if passed < HOUR:
        return count(passed // MINUTE, "minute ago", "minutes ago")
    if passed < DAY:
        return count(passed // HOUR, "hour ago", "hours ago")
    if passed < 2 * DAY:
        return "yesterday"
    return f"{passed // DAY} days ago" if passed <= 30 * DAY else day(at)


def duration(seconds: int) -> str:
    """`15 minutes`, `1 hour`, `90 seconds`."""
    for size, one, many in ((3600, "hour", "hours"), (60, "minute", "minutes")):
        if seconds and seconds % size == 0:
            return count(seconds // size, one, many)
    return count(seconds, "second", "seconds")


def initials(name: str) -> str:
    """At most two letters for the avatar; a name of signs alone gives its first sign."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return name[:1]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()


def weight(reason: Reason) -> str:
    """`+2`, `−1.4`, with the sign that lines up with the plus."""
    return score(reason.weight)


def score(total: float) -> str:
    """The same of a sum."""
    text = f"{abs(total):.1f}".removesuffix(".0")
    return f"{'−' if total < 0 else '+'}{text}"


def tab(which: Tab) -> str:
    """`Pending`."""
    return TAB_NAMES[which]


def done(act: str, number: int) -> str:
    """What an act did: `2 comments marked as spam`."""
    return SAID.get(act) or f"{count(number, 'comment', 'comments')} {_DONE[Act(act)]}"


def came(number: int, most: int) -> str:
    """`3 new comments`; where `most` were counted, `100 or more new comments`."""
    return (
        f"{number:,} or more new comments"
        if number >= most
        else count(number, "new comment", "new comments")
    )


def hold(policy: Policy) -> str:
    """The site's policy as a sentence."""
    return _HOLDS[policy.hold]


def presence(field: Presence) -> str:
    """Whether a site asks for a field."""
    return _PRESENCES[field]


def role(value: Role) -> str:
    """A role as it stands in a sentence."""
    return _ROLES[value]


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


FILTERS = (
    ago,
    count,
    day,
    done,
    duration,
    exact,
    hold,
    initials,
    iso,
    presence,
    role,
    score,
    tab,
    weight,
)
