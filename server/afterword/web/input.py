"""What a request says, behind one gate: JSON bodies, forms, queries, numbers in paths.

Handlers get text that is UTF-8 without NUL and of known length, numbers that fit, and each
single-valued field at most once. All else is refused here, with the name of the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

import msgspec

from afterword.core import errors
from afterword.web.body import read_body
from afterword.web.strict_json import read_struct

if TYPE_CHECKING:
    from starlette.requests import Request

S = TypeVar("S", bound=msgspec.Struct)
Word = TypeVar("Word", bound=str)

MOST_FIELDS = 1_000
QUERY_LIMIT = 64 * 1024
"""Bytes; a hundred long addresses for their counts fit in."""
LARGEST = 2**63 - 1

_JSON = re.compile(r'application/json(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE)
_FORM = re.compile(r'application/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TYPED = re.compile(r"[0-9]{1,9}")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


async def read_json(request: Request, kind: type[S]) -> S:
    """The request's JSON body as that struct."""
    _check_type(request, _JSON, "Send the body as application/json.")
    return read_struct(await read_body(request), kind)


def is_form(request: Request) -> bool:
    """Whether the body is an HTML form as browsers send it."""
    return _FORM.fullmatch(request.headers.get("content-type", "").strip()) is not None


async def read_form(request: Request) -> Fields:
    """The fields of an HTML form."""
    _check_type(request, _FORM, "Send the form as application/x-www-form-urlencoded.")
    sent = _fields(await read_body(request))
    # Browsers send line ends as CRLF, whatever was typed.
    lines = {
        name: [text.replace("\r\n", "\n") for text in sent.texts(name)] for name in sent.values
    }
    return Fields(lines)


def query(request: Request) -> Fields:
    """The fields of the request's query."""
    raw: bytes = request.scope["query_string"]
    if len(raw) > QUERY_LIMIT:
        raise errors.Malformed(f"The query may have {QUERY_LIMIT:,} bytes at most.")
    return _fields(raw)


def path_id(request: Request, name: str = "id") -> int:
    """The id in the request's path; raises NotFound for what cannot be one."""
    text = request.path_params[name]
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= LARGEST:
        raise errors.NotFound("There is nothing with this number.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with their values, in the order in which they came."""

    values: Mapping[str, Sequence[str]]

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may stand several times."""
        return tuple(self.values.get(name, ()))

    def optional(self, name: str) -> str | None:
        """The value, or None where it is absent or empty."""
        found = self.values.get(name, ())
        if len(found) > 1:
            raise _wrong(name, "repeated", f"{name} may be given once only.")
        return found[0] if found and found[0] else None

    def text(self, name: str, default: str = "") -> str:
        """The value, or the default where it is absent or empty."""
        return self.optional(name) or default

    def required(self, name: str) -> str:
        """The value; raises Invalid where it is absent or empty."""
        found = self.optional(name)
        if found is None:
            raise _wrong(name, "required", f"{name} is missing.")
        return found

    def integer(self, name: str, *, least: int = 1) -> int | None:
        """The number from `least` up, or None where it is absent."""
        found = self.optional(name)
        return None if found is None else _number(name, found, least)

    def required_integer(self, name: str) -> int:
        """The number from 1 up; raises Invalid where it is absent."""
        return _number(name, self.required(name))

    def between(self, name: str, least: int, most: int) -> int:
        """The number that somebody typed; raises Invalid for any but those."""
        text = self.text(name).strip()
        if not _TYPED.fullmatch(text) or not least <= int(text) <= most:
            message = f"Write a whole number from {least:,} to {most:,}."
            raise _wrong(name, "out_of_range", message)
        return int(text)

    def integers(self, name: str) -> tuple[int, ...]:
        """The numbers of a field that may stand several times, each once."""
        return tuple(dict.fromkeys(_number(name, text) for text in self.texts(name)))

    def one_of(self, name: str, allowed: Sequence[Word], default: Word) -> Word:
        """The word that was chosen of those allowed, or the default where the field is absent."""
        found = self.optional(name)
        if found is None:
            return default
        for word in allowed:
            if word == found:
                return word
        raise _wrong(name, "not_allowed", f"{name} must be one of {', '.join(allowed)}.")

    def ticked(self, name: str) -> bool:
        """True when a check box was ticked."""
        return self.optional(name) is not None


def _check_type(request: Request, wanted: re.Pattern[str], advice: str) -> None:
    given = request.headers.getlist("content-type")
    if len(given) != 1 or not wanted.fullmatch(given[0].strip()):
        raise errors.Unsupported(advice)


def _fields(raw: bytes) -> Fields:
    try:
        text = raw.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # UnicodeDecodeError is one, too many fields another
        raise errors.Malformed(f"Fields must be UTF-8, {MOST_FIELDS:,} of them at most.") from None
    if _BAD_ESCAPE.search(text) or any("\0" in part for pair in pairs for part in pair):
        raise errors.Malformed("A field holds a NUL, or a % that does not begin two digits.")
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return Fields(values)


def _number(name: str, text: str, least: int = 1) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= LARGEST:
        raise _wrong(name, "not_a_number", f"{name} must be a whole number from {least} up.")
    return int(text)


def _wrong(field: str, code: str, message: str) -> errors.Invalid:
    return errors.Invalid(errors.FieldError(field, code, message))
