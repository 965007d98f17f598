"""A site that has moved: from which origin to which address, and what keys and addresses become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.origin import origin_of, parse_origin
from afterword.core.page_key import authority_of, path_key
from afterword.core.text import is_storable
from afterword.core.web_address import parse_http

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class HostMove:
    """Where pages were and where they are; neither side ends with a slash."""

    old: str
    """An origin."""
    new: str
    """An origin, perhaps with a path: `https://example.org/blog`."""

    @property
    def origin(self) -> str:
        """The origin of the new side."""
        return origin_of(self.new) or self.new

    @property
    def changes_keys(self) -> bool:
        """Whether it is another host; keys say nothing of the scheme, nor of `www.`."""
        return authority_of(self.old) != authority_of(self.origin)

    @property
    def old_origins(self) -> tuple[str, ...]:
        """The origins of which addresses get new ones: of another host, all that its keys stand for."""
        if not self.changes_keys:
            return (self.old,)
        host = authority_of(self.old)
        return tuple(f"{scheme}://{www}{host}" for scheme in ("https", "http") for www in _WWW)

    @property
    def old_key(self) -> str:
        """What every key of the old host begins with, but for the slash that follows."""
        return f"url:{authority_of(self.old)}"

    @property
    def new_key(self) -> str:
        """What stands in its place."""
        prefix = self.new.removeprefix(self.origin)
        return f"url:{authority_of(self.origin)}{path_key(prefix).rstrip('/')}"

    def is_from(self, origins: Iterable[str]) -> bool:
        """Whether a site that is served from these origins has pages at the old side."""
        hosts = {authority_of(origin) for origin in origins}
        return self.old in origins or authority_of(self.old) in hosts


_WWW = ("", "www.")


def parse_host_move(old: str, new: str) -> HostMove:
    """The move; raises `Invalid` with the side that cannot be one."""
    before, after = _origin("old", old), _side(new)
    move = HostMove(before, after)
    if move.old == move.new:
        raise _wrong("new", "Both sides are the same.")
    if not move.changes_keys and move.new != move.origin:
        message = "Within one host a rule moves pages: afterword page move '/*' '/blog/*'."
        raise _wrong("new", message)
    return move


def _origin(field: str, text: str) -> str:
    try:
        return parse_origin(text)
    except Invalid as refusal:
        raise _wrong(field, str(refusal)) from None


def _side(text: str) -> str:
    url = parse_http(text.strip())
    origin = origin_of(text.strip())
    if url is None or origin is None or url.search or url.hash or not is_storable(url.pathname):
        message = (
            "Write where the pages are now, like https://example.org or https://example.org/blog."
        )
        raise _wrong("new", message)
    return f"{origin}{url.pathname.rstrip('/')}"


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(FieldError(field, "not_a_place", message))
