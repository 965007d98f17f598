"""What leads to a page, in words: each address, and how it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.core.model import Page
    from afterword.services.pages.list_pages import PageView
    from afterword.storage.page_keys import LeadingKey

_HOW = {
    "opened": "since its first comment or reaction",
    "learnt": "learnt from a page that names this thread by its canonical address or its thread-id",
    "imported": "imported",
    "given": "given by an owner",
}
_BY = {
    "rename_page": "it was renamed",
    "move_pages": "pages were moved by a rule",
    "rename_host": "the site has moved to another host",
    "follow_redirects": "its old address redirects there",
}


@dataclass(frozen=True, slots=True)
class LeadingAddress:
    """One line of the list."""

    key: str
    name: str
    story: str
    at: int | None
    is_shown: bool
    """Whether readers are sent to the page by it, so that it stays."""


def addresses(view: PageView, shown: str) -> list[LeadingAddress]:
    """All that lead to the page; `shown` is the key of the address under which it is shown."""
    return [
        LeadingAddress(each.key, _name(view.page, each), _story(each), each.at, each.key == shown)
        for each in view.keys
    ]


def _name(page: Page, leading: LeadingKey) -> str:
    kind, _, rest = leading.key.partition(":")
    if kind == "id":
        return f"thread-id {rest}"
    return f"{page.url.partition('://')[0]}://{rest}"


def _story(leading: LeadingKey) -> str:
    if leading.act in _BY:
        return f"since {_BY[leading.act]}"
    return _HOW.get(leading.how or "", "since before this was noted")
