"""The gate of an import: what a file holds, as it may be stored here; each change is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from afterword.core.draft import MAX_NOTE, MAX_WEBSITE
from afterword.core.errors import Invalid, UnknownOrigin
from afterword.core.html_body import html_body, plain_body, text_of
from afterword.core.mail_address import mail_address
from afterword.core.markdown import MAX_BYTES, MAX_DEPTH, MAX_NODES, parse
from afterword.core.mixed_markdown import html_of
from afterword.core.model import Status
from afterword.core.names import MAX_LENGTH as MAX_NAME
from afterword.core.names import clean_name
from afterword.core.page_key import Identity, PageClaim, identify
from afterword.core.text import one_line
from afterword.core.tree import Open, walk
from afterword.core.tree_source import source_of
from afterword.core.web_address import website
from afterword.formats.record import CommentRecord, Html, Markdown, Own, PageRecord, Plain
from afterword.storage.imports import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from afterword.core.model import Site, Tree
    from afterword.core.move_rule import MoveRule

MAX_TIME = 2**48
"""Milliseconds: the year 10889."""
MAX_COUNT = 2**31
MAX_KEYS = 200
"""Keys of one page."""
MAX_ORIGIN_KEY = 500
"""Characters of the key by which a comment is known again: PostgreSQL's indexes end at 2,704 bytes."""
LONGEST = 50_000
"""Characters of a body that no tree can hold as it is: beyond it is cut."""
NOTHING = msgspec.Raw(b"[]")
"""The tree of a text of which nothing can be seen."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page that is taken: what leads to it, and the rest as the file has it."""

    keys: tuple[str, ...]
    """The one that it is opened under comes first."""
    url: str
    title: str
    closed: bool
    note: str
    created_at: int | None
    slow: int
    opened_at: int | None
    reactions: Mapping[str, int]


def clean_page(record: PageRecord, site: Site, rules: Sequence[MoveRule]) -> CleanPage:
    """The page; raises `Invalid` or `UnknownOrigin` where its address is none of the site's."""
    url = mapped(absolute(record.url, site), rules)
    identity = identify(PageClaim(url, title=_storable(record.title)), site)
    keys = [known for key in record.keys[:MAX_KEYS] if (known := _key(key, site, rules))]
    if not any(key.startswith("url:") for key in keys):
        keys = [*identity.keys, *keys]
    return CleanPage(
        keys=tuple(dict.fromkeys(keys)),
        url=identity.url,
        title=identity.title or "",
        closed=record.closed,
        note=_storable(record.note)[:MAX_NOTE],
        created_at=_time(record.created_at),
        slow=min(max(record.slow, 0), 86_400),
        opened_at=_time(record.opened_at),
        reactions={_storable(name): _count(n) for name, n in [*record.reactions.items()][:20]},
    )


def absolute(url: str, site: Site) -> str:
    """The address on the site's first origin where a file has a path alone."""
    return f"{site.origins[0]}{url}" if re.match(r"/(?!/)", url) else url


def mapped(url: str, rules: Sequence[MoveRule]) -> str:
    """What the first rule that speaks of the address makes of it."""
    url = _storable(url)
    return next((new for rule in rules if (new := rule.applied(url)) is not None), url)


def rules_for(record: PageRecord, rules: Sequence[MoveRule]) -> set[MoveRule]:
    """The rules that say what the addresses of the page become."""
    keys = (_storable(key) for key in record.keys[:MAX_KEYS] if key.startswith("url:"))
    urls = [_storable(record.url), *(f"https://{key[4:]}" for key in keys)]
    firsts = (next((rule for rule in rules if rule.applied(url) is not None), None) for url in urls)
    return {rule for rule in firsts if rule is not None}


def _key(key: str, site: Site, rules: Sequence[MoveRule]) -> str | None:
    """Another key of the page, where it may lead to one of this site."""
    kind, _, rest = _storable(key).partition(":")
    address = mapped(f"https://{rest}", rules) if kind == "url" else site.origins[0]
    claim = PageClaim(address, thread_id=rest if kind == "id" else None)
    try:
        return _first(identify(claim, site), kind)
    except (Invalid, UnknownOrigin):
        return None


def _first(identity: Identity, kind: str) -> str | None:
    return identity.key if identity.key.startswith(f"{kind}:") else None


def clean_comment(
    record: CommentRecord, staff: Mapping[str, int], tell: Callable[[str], None]
) -> Incoming:
    """The comment; of a removed one its place alone. `tell` hears of what is not as it was."""
    at = _time(record.created_at)
    if at is None:
        tell("It has no date that can be read: it stands at the date of its page.")
    if record.status is Status.REMOVED:
        return Incoming("removed", "", "", NOTHING, at or 0)
    source, tree = clean_body(record, tell)
    member_id = staff.get((record.staff or record.email or "").lower())
    if record.staff is not None and member_id is None:
        tell("A member of the site wrote it: it has no badge. --staff gives it back.")
    return Incoming(
        status=record.status.value,
        name=_name(record.name, tell),
        source=source,
        tree=msgspec.Raw(msgspec.json.encode(tree)),
        created_at=at or 0,
        email=_email(record.email, tell),
        website=_website(record.website, tell),
        member_id=member_id,
        edited_at=_time(record.edited_at),
        up=_count(record.up),
        down=_count(record.down),
        pinned=record.pinned and record.parent is None,
        verified=record.verified,
        role=_short(record.role, 40),
        avatar=_short(record.avatar, 8),
        edits=tuple(_edits(record, tell)),
    )


