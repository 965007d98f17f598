"""Signed tokens, each good for one purpose: what is signed for one is refused by every other.

itsdangerous with HMAC-SHA256 and a salt a purpose. When a token ends is written in it and compared
with the caller's `now`: nothing here asks the clock.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import msgspec
from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from afterword.core.errors import SignInNeeded
from afterword.core.oidc_flow import Arrival, Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

TICKET_LASTS = 5 * 60_000
"""Milliseconds between the password and the code."""
LONGEST_TICKET = 3_000
"""Characters of what carries an attempt to sign in: a cookie may have 4,096."""
_LONGEST = 512
# 256 bits are 43 characters of 6; the last one carries 4, so its two lowest bits are always zero.
# A decoder drops them: without this, four spellings of each signature would be good.
_SIGNED = re.compile(r"[A-Za-z0-9_.-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")


@dataclass(frozen=True, slots=True)
class AuthorClaim:
    """What an author token proves: that its bearer wrote this comment of this site."""

    comment_id: int
    site_id: int
    expires_at: int
    """The token is good before this time."""


class Tokens:
    """Makes and reads every kind of token of one installation."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets` are the keys of the installation, newest first: the first signs, all read."""
        self._author = _serializer(secrets, "author", _ShortSerializer)
        self.session = SessionTokens(secrets, "session")
        self.reader = SessionTokens(secrets, "reader")
        self.own_page = OwnPageLinks(secrets)
        self.person = SessionTokens(secrets, "person")
        self.second_step = SecondStepTickets(secrets)
        self.sign_in = SignInTickets(secrets)
        self.decisions = DecisionLinks(secrets)
        self.mailbox = MailboxTokens(secrets)
        self.quiet = QuietLinks(secrets)
        self._secrets = tuple(secrets)

    def totp_keys(self, member_id: int, seed: str) -> list[bytes]:
        """Keys of a member's authenticator, by each secret in use, that of the newest first.

        They are made from the secret, so that a copy of the database holds none.
        """
        text = f"afterword/totp/v1/{member_id}/{seed}".encode()
        return [hmac.digest(each.encode(), text, sha256)[:20] for each in self._secrets]

    def webhook_secrets(self, webhook_id: int, seed: str) -> list[str]:
        """What a webhook's messages are signed with, by each secret in use, that of the newest first."""
        text = f"afterword/webhook/v1/{webhook_id}/{seed}".encode()
        return [f"whsec_{hmac.digest(each.encode(), text, sha256).hex()}" for each in self._secrets]

    def author_token(self, comment_id: int, site_id: int, *, expires_at: int) -> str:
        """The proof that its bearer wrote this comment; ends at `expires_at`."""
        return _text(self._author.dumps([comment_id, site_id, expires_at]))

    def read_author(self, token: str, *, now: int) -> AuthorClaim:
        """What an author token says; raises `SignInNeeded` with `token_bad` or `token_ended`."""
        payload = _read(self._author, token)
        match payload:
            case [int(comment_id), int(site_id), int(expires_at)]:
                claim = AuthorClaim(comment_id, site_id, expires_at)
            case _:
                message = "This browser has no right to change this comment."
                raise SignInNeeded(message, code="token_bad")
        if now >= expires_at:
            message = "The time to change this comment is over."
            raise SignInNeeded(message, code="token_ended")
        return claim


class SecondStepTickets:
    """What a right password gives where a code is needed too: the right to type one, for five minutes."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._serializer = _serializer(secrets, "second-step")

    def sign(self, member_id: int, password_hash: str, *, now: int) -> str:
        """A ticket that ends with the password that it was given for."""
        claim = [member_id, token_hash(password_hash)[:16], now + TICKET_LASTS]
        return _text(self._serializer.dumps(claim))

    def read(self, ticket: str, *, now: int) -> tuple[int, str] | None:
        """The member's id and what `is_for` knows the password by; None for what is good no more."""
        match _read(self._serializer, ticket):
            case [int(member_id), str(mark), int(ends_at)] if now < ends_at:
                return member_id, mark
        return None

    @staticmethod
    def is_for(mark: str, password_hash: str) -> bool:
        """Whether the ticket was given for this password."""
        return hmac.compare_digest(mark.encode(), token_hash(password_hash)[:16].encode())


