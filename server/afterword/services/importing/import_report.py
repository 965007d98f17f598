"""What an import would do or did: counted, with a few examples, so that nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EXAMPLES = 20
REASONS = 200
"""Kinds that are told apart: some name hosts and elements of the file."""


@dataclass(slots=True)
class Note:
    """How often something was so, and where, the first few times."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Notes:
    """Notes by what they say."""

    by_reason: dict[str, Note] = field(default_factory=dict)

    def add(self, reason: str, place: str, count: int = 1) -> None:
        """One more time."""
        if len(self.by_reason) >= REASONS and reason not in self.by_reason:
            reason = "Of one more kind."
        note = self.by_reason.setdefault(reason, Note())
        note.count += count
        if place and len(note.examples) < EXAMPLES:
            note.examples.append(place)


@dataclass(slots=True)
class ImportReport:
    """What a file holds, seen from the site that it is for."""

    format: str
    pages: int = 0
    """With comments, or of a whole site also those without."""
    new_pages: int = 0
    comments: Mapping[str, int] = field(default_factory=dict)
    """By status."""
    authors: int = 0
    there_already: int = 0
    """Comments that came with an earlier import of the same."""
    doubles: int = 0
    """Comments that are there from somewhere else: same page, author, time and text. They do not come."""
    skipped: Notes = field(default_factory=Notes)
    """What does not come, and why not."""
    changed: Notes = field(default_factory=Notes)
    """What comes otherwise than it is in the file."""

    @property
    def total(self) -> int:
        """Comments of the file that the site has afterwards."""
        return sum(self.comments.values())

    @property
    def new(self) -> int:
        """Comments that come."""
        return self.total - self.there_already - self.doubles
