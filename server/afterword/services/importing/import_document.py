"""The report of an import as one JSON document: what `--json` prints and the dashboard keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.services.importing.import_comments import Imported
    from afterword.services.importing.import_report import ImportReport, Notes


class NoteDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was so, and where, the first few times."""

    reason: str
    count: int
    examples: list[str]


class ImportedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What came."""

    audit_id: int
    """What `afterword undo` takes."""
    pages: int
    comments: int


class ImportDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds, seen from the site that it is for."""

    format: str
    pages: int
    new_pages: int
    comments: dict[str, int]
    """By status."""
    authors: int
    there_already: int
    doubles: int
    new: int
    skipped: list[NoteDocument]
    gone: list[NoteDocument]
    collisions: list[NoteDocument]
    same: list[NoteDocument]
    changed: list[NoteDocument]
    idle_rules: list[str]
    imported: ImportedDocument | None
    """Null for a dry run."""

    @property
    def total(self) -> int:
        """Comments of the file that the site has afterwards."""
        return sum(self.comments.values())

    @property
    def notes(self) -> Sequence[tuple[str, list[NoteDocument]]]:
        """Each kind with its title, as people read it."""
        return tuple((title, getattr(self, kind)) for kind, title in TITLES.items())


TITLES = {
    "skipped": "Does not come",
    "gone": "The site no longer has the page",
    "collisions": "Pages that become one",
    "same": "Here already from somewhere else, does not come twice",
    "changed": "Comes otherwise than it was",
}
"""By kind of note, the gravest first."""


def document_of(report: ImportReport, done: Imported | None) -> ImportDocument:
    """The report as a document."""
    return ImportDocument(
        format=report.format,
        pages=report.pages,
        new_pages=report.new_pages,
        comments=dict(report.comments),
        authors=report.authors,
        there_already=report.there_already,
        doubles=report.doubles,
        new=report.new,
        idle_rules=list(report.idle_rules),
        imported=None if done is None else _imported(done),
        **{notes.kind: _notes(notes) for notes in report.notes},
    )


def _imported(done: Imported) -> ImportedDocument:
    return ImportedDocument(audit_id=done.audit_id, pages=done.pages, comments=done.comments)


def _notes(notes: Notes) -> list[NoteDocument]:
    return [
        NoteDocument(reason=reason, count=note.count, examples=note.examples)
        for reason, note in notes.by_reason.items()
    ]