def _edits(record: CommentRecord, tell: Callable[[str], None]) -> Iterator[tuple[str, int]]:
    for each in record.edits:
        at = _time(each.edited_at)
        if at is None:
            tell("An earlier text has no date that can be read: it is left out.")
            continue
        if len(each.source) > LONGEST:
            tell(f"An earlier text is longer than {LONGEST:,} characters: the rest is cut off.")
        yield _storable(each.source)[:LONGEST], at


def clean_author(record: CommentRecord) -> str:
    """By what the author is told from others; nobody for a removed comment."""
    if record.status is Status.REMOVED:
        return ""
    return f"{_name(record.name, _ignore)}\n{_email(record.email, _ignore) or ''}"


def clean_key(key: str) -> str:
    """An origin key that both databases can hold; the same for the same key."""
    if len(key) <= MAX_ORIGIN_KEY and not _UNSTORABLE.search(key):
        return key
    return f"{_storable(key[:20])}…{sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def clean_body(record: CommentRecord, tell: Callable[[str], None]) -> tuple[str, Tree]:
    """Source and tree of what the comment says."""
    body = record.body
    try:
        match body:
            case Own(source, tree) if _is_sound(source, tree):
                return source, tree
            case Markdown(source, html=True) if (html := html_of(_lines(source))) is not None:
                return _from_html(html, tell)
            case Own(source) | Markdown(source):
                source = _lines(source)
                if len(source) <= LONGEST:
                    return source, parse(source)
            case Html(html, newlines):
                return _from_html(html, tell, newlines=newlines)
            case Plain(text):
                return _with_source(plain_body(_lines(text)))
    except Invalid:
        pass
    return _last_resort(body, tell)


def _from_html(
    html: str, tell: Callable[[str], None], *, newlines: bool = False
) -> tuple[str, Tree]:
    found = html_body(html, newlines=newlines)
    for name in found.dropped:
        tell(f"The text is kept, but not what <{name}> made of it.")
    return _with_source(found.tree)


def _last_resort(
    body: Own | Markdown | Html | Plain, tell: Callable[[str], None]
) -> tuple[str, Tree]:
    """The words alone, where the markup was too much."""
    match body:
        case Html(html):
            text = text_of(html)
        case Plain(text):
            pass
        case Own(text) | Markdown(text):
            pass
    text = _lines(text)
    tell("It is too complicated: its words are kept without their markup.")
    if len(text) > LONGEST:
        tell(f"It is longer than {LONGEST:,} characters: the rest is cut off.")
    words = text[:LONGEST]
    lines = words.split("\n")
    if len(lines) > 500:
        words = " ".join(lines)
    try:
        return _with_source(plain_body(words))
    except Invalid:
        return words, [["pre", ["code", words]]]


def _with_source(tree: Tree) -> tuple[str, Tree]:
    return source_of(tree).text, tree


def _is_sound(source: str, tree: Tree) -> bool:
    """Whether it may be stored as it is; that the tree is one, its format has made sure of."""
    depth = deepest = count = size = 0
    for step in walk(tree):
        count += 1
        texts: list[str] = []
        if isinstance(step, str):
            texts = [step]
        elif isinstance(step, Open):
            depth += 1
            texts = [*step.attributes.values()]
        else:
            depth -= 1
        deepest, size = max(deepest, depth), size + sum(map(len, texts))
        if any(map(_UNSTORABLE.search, texts)):
            return False
    small = deepest <= MAX_DEPTH + 1 and count <= 3 * MAX_NODES and size <= MAX_BYTES
    return small and len(source) <= 2 * MAX_BYTES and not _UNSTORABLE.search(source)


def _ignore(_: str) -> None:
    """For what is told elsewhere."""


def _name(text: str, tell: Callable[[str], None]) -> str:
    try:
        return _clean_name(text)
    except Invalid:
        line = one_line(_storable(text))
    if not line:
        return ""
    tell(f"The author's name is longer than {MAX_NAME} characters: the rest is cut off.")
    return f"{line[: MAX_NAME - 1].rstrip()}…"


@lru_cache(maxsize=10_000)
def _clean_name(text: str) -> str:
    return clean_name(_storable(text))


@lru_cache(maxsize=10_000)
def _address(text: str) -> str | None:
    return mail_address(text)


def _email(text: str | None, tell: Callable[[str], None]) -> str | None:
    if not text:
        return None
    address = _address(text.strip())
    if address is None:
        tell("The author's email is no address: it is left out.")
    return address


def _website(text: str | None, tell: Callable[[str], None]) -> str | None:
    if not text:
        return None
    url = website(_storable(text))
    if url is None or len(url) > MAX_WEBSITE:
        tell("The author's website is no address: it is left out.")
        return None
    return url


def _short(text: str | None, limit: int) -> str | None:
    return one_line(_storable(text))[:limit] or None if text else None


def _lines(text: str) -> str:
    return _storable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def _time(at: int | None) -> int | None:
    return at if at is not None and 0 <= at <= MAX_TIME else None


def _count(number: int) -> int:
    return min(max(number, 0), MAX_COUNT)
