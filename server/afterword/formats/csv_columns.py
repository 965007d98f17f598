"""What the columns of a CSV hold: known by their names, or as whoever imports it says."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OURS = (
    *("page", "title", "id", "parent", "status", "name", "email", "website", "staff", "date"),
    *("edited", "up", "down", "pinned", "markdown"),
)
"""The header of our own exports."""
TEXTS = ("markdown", "html", "text")
"""Fields that are what a comment says; one of them, or `body` for text, has to be there."""
DELIMITERS = ",;\t"
MAX_COLUMNS = 1_000
_KNOWN: Mapping[str, str] = {
    "page": "page pageurl posturl threadurl articleurl permalink link uri url path pagepath thread",
    "title": "title pagetitle posttitle threadtitle articletitle",
    "id": "id commentid",
    "parent": "parent parentid replyto replytoid inreplyto commentparent parentcommentid",
    "status": "status state approved commentapproved",
    "name": "name author authorname commentauthor username displayname nickname nick user",
    "email": "email mail emailaddress authoremail commentauthoremail",
    "website": "website homepage authorurl authorwebsite commentauthorurl",
    "staff": "staff",
    "date": "date createdat created datetime timestamp time published publishedat commentdategmt commentdate",
    "edited": "edited editedat",
    "up": "up upvotes likes votes score points",
    "down": "down downvotes dislikes",
    "pinned": "pinned sticky",
    "markdown": "markdown",
    "html": "html",
    "text": "body comment text content message commentcontent commenttext commentbody",
    "format": "format markup",
}
"""Names of columns, in lower case, letters and digits alone; the first that is there is taken."""
FIELDS = (*_KNOWN, "body")
"""What may be said of a column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands where."""

    names: Sequence[str]
    delimiter: str
    places: Mapping[str, int]
    """By field."""

    @property
    def ours(self) -> bool:
        """Whether we wrote it: then cells are kept from being formulas, and ids are origin keys."""
        return tuple(self.names) == OURS

    @property
    def text(self) -> str | None:
        """Which field holds what the comments say."""
        return next((field for field in TEXTS if field in self.places), None)

    @property
    def is_enough(self) -> bool:
        """Whether comments can be made of it."""
        return "page" in self.places and self.text is not None

    @property
    def untaken(self) -> list[str]:
        """Names of columns that nothing is known of, or that another one says better."""
        taken = set(self.places.values())
        return [name for place, name in enumerate(self.names) if place not in taken]


def columns_of(line: str, said: Mapping[str, str]) -> Columns:
    """The columns of this header, parted by what finds most of them; `said` gives fields by their names."""
    found = [_columns(line, delimiter, said) for delimiter in DELIMITERS]
    return max(found, key=lambda columns: len(columns.places))


def _columns(line: str, delimiter: str, said: Mapping[str, str]) -> Columns:
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        names = []
    if len(names) > MAX_COLUMNS:
        names = []
    plain = [_plain(name) for name in names]
    places: dict[str, int] = {}
    for name, field in said.items():
        if _plain(name) in plain:
            places["text" if field == "body" else field] = plain.index(_plain(name))
    for field, known in _KNOWN.items():
        free = (plain.index(each) for each in known.split() if each in plain)
        place = next((place for place in free if place not in places.values()), None)
        if place is not None:
            places.setdefault(field, place)
    return Columns(names, delimiter, places)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