class SignInTickets:
    """What carries an attempt to sign in through a browser, which may read it and change nothing."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._flows = _serializer(secrets, "sign-in flow")
        self._codes = _serializer(secrets, "sign-in code")

    def flow(self, flow: Flow) -> str:
        """An attempt as it stands in its cookie."""
        return _text(self._flows.dumps(asdict(flow)))

    def read_flow(self, text: str, *, now: int) -> Flow | None:
        """The attempt, while it may still be answered."""
        flow = _converted(_read(self._flows, text, LONGEST_TICKET), Flow)
        return flow if flow and now < flow.ends_at else None

    def code(self, arrival: Arrival) -> str:
        """What the page gets that has asked."""
        return _text(self._codes.dumps(asdict(arrival)))

    def read_code(self, text: str, *, now: int) -> Arrival | None:
        """Who has arrived, while the code is good; whether it was used is for the database to say."""
        arrival = _converted(_read(self._codes, text, LONGEST_TICKET), Arrival)
        return arrival if arrival and now < arrival.ends_at else None


@dataclass(frozen=True, slots=True)
class DecisionClaim:
    """What a link in a mail lets its bearer do: decide about one comment, once, as that member."""

    member_id: int
    comment_id: int
    site_id: int
    told: str
    """What the mail was about: one of `core.notices.TOLD`. With it the right ends."""
    nonce: str
    ends_at: int


class DecisionLinks:
    """What links of mails to members carry, and what takes back a decision that one has led to."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._decide = _serializer(secrets, "decide")
        self._undo = _serializer(secrets, "undo-decision")

    def sign(self, claim: DecisionClaim) -> str:
        """The token of a link."""
        subject = [claim.member_id, claim.comment_id, claim.site_id, claim.told]
        return _text(self._decide.dumps([*subject, claim.nonce, claim.ends_at]))

    def read(self, token: str) -> DecisionClaim | None:
        """What was signed here, over or not; None for all else."""
        match _read(self._decide, token):
            case [int(member), int(comment), int(site), str(told), str(nonce), int(ends_at)]:
                return DecisionClaim(member, comment, site, told, nonce, ends_at)
        return None

    def sign_undo(self, member_id: int, audit_ids: Sequence[int], *, ends_at: int) -> str:
        """The right to take back these acts of the member's until then."""
        return _text(self._undo.dumps([ends_at, member_id, *audit_ids]))

    def read_undo(self, token: str, *, now: int) -> tuple[int, tuple[int, ...]] | None:
        """The member and the acts; None for what is good no more."""
        match _read(self._undo, token):
            case [int(ends_at), int(member_id), *ids] if now < ends_at:
                return member_id, tuple(each for each in ids if isinstance(each, int))
        return None


@dataclass(frozen=True, slots=True)
class UnsubscribeClaim:
    """What a link proves that ends mails: that its bearer reads the mails of this mailbox."""

    mailbox_id: int
    site_id: int
    subscription_id: int
    """By which the mail came."""


class MailboxTokens:
    """What stands in links of mails to readers: each proves that its bearer reads that mailbox."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._confirm = _serializer(secrets, "confirm-mailbox")
        self._unsubscribe = _serializer(secrets, "unsubscribe")

    def sign_confirm(self, mailbox_id: int, *, ends_at: int) -> str:
        """Of a link that confirms wishes."""
        return _text(self._confirm.dumps([mailbox_id, ends_at]))

    def read_confirm(self, token: str, *, now: int) -> int | None:
        """The mailbox; None for what is good no more."""
        match _read(self._confirm, token):
            case [int(mailbox_id), int(ends_at)] if now < ends_at:
                return mailbox_id
        return None

    def sign_unsubscribe(self, claim: UnsubscribeClaim) -> str:
        """Of a link that ends mails; it is good for ever."""
        numbers = [claim.mailbox_id, claim.site_id, claim.subscription_id]
        return _text(self._unsubscribe.dumps(numbers))

    def read_unsubscribe(self, token: str) -> UnsubscribeClaim | None:
        """What it proves; None for what was not signed here."""
        match _read(self._unsubscribe, token):
            case [int(mailbox_id), int(site_id), int(subscription_id)]:
                return UnsubscribeClaim(mailbox_id, site_id, subscription_id)
        return None


class QuietLinks:
    """What ends mails to a member: of a site, or of a digest; good for ever, and for nothing else."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._serializer = _serializer(secrets, "quiet")

    def sign(self, member_id: int, scope: int | str) -> str:
        """The end of the address; `scope` is a site, or how often a digest comes."""
        return _text(self._serializer.dumps([member_id, scope]))

    def read(self, token: str) -> tuple[int, int | str] | None:
        """The member and the scope; None for what was not signed here."""
        match _read(self._serializer, token):
            case [int(member_id), int() | str() as scope]:
                return member_id, scope
        return None


