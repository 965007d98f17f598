"""Which thread a page has: from what a widget saw to the keys that name one page.

docs/decisions/0002-page-keys.md tells why the keys are as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category, normalize
from urllib.parse import quote, unquote, unquote_plus

from afterword.core.errors import FieldError, Invalid, UnknownOrigin
from afterword.core.origin import serialised
from afterword.core.text import one_line
from afterword.core.web_address import MAX_LENGTH, parse_http

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ada_url import URL

    from afterword.core.model import Site

MAX_THREAD_ID = 200
MAX_TITLE = 300

_ABSENT = ("", "null", "undefined", "[object Object]")
_TEMPLATE_MARKS = ("{{", "{%")
_TRACKING = re.compile(r"utm_.*|mc_.*|fbclid|gclid|msclkid|_ga|igshid", re.IGNORECASE | re.DOTALL)
_INDEX_AND_SLASH = re.compile(r"(?:/index\.(?:html?|php))*/?\Z")
# Everything that cannot be mistaken for a separator stands unescaped, so that `%28` and `(` agree.
_PATH_SAFE = "!$&'()*+,;=:@-._~"
_QUERY_SAFE = "!$'()*,:@/-._~"


@dataclass(frozen=True, slots=True)
class PageClaim:
    """What a widget says about the page that it stands on; nothing of it is believed unchecked."""

    url: str
    """The page's address, or the one its owner gave instead (then there is no `canonical`)."""
    canonical: str | None = None
    """What the page's `<link rel="canonical">` says."""
    thread_id: str | None = None
    """The owner's own name of the thread."""
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys that may lead to a page, the strongest first, and how people are shown it."""

    key: str
    """`id:<thread id>` or `url:<host><path>?<query>`; a new page is opened under it."""
    aliases: tuple[str, ...]
    """Weaker keys, to be tried in this order where `key` names nothing."""
    url: str
    """Absolute address without user name, hash, and query that does not tell pages apart."""
    title: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, the strongest first."""
        return (self.key, *self.aliases)


@dataclass(frozen=True, slots=True)
class _Address:
    key: str
    url: str
    path: str


def identify(claim: PageClaim, site: Site) -> Identity:
    """The page that the claim speaks of, by thread id, else canonical address, else address.

    Raises `UnknownOrigin` where the address is not on a host of the site, and `Invalid` where it is
    no address or the thread id is no name. A canonical address that is neither is passed over.
    """
    thread_id = _thread_id(claim.thread_id)
    address = _address(claim.url, site)
    canonical = _canonical(claim.canonical, address, site)
    keys = [] if thread_id is None else [f"id:{thread_id}"]
    keys += [canonical.key, address.key]
    key, *aliases = dict.fromkeys(keys)
    return Identity(key, tuple(aliases), canonical.url, _title(claim.title))


def address_key(url: str, site: Site) -> str:
    """The key of an address alone; raises as `identify` does."""
    return _address(url, site).key


def _present(text: str | None) -> str | None:
    """The text, unless it is what templates and scripts print where they have nothing to say."""
    text = (text or "").strip()
    return None if text in _ABSENT or text.startswith(_TEMPLATE_MARKS) else text


def _address(text: str, site: Site) -> _Address:
    present = _present(text)
    if present is None:
        raise _wrong("url", "missing", "Say which page this is about: url is missing.")
    read = _read(present, site.policy.query_keys)
    if read is None:
        raise _wrong("url", "not_a_web_address", _NOT_AN_ADDRESS)
    origin, address = read
    if authority_of(origin) not in map(authority_of, site.origins):
        raise UnknownOrigin(origin)
    if address is None:
        raise _wrong("url", "not_a_web_address", _NOT_AN_ADDRESS)
    return address


_NOT_AN_ADDRESS = (
    "The page must have an address that starts with http:// or https://, "
    f"has no user name in it, and is at most {MAX_LENGTH:,} characters long."
)


# Many write on the same pages, and each call of the parser lets go of the interpreter, which at that moment
# the writer's thread is waiting for.
@lru_cache(maxsize=256)
def _read(text: str, query_keys: tuple[str, ...]) -> tuple[str, _Address | None] | None:
    """The origin of an address, and what it is known by unless that is too long; None for what is none."""
    url = parse_http(text)
    origin = None if url is None else serialised(url)
    if url is None or origin is None:
        return None
    return origin, _keyed(url, origin, query_keys)


def _keyed(url: URL, origin: str, query_keys: Iterable[str]) -> _Address | None:
    path = path_key(url.pathname)
    query = _query(url.search, query_keys)
    key = f"url:{authority_of(origin)}{path}{query}"
    if len(key) > MAX_LENGTH:  # escaping may lengthen it; PostgreSQL's indexes end at 2,704 bytes
        return None
    return _Address(key, f"{origin}{url.pathname}{query}", path + query)


def authority_of(origin: str) -> str:
    """What a key has of an origin: host and port, without `www.`."""
    return origin.partition("://")[2].removeprefix("www.")


def _canonical(text: str | None, address: _Address, site: Site) -> _Address:
    """The canonical address where it is to be trusted, else the page's own."""
    present = _present(text)
    if present is None:
        return address
    try:
        canonical = _address(present, site)
    except (Invalid, UnknownOrigin):
        return address
    # Many themes call every page of a blog a copy of its front page.
    return address if canonical.path == "/" != address.path else canonical


def path_key(pathname: str) -> str:
    """What a key has of a path."""
    segments = re.sub("/{2,}", "/", pathname).split("/")
    path = "/".join(_escaped(unquote(each, errors=_BYTES), _PATH_SAFE) for each in segments)
    return _INDEX_AND_SLASH.sub("", path) or "/"


def _query(search: str, query_keys: Iterable[str]) -> str:
    if not search:
        return ""
    wanted = {normalize("NFC", key) for key in query_keys}
    pairs = (pair.partition("=") for pair in search.removeprefix("?").split("&"))
    read = ((_decoded(name), _decoded(value)) for name, _, value in pairs)
    kept = sorted((n, v) for n, v in read if n in wanted and not _TRACKING.fullmatch(n))
    text = "&".join(f"{_escaped(n, _QUERY_SAFE)}={_escaped(v, _QUERY_SAFE)}" for n, v in kept)
    return text and f"?{text}"


# Bytes that are not UTF-8 come back as they were.
_BYTES = "surrogateescape"


def _decoded(text: str) -> str:
    return normalize("NFC", unquote_plus(text, errors=_BYTES))


def _escaped(text: str, safe: str) -> str:
    return quote(normalize("NFC", text), safe=safe, errors=_BYTES)


def _thread_id(text: str | None) -> str | None:
    present = _present(text)
    if present is None:
        return None
    thread_id = normalize("NFC", present)
    if len(thread_id) > MAX_THREAD_ID or any(category(char) in _UNFIT for char in thread_id):
        message = f"A thread-id is 1 to {MAX_THREAD_ID} characters on one line."
        raise _wrong("thread_id", "not_a_thread_id", message)
    return thread_id


# Control characters, halves of surrogate pairs, and Unicode's own line ends.
_UNFIT = ("Cc", "Cs", "Zl", "Zp")


def _title(text: str | None) -> str | None:
    """The title on one line; one that is too long is cut, for its readers cannot shorten it."""
    title = one_line(_present(text) or "")
    if not _present(title):
        return None
    return title if len(title) <= MAX_TITLE else f"{title[: MAX_TITLE - 1].rstrip()}…"


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, code, message))
