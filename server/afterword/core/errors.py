"""Everything that can be refused, as one tree.

    Refused                 code, and a sentence that says what happened and what to do
      Malformed             400  the request cannot be read at all
      SignInNeeded          401  nobody is signed in, or the token is no good any more
        SecondStepNeeded    401  the password was right, a code is needed too
      Forbidden             403  known, and not allowed
        ConfirmationNeeded  403  signed in, and the password has to be typed again first
        UnknownOrigin       403  no site has this origin; carries the command that adds it
        OpaqueOrigin        403  the page has none, as in a sandboxed frame
        Banned              403  the moderators let them write no more; carries until when
      NotFound              404
      TooSlow               408  the request did not arrive in time
      Conflict              409  it has changed meanwhile
      TooLarge              413
      Unsupported           415
      Invalid               422  fields are wrong; carries them
      ProofNeeded           428  work is asked of the browser first; carries the challenge
      TooMany               429  carries the seconds to wait
      NotFetched            502  another machine was asked, and gave no answer that is any good
      Unavailable           503  the database cannot be asked now; carries the seconds to wait

`web.errors` turns each into problem details (RFC 9457) or a page; nothing below `web` knows of HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.dates import minute_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.proof_of_work import Challenge


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: its name, a code for programs, and a sentence for people."""

    field: str
    code: str
    message: str


class Refused(Exception):
    """Base of everything that a visitor, a member or the network can cause."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class Malformed(Refused):
    """The bytes are not what they say they are."""

    code = "malformed"


class SignInNeeded(Refused):
    """Nobody is signed in, or the token has ended."""

    code = "sign_in_needed"


class SecondStepNeeded(SignInNeeded):
    """The password was right, and a code is asked for too; carries the ticket to type one with."""

    code = "second_step_needed"

    def __init__(self, ticket: str) -> None:
        super().__init__("A code of your authenticator is needed too.")
        self.ticket = ticket


class Forbidden(Refused):
    """It is known who asks, and they may not."""

    code = "forbidden"


class UnknownOrigin(Forbidden):
    """No site has this origin or host; the message names the command that adds it."""

    code = "unknown_origin"

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.command = f"afterword site add NAME --origin {origin}"
        super().__init__(
            f"{origin} is not an origin of any site here. To add it, run: {self.command}"
        )


class OpaqueOrigin(Forbidden):
    """The page has no origin of its own, so that no site can name it; the message says what to do."""

    code = "opaque_origin"

    def __init__(self) -> None:
        super().__init__(
            "This page has no origin of its own, as in a sandboxed frame or a local file. Add"
            " allow-same-origin to the frame's sandbox, or link to /thread?url=… on this server."
        )


class ConfirmationNeeded(Forbidden):
    """What is asked for needs a password that was typed a moment ago; carries what was asked for.

    `action` is where a form with the `fields` and the password goes to be done after all.
    """

    code = "confirmation_needed"

    def __init__(
        self, action: str, fields: Mapping[str, Sequence[str]], wrong: str | None = None
    ) -> None:
        super().__init__("Your password is needed once more for this.")
        self.action = action
        self.fields = fields
        self.wrong = wrong


class Banned(Forbidden):
    """The moderators of the site do not let them write; says until when, where that is known."""

    code = "banned"

    def __init__(self, ends_at: int | None) -> None:
        self.ends_at = ends_at
        if ends_at is None:
            super().__init__(
                "The moderators of this site take no comments from you. If you think that this is a"
                " mistake, please write to the owner of the site."
            )
        else:
            super().__init__(
                "The moderators of this site take no comments from you for a while. You can write"
                f" again from {minute_text(ends_at)} on."
            )


class NotFound(Refused):
    """There is nothing at that address, or nothing that the caller may know of."""

    code = "not_found"


class TooSlow(Refused):
    """The request did not arrive within its time limit."""

    code = "too_slow"


class Conflict(Refused):
    """It has changed since the caller last saw it."""

    code = "conflict"


class TooLarge(Refused):
    """More bytes than this place takes."""

    code = "too_large"


class Unsupported(Refused):
    """A content type or encoding that this place does not read."""

    code = "unsupported"


class Invalid(Refused):
    """One or more fields are wrong; nothing was stored."""

    code = "invalid"

    def __init__(self, *fields: FieldError) -> None:
        super().__init__(" ".join(field.message for field in fields))
        self.fields = fields


class ProofNeeded(Refused):
    """The browser has to work before this is taken; nothing was stored."""

    code = "proof_needed"

    def __init__(self, challenge: Challenge) -> None:
        super().__init__(
            "Solve the challenge and send the same again with the solution as proof, or with an"
            " empty proof: then it waits for the moderators."
        )
        self.challenge = challenge


class TooMany(Refused):
    """Too often; try again after `retry_after` seconds."""

    code = "too_many"

    def __init__(self, message: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class NotFetched(Refused):
    """Another machine may not be asked, could not be reached, or gave no answer within its limits."""

    code = "not_fetched"


class Unavailable(Refused):
    """The database cannot be asked or written now; nothing was lost, try again."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 3) -> None:
        super().__init__(message)
        self.retry_after = retry_after
