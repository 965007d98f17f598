"""The nouns of Afterword as plain frozen data: what storage returns and services pass on.

Times are integers: milliseconds since 1970-01-01 UTC. The words are those of docs/architecture.md, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias, get_args

Node: TypeAlias = "str | list[str | dict[str, str] | Node]"
"""Text, or `[tag, {attributes}?, *children]`; `core.tree.ALLOWED` lists tags and attributes."""
Tree: TypeAlias = "list[Node]"
"""The body of a comment: a list of block nodes."""

Presence: TypeAlias = Literal["required", "optional", "hidden"]
Order: TypeAlias = Literal["oldest", "newest", "top"]
"""Which top-level comments come first; of those with as many points, `top` has the newest first."""
ORDERS: tuple[Order, ...] = get_args(Order)
Proof: TypeAlias = Literal["off", "risk", "always"]
Votes: TypeAlias = Literal["off", "up", "both"]
"""What readers may vote on a site; `both` is up and down."""
ReportReason: TypeAlias = Literal["spam", "abuse", "private", "off_topic", "other"]
"""What a reader may say is wrong with a comment."""
BanKind: TypeAlias = Literal["author", "email", "address", "network", "name"]
"""What somebody is banned by: the browser, the email, the network address or its surroundings, the name."""
BAN_KINDS: tuple[BanKind, ...] = get_args(BanKind)


class Status(StrEnum):
    """Where a comment stands. Each may become any other; only `APPROVED` is public."""

    APPROVED = "approved"
    PENDING = "pending"
    SPAM = "spam"
    REMOVED = "removed"


class Tab(StrEnum):
    """What moderators look through: comments of one status, or public ones that readers reported."""

    PENDING = "pending"
    REPORTED = "reported"
    SPAM = "spam"
    REMOVED = "removed"
    APPROVED = "approved"


QueueOrder: TypeAlias = Literal["oldest", "newest", "reports", "score"]
"""How moderators look through it: of as many reports, or the same score, the newest first."""


class Hold(StrEnum):
    """Whom a site holds for its moderators before the rules have spoken."""

    ALL = "all"
    FIRST = "first"
    NONE = "none"


class Role(StrEnum):
    """What a member may do on a site: a viewer reads, a moderator decides, an owner also configures."""

    VIEWER = "viewer"
    MODERATOR = "moderator"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """The greater, the more it may do; each may all that those before it may."""
        return list(Role).index(self)


class Act(StrEnum):
    """What can be done to a comment; the audit log and the dashboard use these words."""

    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Policy:
    """How one site wants its conversation kept. Stored as versioned JSON in `site.policy`."""

    hold: Hold = Hold.FIRST
    name: Presence = "required"
    email: Presence = "optional"
    website: Presence = "optional"
    max_length: int = 10_000
    """Characters of Markdown in one comment, 1 to 20,000."""
    max_links: int = 2
    """A comment with more links than this is held."""
    edit_window: int = 900
    """Seconds in which an author may edit or delete, 0 to 86,400."""
    allow_images: bool = False
    query_keys: tuple[str, ...] = ()
    """Query parameters that tell pages of this site apart; all others are dropped from page keys."""
    sort: Order = "oldest"
    votes: Votes = "up"
    reactions: tuple[str, ...] = ()
    """What readers may answer a page with, up to eight emoji or short words; none turns it off."""
    words: dict[str, str] = field(default_factory=dict)
    """The site's own words for single texts, by `core.languages.Spot`."""
    close_after: int = 0
    """Days after which a page takes no more comments, 0 for never."""
    hold_words: tuple[str, ...] = ()
    """Words or phrases that hold a comment: `casino` as a whole word, `*casino*` anywhere in one."""
    block_words: tuple[str, ...] = ()
    """The same, of comments that go to the spam."""
    min_seconds: int = 3
    """A comment written in less time is held, unless its author is known; 0 for none."""
    address_rate: int = 10
    """Comments from one network address in an hour, from which on those of strangers are held; 0: none."""
    page_rate: int = 30
    """The same of one page in a minute."""
    site_rate: int = 60
    """The same of the whole site."""
    known_hosts: tuple[str, ...] = ()
    """Links to these hosts do not count as links."""
    quiet_rules: tuple[str, ...] = ()
    """Rules that this site does not ask, by name: a moderator said *never hold for this again*."""
    learning: bool = True
    """Whether the learning filter has a say."""
    proof: Proof = "risk"
    """When a browser has to work before a comment is taken without a look: never, at risk, always."""
    surge_guard: bool = True
    """Whether a flood of comments makes the site hold all by itself, until it is over."""
    guests: bool = True
    """Whether somebody may write without signing in."""
    mailed_codes: bool = True
    """Whether readers may sign in by a code that is mailed to them."""
    keep_addresses: int = 30
    """Days for which the network address of an author is known, as a hash; 1 to 30."""
    akismet: bool = False
    """Whether comments are shown to Akismet, a third party; needs its key in the settings."""


