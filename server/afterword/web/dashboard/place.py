"""Where in the queue somebody is: tab, site and slice, as an address to come back to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from afterword.core.errors import FieldError, Invalid, Malformed
from afterword.core.model import QueueOrder, Tab
from afterword.services.moderating.find_in_queue import QueueFilter
from afterword.web.input import Fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from afterword.storage.review_query import Since
    from afterword.web.links import Links

QUEUE = "/dashboard/queue"
_NOTES = ("done", "said")
"""Parameters that say what has just happened; they are no part of a place."""

_SEEN = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A slice of one tab, narrowed by filters. All its paths are without the installation's prefix."""

    status: Tab = Tab.PENDING
    site_id: int | None = None
    after: str | None = None
    page_id: int | None = None
    author: int | None = None
    """The author of this comment."""
    rule: str | None = None
    links: bool = False
    since: str | None = None
    """A day, `2026-03-12`, in UTC."""
    text: str = ""
    sort: QueueOrder | None = None
    newer: str | None = None
    """What came after a comment and a report: `812.7`."""
    ticked: bool = False
    """Whether the boxes of all that is shown are ticked."""

    @classmethod
    def read(cls, fields: Fields) -> Place:
        """Reads a query; raises Invalid for a status or a day that there is not."""
        return cls(
            status=fields.one_of("status", tuple(Tab), Tab.PENDING),
            site_id=fields.integer("site"),
            after=fields.optional("after"),
            page_id=fields.integer("page"),
            author=fields.integer("author"),
            rule=fields.optional("rule"),
            links=fields.ticked("links"),
            since=fields.optional("since"),
            text=fields.text("q"),
            sort=_order(fields),
            newer=fields.optional("newer"),
            ticked=fields.ticked("ticked"),
        )

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
        return _with(QUEUE, self.fields)

    @property
    def fields(self) -> list[tuple[str, object]]:
        """What its address says, name by name."""
        pairs: list[tuple[str, object]] = [
            ("status", None if self.status is Tab.PENDING else self.status),
            ("site", self.site_id),
            ("page", self.page_id),
            ("author", self.author),
            ("rule", self.rule),
            ("links", "1" if self.links else None),
            ("since", self.since),
            ("q", self.text),
            ("sort", self.sort),
            ("newer", self.newer),
            ("ticked", "1" if self.ticked else None),
            ("after", self.after),
        ]
        return [(name, value) for name, value in pairs if value]

    @property
    def filter(self) -> QueueFilter:
        """The same in the words of the services; raises Invalid for what cannot be meant."""
        return QueueFilter(
            tab=self.status,
            site_id=self.site_id,
            after=self.after,
            page_id=self.page_id,
            author_of=self.author,
            rule=self.rule,
            links=self.links,
            since=_day(self.since),
            text=self.text,
            order=self.sort,
            newer=seen(self.newer),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but tab, site and order leaves comments out."""
        return bool(
            self.page_id or self.author or self.rule or self.links or self.since or self.text
        )

    def tab(self, status: Tab) -> str:
        """The first slice of another tab, by the same filters."""
        return self.first(status=status)

    def on(self, site_id: int | None) -> str:
        """The first slice of this tab for one site, or for all."""
        return self.first(site_id=site_id, page_id=None, author=None)

    def further(self, after: str) -> str:
        """The next slice."""
        return replace(self, after=after, ticked=False).path

    def first(self, **changes: Any) -> str:
        """The first slice with other filters."""
        kept = replace(self, after=None, newer=None, ticked=False)
        return replace(kept, **changes).path

    def all_ticked(self) -> str:
        """The same slice with every box ticked."""
        return replace(self, ticked=True).path

    def since_then(self, latest: Since) -> str:
        """What is new here since then."""
        return self.first(newer=f"{latest[0]}.{latest[1]}")

    def news(self, latest: Since) -> str:
        """Where to ask how much that is."""
        return self.since_then(latest).replace(QUEUE, f"{QUEUE}/news", 1)


def seen(newer: str | None) -> Since | None:
    """The last comment and report that somebody has seen; raises Malformed for what cannot be that."""
    if newer is None:
        return None
    match = _SEEN.fullmatch(newer)
    if match is None:
        raise Malformed("That address of what is new cannot be read.")
    return int(match[1]), int(match[2])


def _order(fields: Fields) -> QueueOrder | None:
    wanted = fields.optional("sort")
    return next((order for order in get_args(QueueOrder) if order == wanted), None)


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        message = "Give the day as year, month and day: 2026-03-12."
        raise Invalid(FieldError("since", "not_a_day", message)) from None
    return int(day.timestamp() * 1000)


def _with(path: str, fields: Sequence[tuple[str, object]]) -> str:
    return f"{path}?{urlencode(fields)}" if fields else path


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
