"""Where in the queue somebody is: tab, site and slice, as an address to come back to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from afterword.core.model import Tab
from afterword.services.review_queue import QueueFilter
from afterword.web.input import Fields

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.web.links import Links

QUEUE = "/dashboard/queue"
_NOTES = ("done", "said")
"""Parameters that say what has just happened; they are no part of a place."""


@dataclass(frozen=True, slots=True)
class Place:
    """A slice of one tab. All its paths are without the installation's prefix."""

    status: Tab = Tab.PENDING
    site_id: int | None = None
    after: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> Place:
        """Reads a query; raises Invalid for a status that there is not."""
        status = fields.one_of("status", tuple(Tab), Tab.PENDING)
        return cls(status, fields.integer("site"), fields.optional("after"))

    @classmethod
    def of(cls, path: str) -> Place:
        """Reads a path that `path` has made."""
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(path).query):
            values.setdefault(name, []).append(value)
        return cls.read(Fields(values))

    @property
    def path(self) -> str:
        """The address of this slice."""
        status = None if self.status is Tab.PENDING else self.status
        pairs = (("status", status), ("site", self.site_id), ("after", self.after))
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{QUEUE}?{query}" if query else QUEUE

    @property
    def filter(self) -> QueueFilter:
        """The same in the words of the services."""
        return QueueFilter(self.status, self.site_id, self.after)

    def tab(self, status: Tab) -> str:
        """The first slice of another tab."""
        return replace(self, status=status, after=None).path

    def on(self, site_id: int | None) -> str:
        """The first slice of this tab for one site, or for all."""
        return replace(self, site_id=site_id, after=None).path

    def further(self, after: str) -> str:
        """The next slice."""
        return replace(self, after=after).path


def next_path(fields: Fields, links: Links, default: str = QUEUE) -> str:
    """Where a form wants to go on to, if that is a path of ours; without prefix."""
    return links.local(fields.optional("next"), default)


def with_note(path: str, name: str, value: str) -> str:
    """The path with word of what has just happened, and without older word."""
    parts = urlsplit(path)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] not in _NOTES]
    return urlunsplit(parts._replace(query=urlencode([*pairs, (name, value)])))


def without_notes(request: Request) -> str:
    """The path of a request, so that a form on its page can come back to it."""
    path: str = request.scope["path"]
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"))
    query = urlencode([pair for pair in pairs if pair[0] not in _NOTES])
    return f"{path}?{query}" if query else path
