"""What an export is written by: the same records, whatever kind of file they become."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from afterword.formats.record import CommentRecord, PageRecord


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose comments they are, and whether private things come along."""

    site: str
    origins: Sequence[str]
    private: bool


class Writer(ABC):
    """Makes the bytes of one file: its start, each page followed by its comments, its end."""

    def __init__(self, leaving: Leaving) -> None:
        self.leaving = leaving
        self.pages = 0
        self.comments = 0

    def start(self) -> bytes:
        """What the file begins with."""
        return b""

    def record(self, record: PageRecord | CommentRecord) -> bytes:
        """The next page, or the next comment of the last page."""
        if isinstance(record, PageRecord):
            self.pages += 1
            return self._page(record)
        self.comments += 1
        return self._comment(record)

    def end(self) -> bytes:
        """What the file ends with."""
        return b""

    @abstractmethod
    def _page(self, page: PageRecord) -> bytes: ...

    @abstractmethod
    def _comment(self, comment: CommentRecord) -> bytes: ...
