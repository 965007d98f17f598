"""JSON of any size, value by value: no more of it is held than the largest value.

RFC 8259 as the standard library reads it, without `NaN` and `Infinity`.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import msgspec

from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import Passed

T = TypeVar("T")

MAX_VALUE = 64 * 1024 * 1024
"""Characters of one value, such as a comment or a whole discussion."""
_CHUNK = 65_536
_UNSURE = 16
"""Characters at the end of what was read, where a word or number may only be an unfinished one."""
_SPACE = re.compile(r"[ \t\n\r]*")
_HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
_BETWEEN_DOCUMENTS = re.compile(r"[ \t\n\r\x1e]*")


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the file."""

    value: Any
    line: int
    """Where it begins, from 1."""
    name: str = ""
    """Of what member it is, `data.Comment` for one inside another; empty outside of objects."""


def documents(opened: Opened, *, line: int = 1) -> Iterator[Item]:
    """Each value of the file, whose next byte is on this line; of an array at the top each element.

    Values may follow each other, as in JSON Lines, in JSON text sequences (RFC 7464) and in what programs
    print page by page. Raises `MalformedFile` with the place.
    """
    text = _Text(opened, line)
    while (sign := text.peek(_BETWEEN_DOCUMENTS)) is not None:
        if sign == "[":
            yield from _elements(text, "")
        else:
            yield text.item("")


def members(opened: Opened, inside: Collection[str] = ()) -> Iterator[Item]:
    """Each member of the one object that the file is, arrays element by element.

    Objects named in `inside` are read member by member as well. Raises `MalformedFile` with the place.
    """
    text = _Text(opened)
    yield from _members(text, "", inside)
    if text.peek() is not None:
        text.refuse("Something stands after its end")


def typed(item: Item, kind: type[T]) -> T | Passed:
    """The value as a struct, words that are numbers read as such; or where and why it is none."""
    try:
        return msgspec.convert(item.value, kind, strict=False)
    except msgspec.ValidationError as error:
        return Passed(f"line {item.line}", f"It is not as this format has it: {error}.")


def _members(text: _Text, prefix: str, inside: Collection[str]) -> Iterator[Item]:
    text.expect("{")
    if text.peek() == "}":
        text.expect("}")
        return
    while True:
        name = text.item("").value if text.peek() == '"' else text.refuse("A name is missing")
        name = f"{prefix}{name}"
        text.expect(":")
        sign = text.peek()
        if sign == "[":
            yield from _elements(text, name)
        elif sign == "{" and name in inside:
            yield from _members(text, f"{name}.", inside)
        else:
            yield text.item(name)
        if text.expect(",", "}") == "}":
            return


def _elements(text: _Text, name: str) -> Iterator[Item]:
    text.expect("[")
    if text.peek() == "]":
        text.expect("]")
        return
    while True:
        yield text.item(name)
        if text.expect(",", "]") == "]":
            return


class _Text:
    """What was read and is not yet taken."""

    def __init__(self, opened: Opened, line: int = 1) -> None:
        self._opened = opened
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._scan = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._text = ""
        self._at = 0
        self._ended = False
        self._line, self._column = line, 1
        self._asked = self._passed = 0

    def peek(self, space: re.Pattern[str] = _SPACE) -> str | None:
        """The next character that is no space; None at the end of the file."""
        while True:
            self._at = _end(space, self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return None

    def expect(self, *signs: str) -> str:
        """Goes past the one of these that stands next."""
        sign = self.peek()
        if sign is None or sign not in signs:
            self.refuse(f"Here {' or '.join(signs)} should stand")
        self._at += 1
        return sign

    def item(self, name: str) -> Item:
        """The value that stands next."""
        if self.peek() is None:
            self.refuse("It ends too early")
        while True:
            try:
                value, end = self._scan(self._text, self._at)
                if _HALF_ESCAPED.search(self._text, self._at, end):
                    value = _whole(value)
            except json.JSONDecodeError as error:
                unfinished = (
                    error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _UNSURE
                )
                if not (unfinished and self._more()):
                    self._refuse_at(error.pos, f"This is no JSON: {error.msg}")
            except RecursionError:
                self.refuse("It is nested too deeply")
            except ValueError as error:
                self.refuse(f"This is no JSON: {error}")
            else:
                # A number near the end of what was read may go on: `1`, `1.`, `1.5e`.
                if end < len(self._text) - _UNSURE or not self._more():
                    item = Item(value, self._here(), name)
                    self._at = end
                    return item

    def refuse(self, reason: str) -> NoReturn:
        """Raises `MalformedFile` for the place where it stands."""
        self._refuse_at(self._at, reason)

    def _refuse_at(self, at: int, reason: str) -> NoReturn:
        line, column = self._place(min(at, len(self._text)))
        raise MalformedFile(f"{reason}.", line, column)

    def _more(self) -> bool:
        """Reads on, as much again as is there, so that long values are not begun too often."""
        if self._ended:
            return False
        self._drop()
        if len(self._text) > MAX_VALUE:
            self.refuse(f"One value is longer than {MAX_VALUE:,} characters")
        found = self._opened.read(max(_CHUNK, len(self._text)))
        self._ended = not found
        try:
            self._text += self._decode(found, final=self._ended)
        except UnicodeDecodeError as error:
            self._refuse_at(len(self._text), f"After this is no UTF-8 ({error.reason})")
        return True

    def _drop(self) -> None:
        """Forgets what was taken."""
        self._line, self._column = self._place(self._at)
        self._text = self._text[self._at :]
        self._at = self._asked = self._passed = 0

    def _here(self) -> int:
        """The line where it stands, counted on from where it was asked for last."""
        self._passed += self._text.count("\n", self._asked, self._at)
        self._asked = self._at
        return self._line + self._passed

    def _place(self, at: int) -> tuple[int, int]:
        lines = self._text.count("\n", 0, at)
        if not lines:
            return self._line, self._column + at
        return self._line + lines, at - self._text.rindex("\n", 0, at)


def _end(space: re.Pattern[str], text: str, at: int) -> int:
    found = space.match(text, at)
    return found.end() if found else at


def _whole(value: Any) -> Any:
    """The value without halves of surrogate pairs, which JSON can write and nothing can store."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(_HALF.sub("\ufffd", text)) if _HALF.search(text) else value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of it")
