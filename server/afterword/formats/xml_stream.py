"""XML of exports, read as it comes: the elements that a format asks for, in bounded memory.

A document type is refused at once: with it go entities, bombs and files from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from afterword.formats.opening import MalformedFile, Opened

MAX_DEPTH = 100
MAX_TEXT = 1024 * 1024
"""Characters of one text, bytes of one tag, characters of the attributes of one element."""
MAX_NAMES = 2_000
"""Names of elements and attributes in a file; the parser keeps each to the end."""
_CHUNK = 65_536
_SPACE = "\t\n\r "


@dataclass(frozen=True, slots=True)
class Shape:
    """What a format wants to have of a document."""

    title: str
    """What the file is: `an export of Disqus`."""
    root: str
    elements: Mapping[str, frozenset[str]]
    """Which elements, by the path to them: `rss/channel/item`; and of what in them, by the path from
    there, text and attributes are wanted. The rest may be as long as it likes."""
    namespaces: tuple[tuple[str, str], ...] = ()
    """How a namespace begins, and what stands before its names in paths; of others it stands itself."""


@dataclass(slots=True)
class Element:
    """One of these elements, read to its end, with what was wanted of it."""

    path: str
    line: int
    attributes: dict[str, str]
    outer: Element | None = None
    """The wanted element that it stands in; what follows there is not in it yet."""
    texts: dict[str, str] = field(default_factory=dict)
    """By their paths, without white space around; the last of several."""
    parts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Attributes of what has some, with its path, in the order of the file."""
    too_long: str | None = None
    """The path of a text that is longer than anybody wrote, and is left out."""

    def text(self, path: str) -> str:
        """The text there; none is empty."""
        return self.texts.get(path, "")

    def attribute(self, path: str, name: str) -> str:
        """The attribute of the first there that has it; none is empty."""
        found = (each[name] for part, each in self.parts if part == path and name in each)
        return next(found, "").strip()


def elements(opened: Opened, shape: Shape) -> Iterator[Element]:
    """The wanted elements, each at its end. Raises `MalformedFile` with the place."""
    reader = _Reader(shape)
    while True:
        chunk = opened.read(_CHUNK)
        reader.feed(chunk)
        yield from reader.taken()
        if not chunk:
            return


class _Reader:
    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._fed = 0
        self._names: dict[str, str] = {}
        self._prefixes: set[str | None] = set()
        self._paths: list[str] = []
        self._open: list[Element] = []
        self._wanted: str | None = None
        self._texts: list[str] = []
        self._length = 0
        self._attribute_length = 0
        self._found: list[Element] = []

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            at = self._parser.ErrorByteIndex - self._fed
            reason = _reason(error.code, chunk[at : at + 1] if at >= 0 else b"")
            raise MalformedFile(reason, error.lineno, error.offset + 1) from error
        except (ValueError, LookupError) as error:  # an encoding that Python does not know
            raise self._wrong(f"This is no XML that can be read: {error}.") from error
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > MAX_TEXT:
            raise self._wrong(f"A tag or remark is longer than {MAX_TEXT:,} bytes.")

    def taken(self) -> list[Element]:
        found, self._found = self._found, []
        return found

    def _wrong(self, reason: str) -> MalformedFile:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return MalformedFile(reason, line, column + 1)

    def _refuse_doctype(self, *_: object) -> None:
        raise self._wrong(
            "It declares a document type, which no export does and may hide an attack."
        )

    def _declare(self, prefix: str | None, _: str) -> None:
        self._prefixes.add(prefix)
        self._check_names()

    def _name(self, name: str) -> str:
        """How an element or attribute is called in paths."""
        known = self._names.get(name)
        if known is None:
            uri, _, local = name.rpartition(" ")
            starts = (short for start, short in self._shape.namespaces if uri.startswith(start))
            known = local if not uri else f"{next(starts, f'{uri} ')}{local}"
            self._names[name] = known
            self._check_names()
            if len(name) > 1_000:
                raise self._wrong("A name of an element is longer than 1,000 characters.")
        return known

    def _check_names(self) -> None:
        if len(self._names) + len(self._prefixes) > MAX_NAMES:
            raise self._wrong(f"It has more than {MAX_NAMES:,} different elements.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._name(name)
        path = f"{self._paths[-1]}/{tag}" if self._paths else tag
        self._paths.append(path)
        if len(self._paths) == 1 and tag != self._shape.root:
            raise self._wrong(f"This is not {self._shape.title}: it begins with <{tag}>.")
        if len(self._paths) > MAX_DEPTH:
            raise self._wrong("Its elements are nested too deeply.")
        self._wanted = None
        if path in self._shape.elements:
            outer = self._open[-1] if self._open else None
            line, self._attribute_length = self._parser.CurrentLineNumber, 0
            self._open.append(Element(path, line, self._attributes(attributes), outer))
        elif self._open:
            element = self._open[-1]
            inner = path[len(element.path) + 1 :]
            if inner in self._shape.elements[element.path]:
                self._wanted = inner
                if attributes:
                    element.parts.append((inner, self._attributes(attributes)))
        self._texts, self._length = [], 0

    def _attributes(self, attributes: dict[str, str]) -> dict[str, str]:
        self._attribute_length += 10 + sum(map(len, attributes.values()))
        if self._attribute_length > MAX_TEXT:
            raise self._wrong("An element holds too many others.")
        return {self._name(name): value for name, value in attributes.items()}

    def _text(self, text: str) -> None:
        if self._wanted is None:
            return
        self._length += len(text)
        if self._length <= MAX_TEXT:
            self._texts.append(text)

    def _end(self, _: str) -> None:
        path = self._paths.pop()
        if self._wanted is not None:
            self._keep_text(self._open[-1], self._wanted)
        elif self._open and self._open[-1].path == path:
            self._found.append(self._open.pop())
        self._wanted, self._texts, self._length = None, [], 0

    def _keep_text(self, element: Element, wanted: str) -> None:
        if self._length > MAX_TEXT:
            element.too_long = wanted
            self._texts = []
        element.texts[wanted] = "".join(self._texts).strip(_SPACE)


def _reason(code: int, byte: bytes) -> str:
    """What is wrong, and what can be done where that is known."""
    if code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN] and byte:
        if byte < b" " and byte not in b"\t\n\r":
            return (
                f"The control character U+{byte[0]:04X} stands here, which XML may not hold. This takes all "
                r"such out of a file: tr -d '\000-\010\013\014\016-\037' < FILE > CLEAN."
            )
        if byte > b"\x7f":
            return "This is no XML: here are bytes that are no text in its encoding."
    return f"This is no XML: {expat.ErrorString(code)}."
