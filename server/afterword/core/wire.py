"""What programs send and see: the JSON shapes of the public API, as msgspec structs.

The OpenAPI description is made from these, requests are decoded into these, and answers are encoded from
these, so the three cannot disagree. A field that is not named here cannot leave through the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from afterword.core.model import Order, Presence, ReportReason, Votes

Positive = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Author(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who wrote a comment, as far as anybody may see."""

    name: str
    website: str | None
    staff: bool
    hue: Annotated[int, msgspec.Meta(ge=0, le=359)]
    """Degrees on the colour wheel, for the avatar."""
    verified: bool = False
    """The site knew who it was: by a confirmed address, or by its own sign-in."""
    role: str | None = None
    """What the site's own sign-in calls them."""
    avatar: str | None = None
    """A letter or two, or an emoji, in place of the initials."""


class More(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Replies that this answer left out, and the cursor that brings them."""

    count: Annotated[int, msgspec.Meta(ge=1)]
    after: str


class Comment(msgspec.Struct, frozen=True, gc=False):
    """A comment at its place in the thread. A removed one is only a place: no author, no body."""

    id: int
    parent_id: int | None
    root_id: int | None
    depth: Annotated[int, msgspec.Meta(ge=0)]
    status: Literal["approved", "pending", "removed"]
    """`pending` is seen only in the answer to its own author."""
    author: Author | None
    created_at: int
    edited_at: int | None
    body: list[Any]
    """Block nodes `[tag, {attributes}?, *children]`; see docs/api.md for the list of tags."""
    up: Annotated[int, msgspec.Meta(ge=0)] = 0
    down: Annotated[int, msgspec.Meta(ge=0)] = 0
    reply_count: Annotated[int, msgspec.Meta(ge=0)] = 0
    more: More | None = None
    pinned: bool = False
    """Stands before all others, whatever the order."""
    staff_replied: bool = False
    """Staff have answered it, as far as the replies in this answer tell."""


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """Which fields the site asks for."""

    name: Presence
    email: Presence
    website: Presence


class SignInProvider(msgspec.Struct, frozen=True, kw_only=True):
    """Where readers can sign in, by a pop-up of `/sign-in/{id}`."""

    id: int
    name: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How readers may say who they are; what is as usual is left out."""

    guests: bool = True
    """False where nobody may write without signing in."""
    codes: bool = False
    """Whether a code can be mailed to them."""
    users: bool = False
    """Whether the site itself says who is there, by a token in the `user` attribute."""
    providers: tuple[SignInProvider, ...] = ()


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What the widget must know of the site."""

    name: str
    fields: Fields
    max_length: int
    edit_window: int
    """Seconds."""
    images: bool
    votes: Votes
    """`off`, `up`, or `both`: which votes it takes on comments."""
    sign_in: SignIn | None
    """Null where everybody is a guest."""


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that readers may answer a page with, and how many did."""

    reaction: str
    count: Annotated[int, msgspec.Meta(ge=0)]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The page that was asked for; `id` and `title` are null while nobody has written there."""

    id: int | None
    url: str
    title: str | None
    closed: bool
    reactions: list[Reaction]
    """In the order of the site; empty where it has none."""
    slow: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Seconds that an author has to wait between two comments."""
    note: list[Any] = []
    """What the moderators want every reader to see first: block nodes as in a comment's body."""


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A page's comments in reading order, with what is needed to show them."""

    site: Site
    page: Page
    count: int
    sort: Order
    comments: list[Comment]
    next: str | None
    """Cursor of the next slice of top-level comments."""
    version: int
    lang: str | None
    """Language of `words` (BCP 47); null for English."""
    words: Mapping[str, str | Mapping[str, str]] | None
    """What the widget says to readers: a text, or one for each plural category; null after `after`."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Of the events `new` and `edited`: the comment as it is now, `depth` as far as it is known."""

    comment: Comment
    count: int


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """Of the event `removed`: a comment that is not public any more."""

    id: int
    count: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Of the event `count`."""

    count: int
    reload: bool
    """True where too much has changed to be told: read the thread anew."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What the widget says to those who write."""

    lang: str
    """Language of the words (BCP 47)."""
    words: Mapping[str, str | Mapping[str, str]]
    """Texts by key; a text for each plural category where there is a count."""


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Visible comments of each page asked for, in the order asked."""

    counts: list[int]
    lang: str | None = None
    """Language of `words` (BCP 47); left out for English."""
    words: Mapping[str, str | Mapping[str, str]] | None = None
    """How many replies, in words; left out where the widget holds them itself."""


class Submit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A comment as its author sends it."""

    url: str
    name: str = ""
    body: str
    client_id: str
    canonical: str | None = None
    thread_id: str | None = None
    title: str | None = None
    site: str | None = None
    parent: Positive | None = None
    email: str | None = None
    website: str | None = None
    visitor_token: str | None = None
    trap: str = ""
    """A field that people cannot see; programs that fill it are not believed."""
    seconds: Annotated[float, msgspec.Meta(ge=0)] | None = None
    """Since the author began to write, where the sender knows it."""
    notify: Literal["", "replies", "thread"] | None = None
    """With an email: of what its owner is told by mail, once they have confirmed that they want it."""
    lang: str | None = None
    """Language of those mails (BCP 47)."""
    proof: str | None = None
    """The solution of a challenge, in base64; empty where it cannot be solved."""


class Bounces(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses from which mails came back for good."""

    addresses: Annotated[list[str], msgspec.Meta(max_length=1_000)]


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """It is noted, whether or not the addresses are known."""

    noted: Literal[True] = True


class Revise(msgspec.Struct, frozen=True, kw_only=True):
    """A comment's new text."""

    body: str


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's vote on a comment: 1 for it, -1 against it, 0 for none."""

    vote: Literal[-1, 0, 1]
    visitor_token: str


class Voted(msgspec.Struct, frozen=True, kw_only=True):
    """The votes of all readers, and one's own."""

    up: Annotated[int, msgspec.Meta(ge=0)]
    down: Annotated[int, msgspec.Meta(ge=0)]
    vote: Literal[-1, 0, 1]


class React(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A reader's reaction to a page; null takes it back."""

    url: str
    canonical: str | None = None
    thread_id: str | None = None
    title: str | None = None
    site: str | None = None
    reaction: str | None
    visitor_token: str


class Reacted(msgspec.Struct, frozen=True, kw_only=True):
    """The reactions of all readers, and one's own."""

    reactions: list[Reaction]
    mine: str | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader says is wrong with a comment; moderators alone see it."""

    reason: ReportReason
    text: str = ""
    visitor_token: str


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """The moderators are told."""

    reported: Literal[True] = True


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Markdown to be shown as it would look."""

    body: str
    url: str | None = None
    site: str | None = None


class Previewed(msgspec.Struct, frozen=True, kw_only=True):
    """The tree of a previewed body."""

    body: list[Any]


class OwnComment(Comment, frozen=True, kw_only=True):
    """A comment as its own author sees it, with the Markdown to edit."""

    source: str


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """The stored comment, and the token that lets this browser edit it until `expires_at`."""

    comment: OwnComment
    author_token: str
    expires_at: int


class Revised(msgspec.Struct, frozen=True, kw_only=True):
    """The comment after its author's change."""

    comment: OwnComment


class WrongField(msgspec.Struct, frozen=True, kw_only=True):
    """One wrong field of a request, and what to do about it."""

    field: str
    code: str
    message: str


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """A proof of work as ALTCHA has it: which number, put after `salt`, has the hash `challenge`?"""

    algorithm: Literal["SHA-256"]
    challenge: str
    maxnumber: Annotated[int, msgspec.Meta(ge=0)]
    """The number is not higher."""
    salt: str
    signature: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details, RFC 9457 section 3, with the members that our answers add."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[WrongField] = []
    command: str | None = None
    """Of `unknown_origin`: the command that adds the origin."""
    retry_after: int | None = None
    """Seconds."""
    ends_at: int | None = None
    """Of `banned`: when the author may write again; left out where no end is set."""
    challenge: Challenge | None = None
    """Of `proof_needed`: what is to be solved."""
    request_id: str | None = None
    """As in the header `X-Request-Id`: what the server's log calls this request."""
