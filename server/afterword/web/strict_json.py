"""Reads JSON as RFC 8259 has it and no more, into structs; every wrong field is named at once."""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any, NoReturn, TypeVar

import msgspec

from afterword.core import errors

S = TypeVar("S", bound=msgspec.Struct)

MOST_DEPTH = 32
MOST_DIGITS = 20
"""A 64-bit number has 19; Python would turn 4,300 digits into a number, slowly."""

# A string matches even where it does not end: else each of its quotes would be tried as a beginning,
# and 64 KB of them take a minute.
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+["\\]?|[\[\]{}]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EXPECTED = re.compile(r"Expected `([^`]+)`(.*?)(?: - at `.*)?", re.DOTALL)
_NOUNS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def read_struct(body: bytes, kind: type[S]) -> S:
    """The struct that the JSON text holds; names that the struct does not know are passed over.

    Raises Malformed for what is not JSON, Invalid for JSON with wrong fields.
    """
    value = parse(body)
    if not isinstance(value, dict):
        raise errors.Malformed("The body must be a JSON object.")
    return _convert(value, kind)


def parse(body: bytes) -> Any:
    """The value of a JSON text; raises Malformed, with the place where there is one to name."""
    _check_depth(body)
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise errors.Malformed(f"The body is not UTF-8 at byte {error.start}.") from None
    except json.JSONDecodeError as error:
        raise errors.Malformed(
            f"The body is not JSON at line {error.lineno}, column {error.colno}."
        ) from None
    if b"\\u" in body:
        # Unescaped, neither a NUL nor half of a character is JSON in UTF-8.
        _check_texts(value)
    return value


def _check_depth(body: bytes) -> None:
    """Counts brackets outside strings before the parser, which is recursive, meets them."""
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return
    depth = 0
    for match in _BRACKETS.finditer(body):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(match[0], 0)
        if depth > MOST_DEPTH:
            raise errors.Malformed(f"The body is nested deeper than {MOST_DEPTH} levels.")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise errors.Malformed("A name stands twice in the same object.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise errors.Malformed(f"{name} is no JSON value.")


def _small_int(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise errors.Malformed(f"A number has more than {MOST_DIGITS} digits.")
    return int(digits)


def _finite_float(text: str) -> float | int:
    number = float(text)
    if isinf(number):
        raise errors.Malformed("A number is too large.")
    # JSON knows one kind of number: 2.0 is an integer where the schema wants one.
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _check_texts(value: Any) -> None:
    """NUL, which PostgreSQL cannot store, and halves of characters, which are no text at all."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += item.keys()
            pending += item.values()
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, str) and ("\0" in item or _LONE_SURROGATE.search(item)):
            raise errors.Malformed("A text holds a NUL or half of a surrogate pair.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_name_twice,
    parse_constant=_no_constant,
    parse_int=_small_int,
    parse_float=_finite_float,
)
"""Made once: `json.loads` makes one for each text."""


def _convert(value: dict[str, Any], kind: type[S]) -> S:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise errors.Invalid(*_wrong_fields(value, kind)) from None


def _wrong_fields(value: dict[str, Any], kind: type[S]) -> list[errors.FieldError]:
    wrong = []
    for field in msgspec.structs.fields(kind):
        name = field.encode_name
        if name not in value:
            if field.required:
                wrong.append(errors.FieldError(name, "required", f"{name} is missing."))
            continue
        try:
            msgspec.convert(value[name], field.type)
        except msgspec.ValidationError as error:
            wrong.append(errors.FieldError(name, "type", _sentence(name, str(error))))
    return wrong


def _sentence(name: str, message: str) -> str:
    match = _EXPECTED.fullmatch(message)
    if match is None:
        return f"{name} is not one of the values that are allowed."
    if not match[2].startswith(","):
        return f"{name} is out of range."
    nouns = [_NOUNS.get(word, word) for word in match[1].split(" | ")]
    return f"{name} must be {' or '.join(nouns)}."