@dataclass(frozen=True, slots=True)
class Site:
    """One website: a name for people and commands, the exact origins it is served from, and its policy."""

    id: int
    name: str
    origins: tuple[str, ...]
    policy: Policy
    version: int
    """Rises with each change of the site, and is part of every ETag of its threads."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The lower-case hosts of the origins, without port and without a leading `www.`."""
        hosts = (re.sub(r":\d+$", "", origin.split("://", 1)[1]) for origin in self.origins)
        return tuple(dict.fromkeys(host.removeprefix("www.") for host in hosts))


@dataclass(frozen=True, slots=True)
class Page:
    """One address of a site; its comments are one thread."""

    id: int
    site_id: int
    url: str
    """The address that readers and mails are shown; only its own origin may change it."""
    title: str
    closed: bool
    version: int
    """Rises with each change of the thread, by `pages.changing` alone."""
    comment_count: int
    """Approved comments, recounted in the same transaction as the change."""
    reactions: Mapping[str, int] = field(default_factory=dict)
    """How many readers chose each."""
    slow: int = 0
    """Seconds between two comments of one author; 0 for no wait."""
    note: str = ""
    """What the moderators want every reader of the thread to see first, as Markdown."""
    created_at: int = 0
    opened_at: int | None = None
    """When it was last opened by hand: from then its days count until it closes by itself."""
    merged_into: int | None = None
    """The page that has its comments and keys now; what is merged is only a name for it."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment, as far as anybody may see."""

    name: str
    website: str | None = None
    key: str | None = None
    """Keyed hash of a confirmed email or of the browser's visitor token; never shown."""
    member_id: int | None = None
    """Set when a signed-in member wrote it; makes the staff badge."""
    verified: bool = False
    """Whether the site knew who it was: by a confirmed address, or by its own sign-in."""
    role: str | None = None
    """What the site's own sign-in calls them: `Author of this book`."""
    avatar: str | None = None
    """A letter or two, or an emoji, in place of the initials."""


@dataclass(frozen=True, slots=True)
class Comment:
    """Anything that a person wrote under a page."""

    id: int
    page_id: int
    parent_id: int | None
    root_id: int | None
    """The top-level comment above it; None on a top-level comment."""
    status: Status
    author: Author
    source: str
    """Markdown as written; empty once scrubbed."""
    tree: Tree
    created_at: int
    edited_at: int | None
    origin_key: str
    """Where it came from, so that it never enters twice: `client:<uuid>`, `disqus:<id>`, …"""
    up: int = 0
    down: int = 0
    """Votes of readers."""
    reports: int = 0
    """Open ones of readers; for moderators alone."""
    pinned: bool = False
    """A top-level comment that stands before all others while it is public."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What came in, cleaned and within limits, before it is a comment."""

    body: str
    name: str
    email: str | None
    website: str | None
    client_id: str
    visitor_token: str | None = None
    parent_id: int | None = None
    honeypot: bool = False
    """True when the field that people cannot see was filled in."""


class Outcome(StrEnum):
    """What screening says should become of a draft."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of a verdict's score sheet."""

    rule: str
    """The rule's name in snake case: `new_author`, `links`, …"""
    weight: float
    """Positive speaks against publishing."""
    text: str
    """A sentence for the moderator: `First comment of this author`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What screening found, with its reasons."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()

    @property
    def status(self) -> Status:
        """The status that a new comment with this verdict gets."""
        return {
            Outcome.PUBLISH: Status.APPROVED,
            Outcome.HOLD: Status.PENDING,
            Outcome.SPAM: Status.SPAM,
        }[self.outcome]


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody who may not write on a site, by what they are known again."""

    id: int
    site_id: int
    kind: BanKind
    label: str
    """What moderators are shown of whom it is about: `m…@example.org`, `address of 12 March 2027`."""
    reason: str
    shadow: bool
    """Whether the author is not told: their comments go to the spam, and are answered as if held."""
    created_at: int
    ends_at: int | None
    """None for a ban without an end."""
    member_id: int | None
    """Who decided it; None for the command line, or a member who is gone."""


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in person of the dashboard."""

    id: int
    name: str
    email: str
    roles: dict[int | None, Role] = field(default_factory=dict)
    """Role by site id; the key None stands for every site."""

    def role_on(self, site_id: int) -> Role | None:
        """The role on that site, or None where the member has none; of two, the greater."""
        found = [self.roles[key] for key in (site_id, None) if key in self.roles]
        return max(found, key=lambda role: role.rank, default=None)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member as those see them who decide what they may."""

    member: Member
    disabled_at: int | None
    second_step: bool
    """Whether a code is asked for at sign-in."""
    bounced_at: int | None = None
    """Since when mails to them come back."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was made and not used: for a role, or for a new password of a member."""

    id: int
    site_id: int | None
    """None for every site."""
    role: Role | None
    """None on a link for a new password."""
    member_id: int | None
    """Whose password it is; None on an invitation."""
    label: str
    """For whom, in the words of whoever made it."""
    invited_by: int | None
    """None for the command line."""
    ends_at: int


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser of a member."""

    id: int
    member_id: int
    created_at: int
    seen_at: int
    agent: str
    """Browser and system in a few words, for the list of sessions."""
    csrf: str
    """Random value that every form of this session carries."""
    confirmed_at: int | None = None
    """When the member's password was last typed in it."""
