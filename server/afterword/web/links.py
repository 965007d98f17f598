"""Every address that leaves this server, made from `public_url` and never from a request's Host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""A path of our own: one slash, then printable ASCII without a backslash or a space."""


@dataclass(frozen=True, slots=True)
class Links:
    """Paths and addresses of this installation, with the prefix that a proxy puts before them."""

    public_url: str
    """Scheme, host, port and prefix, without a slash at the end."""

    @property
    def prefix(self) -> str:
        """`""`, or the path below which a proxy shows this server: `/comments`."""
        return urlsplit(self.public_url).path

    @property
    def secure(self) -> bool:
        """True when readers reach this server by https."""
        return self.public_url.startswith("https:")

    def path(self, path: str, **query: str) -> str:
        """For links, forms and redirects of our own pages: `/queue` is `/comments/queue`."""
        return self.prefix + path + (f"?{urlencode(query)}" if query else "")

    def absolute(self, path: str, **query: str) -> str:
        """For mails, feeds and other sites: `/c/7` is `https://example.org/comments/c/7`."""
        return self.public_url + path + (f"?{urlencode(query)}" if query else "")

    def local(self, wish: str | None, default: str) -> str:
        """The path that a visitor asked to go on to, if it is one of ours; both without prefix."""
        if wish and len(wish) <= 2_048 and _LOCAL.fullmatch(wish):
            return wish
        return default