@dataclass(frozen=True, slots=True)
class OwnPageClaim:
    """What a link to somebody's own page proves: that its bearer reads the mails of this mailbox, or is
    known by this key on that site."""

    mailbox_id: int | None
    site_id: int | None
    author_key: str | None
    seed: str
    """Tells one link from another."""
    ends_at: int


class OwnPageLinks:
    """The link to a person's own page: mailed to their address, or given to who is signed in; good once."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._serializer = _serializer(secrets, "own-page")

    def sign(self, mailbox_id: int, seed: str, *, ends_at: int) -> str:
        """The end of the address that is mailed; `seed` tells one link from another."""
        return _text(self._serializer.dumps([mailbox_id, seed, ends_at]))

    def sign_known(self, site_id: int, author_key: str, seed: str, *, ends_at: int) -> str:
        """That of whoever is known on one site, by whatever."""
        return _text(self._serializer.dumps([site_id, author_key, seed, ends_at]))

    def read(self, token: str, *, now: int) -> OwnPageClaim | None:
        """What it proves; None for what is good no more."""
        match _read(self._serializer, token):
            case [int(mailbox_id), str(seed), int(ends_at)] if now < ends_at:
                return OwnPageClaim(mailbox_id, None, None, seed, ends_at)
            case [int(site_id), str(key), str(seed), int(ends_at)] if now < ends_at:
                return OwnPageClaim(None, site_id, key, seed, ends_at)
        return None


class SessionTokens:
    """Wraps the random value of a session, so that one that is made up costs no query.

    When a session ends is for its row in the database to say.
    """

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        """`purpose` says whose sessions: those of others are refused."""
        self._serializer = _serializer(secrets, purpose)

    def sign(self, value: str) -> str:
        """The value as it is given out."""
        return _text(self._serializer.dumps(value))

    def read(self, token: str) -> str | None:
        """The value of what was signed here for this purpose, else None."""
        value = _read(self._serializer, token)
        return value if isinstance(value, str) else None


def token_hash(token: str) -> str:
    """What is stored of a random token; 256 random bits need no salt and no slow hash."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class _ShortSerializer(URLSafeSerializer):
    """For a few numbers, which nothing makes shorter: they are not compressed in order to find that out."""

    def dump_payload(self, obj: object) -> bytes:
        """The numbers as they stand in the token."""
        return base64_encode(msgspec.json.encode(obj))


def _serializer(
    secrets: Sequence[str], purpose: str, kind: type[URLSafeSerializer] = URLSafeSerializer
) -> URLSafeSerializer:
    salt = f"afterword/{purpose}/v1".encode()
    # As itsdangerous derives them by itself ("hmac"), but not anew for each token.
    keys = [hmac.digest(secret.encode(), salt, sha256) for secret in secrets]
    return kind(
        keys[::-1],  # itsdangerous signs with the last
        salt=salt,
        signer_kwargs={"digest_method": sha256, "key_derivation": "none"},
    )


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode("ascii")


def _read(serializer: URLSafeSerializer, token: str, longest: int = _LONGEST) -> object:
    """What was signed, or None for anything else."""
    if len(token) > longest or not _SIGNED.match(token):
        return None
    try:
        value: object = serializer.loads(token)
    except BadData:
        return None
    return value


def _converted(value: object, kind: type[T]) -> T | None:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None
