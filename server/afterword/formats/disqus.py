"""What Disqus exports: XML of threads and posts, read as it comes.

A document type is refused at once: with it go entities, bombs and files from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from xml.parsers import expat

from afterword.core.model import Status
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Record

MAX_DEPTH = 100
MAX_TEXT = 1024 * 1024
"""Characters of one element's text."""
_CHUNK = 65_536
_ID = "http://disqus.com/disqus-internals id"


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return b"<disqus" in head and b"http://disqus.com" in head


def read(opened: Opened) -> Iterator[Record]:
    """Threads as pages, posts as comments. Raises `MalformedFile` with the place."""
    reader = _Reader()
    while True:
        chunk = opened.read(_CHUNK)
        reader.feed(chunk)
        yield from reader.taken()
        if not chunk:
            return


@dataclass(slots=True)
class _Item:
    """A thread or a post that is being read: texts and ids by their path in it."""

    kind: str
    id: str
    line: int
    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def is_so(self, path: str) -> bool:
        return self.texts.get(path, "").lower() in ("true", "1")


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._path: list[str] = []
        self._item: _Item | None = None
        self._texts: list[str] = []
        self._length = 0
        self._found: list[Record] = []

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise self._wrong(f"This is no XML: {reason}.", error.lineno, error.offset) from error

    def taken(self) -> list[Record]:
        found, self._found = self._found, []
        return found

    def _refuse(self, *_: object) -> None:
        raise self._wrong(
            "It declares a document type, which no export does and may hide an attack."
        )

    def _wrong(
        self, reason: str, line: int | None = None, offset: int | None = None
    ) -> MalformedFile:
        if line is None or offset is None:
            line, offset = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return MalformedFile(reason, line, offset + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._path.append(tag)
        if len(self._path) == 1 and tag != "disqus":
            raise self._wrong(f"This is no export of Disqus: it begins with <{tag}>.")
        if len(self._path) > MAX_DEPTH:
            raise self._wrong("Its elements are nested too deeply.")
        if len(self._path) == 2 and tag in ("thread", "post"):
            line = self._parser.CurrentLineNumber
            self._item = _Item(tag, attributes.get(_ID, "").strip(), line)
        elif self._item is not None and _ID in attributes:
            self._item.ids["/".join(self._path[2:])] = attributes[_ID].strip()
        self._texts, self._length = [], 0

    def _text(self, text: str) -> None:
        if self._item is None:
            return
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise self._wrong(f"A text is longer than {MAX_TEXT:,} characters.")
        self._texts.append(text)

    def _end(self, _: str) -> None:
        item = self._item
        if item is not None and len(self._path) > 2:
            item.texts["/".join(self._path[2:])] = "".join(self._texts).strip()
        elif item is not None:
            self._found.append(_page(item) if item.kind == "thread" else _comment(item))
            self._item = None
        self._path.pop()
        self._texts, self._length = [], 0


def _page(item: _Item) -> Record:
    url, thread_id = item.texts.get("link", ""), item.texts.get("id", "")
    place = f"line {item.line}, thread {item.id}"
    if not item.id or not url:
        return Passed(place, "A thread without an address or a number.")
    if item.is_so("isDeleted"):
        return Passed(place, "A thread that was deleted at Disqus.")
    return PageRecord(
        ref=item.id,
        url=url,
        title=item.texts.get("title", ""),
        closed=item.is_so("isClosed"),
        created_at=_time(item.texts.get("createdAt", "")),
        keys=(f"id:{thread_id}",) if thread_id and "://" not in thread_id else (),
    )


def _comment(item: _Item) -> Record:
    texts = item.texts
    page = item.ids.get("thread", "")
    if not page:
        return Passed(f"line {item.line}, post {item.id}", "A post without a thread.")
    return CommentRecord(
        ref=item.id or _made_up_id(item, page),
        page=page,
        parent=item.ids.get("parent") or None,
        status=_status(item),
        name=texts.get("author/name") or texts.get("author/username", ""),
        email=texts.get("author/email") or None,
        body=Html(texts.get("message", ""), newlines=True),
        created_at=_time(texts.get("createdAt", "")),
    )


def _status(item: _Item) -> Status:
    if item.is_so("isDeleted"):
        return Status.REMOVED
    if item.is_so("isSpam"):
        return Status.SPAM
    return Status.APPROVED if item.texts.get("isApproved", "true") != "false" else Status.PENDING


def _made_up_id(item: _Item, page: str) -> str:
    """The same in each export for a post that has no number."""
    said = (item.texts.get(path, "") for path in ("id", "createdAt", "author/name", "message"))
    return f"unnumbered-{sha256(repr((page, *said)).encode()).hexdigest()[:20]}"


def _time(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(at.timestamp() * 1000)
