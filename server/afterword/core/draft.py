"""The gate of everything that people write: what passes here is clean and within limits.

Creating and editing use the same rules for a body (`clean_body`), so that neither is the weak one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from unicodedata import normalize
from uuid import UUID

from afterword.core.errors import FieldError, Invalid
from afterword.core.mail_address import mail_address
from afterword.core.model import Draft
from afterword.core.names import clean_name
from afterword.core.text import is_blank, is_storable
from afterword.core.web_address import website

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.core.model import Policy, Presence

MAX_WEBSITE = 300
MAX_REPORT = 500
MAX_NOTE = 2_000
MAX_ID = 2**63 - 1

_T = TypeVar("_T")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VISITOR_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True, slots=True)
class RawDraft:
    """A comment as it came in: of the right types, and nothing else is known of it."""

    body: str
    client_id: str
    name: str = ""
    email: str | None = None
    website: str | None = None
    visitor_token: str | None = None
    parent_id: int | None = None
    trap: str = ""
    """The field that people cannot see."""


def clean(raw: RawDraft, policy: Policy) -> Draft:
    """The draft by the rules of the site; raises one `Invalid` that names every wrong field."""
    wrong: list[FieldError] = []

    def checked(check: Callable[[], _T], instead: _T) -> _T:
        try:
            return check()
        except Invalid as refusal:
            wrong.extend(refusal.fields)
            return instead

    draft = Draft(
        body=checked(lambda: clean_body(raw.body, policy), ""),
        name=checked(lambda: _name(raw.name, policy.name), ""),
        email=checked(lambda: _email(raw.email, policy.email), None),
        website=checked(lambda: _website(raw.website, policy.website), None),
        client_id=checked(lambda: _client_id(raw.client_id), ""),
        visitor_token=checked(lambda: _optional_token(raw.visitor_token), None),
        parent_id=checked(lambda: _parent_id(raw.parent_id), None),
        honeypot=raw.trap != "",
    )
    if wrong:
        raise Invalid(*wrong)
    return draft


def clean_body(text: str, policy: Policy) -> str:
    """The Markdown in NFC with `\\n` for line ends, trimmed; refused rather than ever cut."""
    body = _readable("body", text)
    if is_blank(body):
        raise _wrong("body", "missing", "Please write something first.")
    if len(body) > policy.max_length:
        raise _wrong("body", "too_long", _too_long(len(body), policy.max_length))
    return body


def clean_report(text: str) -> str:
    """What a reader adds to a report, cleaned like a body; empty where nobody would see anything."""
    words = _readable("text", text).strip()
    if len(words) > MAX_REPORT:
        message = f"A report has at most {MAX_REPORT} characters."
        raise _wrong("text", "too_long", message)
    return "" if is_blank(words) else words


def clean_note(text: str) -> str:
    """What moderators put above a thread, cleaned like a body; empty where nobody would see anything."""
    note = _readable("note", text)
    if len(note) > MAX_NOTE:
        message = f"A note has at most {MAX_NOTE:,} characters; please shorten it."
        raise _wrong("note", "too_long", message)
    return "" if is_blank(note) else note


def _readable(field: str, text: str) -> str:
    if "\r" in text or not text.isascii():
        text = _LINE_ENDS.sub("\n", text)
    words = normalize("NFC", _trimmed(text))
    if not is_storable(words) or _CONTROLS.search(words):
        message = "The text holds characters that cannot be shown. Please type that part again."
        raise _wrong(field, "unreadable", message)
    return words


def clean_visitor_token(text: str) -> str:
    """The random text by which a browser is known again; refused where it could not be one."""
    if _VISITOR_TOKEN.fullmatch(text):
        return text
    message = "Send 22 to 64 random letters, digits, - or _ as visitor_token."
    raise _wrong("visitor_token", "not_a_token", message)


def _trimmed(text: str) -> str:
    """Without blank lines before and white space after; indented first lines are Markdown."""
    return _BLANK_LINES.sub("", text, count=1).rstrip()


def _too_long(length: int, limit: int) -> str:
    return (
        f"A comment here has at most {limit:,} characters; please shorten it by {length - limit:,}."
    )


def _name(text: str, presence: Presence) -> str:
    if presence == "hidden" or (presence == "optional" and is_blank(text)):
        return ""
    return clean_name(text)


def _email(text: str | None, presence: Presence) -> str | None:
    given = _given(text, "email", presence, "Please give your email address.")
    if given is None:
        return None
    address = mail_address(given)
    if address is None:
        message = "Please give one email address, like mira@example.org."
        raise _wrong("email", "not_an_address", message)
    return address


def _website(text: str | None, presence: Presence) -> str | None:
    given = _given(text, "website", presence, "Please give the address of your website.")
    if given is None:
        return None
    url = website(given)
    if url is None:
        message = "Please give the address of a website, like https://example.org."
        raise _wrong("website", "not_a_web_address", message)
    if len(url) > MAX_WEBSITE:
        message = f"Please give a website address of at most {MAX_WEBSITE} characters."
        raise _wrong("website", "too_long", message)
    return url


def _given(text: str | None, field: str, presence: Presence, request: str) -> str | None:
    """The text of a field that the site shows, or None where there is none and need not be."""
    given = "" if text is None or presence == "hidden" else text.strip(" \t")
    if presence == "required" and not given:
        raise _wrong(field, "missing", request)
    return given or None


def _client_id(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise _wrong("client_id", "not_a_uuid", "Send a random UUID as client_id.")
    return str(UUID(text))


def _optional_token(text: str | None) -> str | None:
    return None if text is None else clean_visitor_token(text)


def _parent_id(number: int | None) -> int | None:
    if number is None or 0 < number <= MAX_ID:
        return number
    raise _wrong("parent", "not_an_id", "Send the id of the comment that this answers as parent.")


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, code, message))
