"""What an import would do or did: counted, with a few examples, so that nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

EXAMPLES = 20
REASONS = 200
"""Kinds that are told apart: some name hosts and elements of the file."""


Hear: TypeAlias = Callable[[str, str, str, int], object]
"""Told of each single thing: the kind of note, what it says, where, and how often."""


@dataclass(slots=True)
class Note:
    """How often something was so, and where, the first few times."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Notes:
    """Notes of one kind by what they say."""

    kind: str
    by_reason: dict[str, Note] = field(default_factory=dict)
    hear: Hear | None = None

    def add(self, reason: str, place: str, count: int = 1) -> None:
        """One more time."""
        if self.hear is not None:
            self.hear(self.kind, reason, place, count)
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
    skipped: Notes = field(default_factory=lambda: Notes("skipped"))
    """What does not come, and why not."""
    changed: Notes = field(default_factory=lambda: Notes("changed"))
    """What comes otherwise than it is in the file."""
    collisions: Notes = field(default_factory=lambda: Notes("collisions"))
    """Pages that are several in the file and one here, or the other way round."""
    same: Notes = field(default_factory=lambda: Notes("same"))
    """The doubles: pages on which they are."""
    gone: Notes = field(default_factory=lambda: Notes("gone"))
    """Pages of the file that the site no longer has, as far as its sitemap says."""
    idle_rules: tuple[str, ...] = ()
    """Rules of addresses that came to nothing."""

    @property
    def notes(self) -> tuple[Notes, ...]:
        """All of them, the gravest first."""
        return self.skipped, self.gone, self.collisions, self.same, self.changed

    def tell(self, hear: Hear) -> None:
        """From now on `hear` is told of each single thing, where this keeps a few examples."""
        for each in self.notes:
            each.hear = hear

    @property
    def total(self) -> int:
        """Comments of the file that the site has afterwards."""
        return sum(self.comments.values())

    @property
    def new(self) -> int:
        """Comments that come."""
        return self.total - self.there_already - self.doubles
