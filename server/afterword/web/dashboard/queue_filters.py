"""What the queue is narrowed by, as it is shown: a chip for each filter, and the orders of its tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.services.moderating.find_in_queue import order_of, orders

if TYPE_CHECKING:
    from afterword.core.model import QueueOrder
    from afterword.services.moderating.review_queue import QueuePage
    from afterword.web.dashboard.place import Place

ORDER_NAMES: dict[QueueOrder, str] = {
    "oldest": "Oldest first",
    "newest": "Newest first",
    "reports": "Most reported first",
    "score": "Highest score first",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter, and where it is not."""

    text: str
    without: str
    """A path without the installation's prefix."""


@dataclass(frozen=True, slots=True)
class Filters:
    """All that the page says of its filters."""

    chips: tuple[Chip, ...]
    orders: tuple[tuple[QueueOrder, str], ...]
    order: QueueOrder
    kept: tuple[tuple[str, object], ...]
    """Fields of the place that the form of the filters has no control for."""
    onward: str
    """Into which time a search goes on."""


def filters_of(place: Place, queue: QueuePage) -> Filters:
    """The filters of a place, with the names of what was found there."""
    order = order_of(place.filter)
    ranked = not (place.page_id or place.author)
    return Filters(
        chips=tuple(_chips(place, queue)),
        orders=tuple((each, ORDER_NAMES[each]) for each in orders(place.status, ranked=ranked)),
        order=order,
        kept=tuple(each for each in place.fields if each[0] in _KEPT),
        onward="newer" if order == "oldest" else "older",
    )


_KEPT = ("status", "site", "page", "author", "rule")


def _chips(place: Place, queue: QueuePage) -> list[Chip]:
    page = (queue.page.title or queue.page.url) if queue.page else "another page"
    rule = (place.rule or "").replace("_", " ")
    asked = (
        (place.text, f"“{place.text}”", place.first(text="")),
        (place.page_id, f"Page: {page}", place.first(page_id=None)),
        (place.author, f"Author: {queue.author or 'nobody known'}", place.first(author=None)),
        (place.rule, f"Reason: {rule}", place.first(rule=None)),
        (place.links, "With links", place.first(links=False)),
        (place.since, f"Since {place.since}", place.first(since=None)),
        (place.newer, "What is new", place.first()),
    )
    return [Chip(text, without) for value, text, without in asked if value]
