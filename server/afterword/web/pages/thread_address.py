"""What a request for the thread page asks for, and the addresses that ask for a little else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from afterword.core.model import ORDERS, Order
from afterword.core.page_key import PageClaim
from afterword.services.reading.read_thread import ThreadQuery

if TYPE_CHECKING:
    from afterword.web.input import Fields
    from afterword.web.links import Links


@dataclass(frozen=True, slots=True)
class ThreadAddress:
    """The page as the linking page described it, and the part of its thread to show."""

    links: Links
    url: str
    canonical: str | None = None
    id: str | None = None
    title: str | None = None
    site: str | None = None
    sort: Order | None = None
    after: str | None = None
    reply: int | None = None
    """The comment to answer, which has to be among those shown."""
    lang: str | None = None
    """The language to speak, where the linking page says it."""

    @classmethod
    def read(cls, fields: Fields, links: Links) -> ThreadAddress:
        """Reads a query or a form; raises Invalid without `url`."""
        return cls(
            links,
            fields.required("url"),
            fields.optional("canonical"),
            fields.optional("id"),
            fields.optional("title"),
            fields.optional("site"),
            fields.one_of("sort", ORDERS, ORDERS[0]) if fields.optional("sort") else None,
            fields.optional("after"),
            fields.integer("reply") or fields.integer("parent"),
            fields.optional("lang"),
        )

    @property
    def claim(self) -> PageClaim:
        """The page, in the words of the services."""
        return PageClaim(self.url, self.canonical, self.id, self.title)

    @property
    def query(self) -> ThreadQuery:
        """The part of the thread, in the words of the services."""
        return ThreadQuery(self.claim, self.site, self.sort, self.after, self.reply)

    def hidden(self) -> list[tuple[str, str]]:
        """What a form has to carry so that its answer speaks of the same page."""
        names = ("url", "canonical", "id", "title", "site", "sort", "lang")
        return [(name, value) for name in names if (value := getattr(self, name))]

    @property
    def feed(self) -> str:
        """The feed of the thread."""
        pairs = [pair for pair in self.hidden() if pair[0] not in ("title", "sort")]
        return f"{self.links.path('/feeds/thread')}?{urlencode(pairs)}"

    def address(
        self, *, sort: Order | None = None, after: str | None = None, reply: int | None = None
    ) -> str:
        """The thread page with another order or another part."""
        there = replace(self, sort=sort or self.sort)
        pairs = [*there.hidden(), ("after", after), ("reply", reply)]
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{self.links.path('/thread')}?{query}"
