"""The demo's made-up blog: what a site owner's own pages would be, served only by `afterword demo`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core import errors
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Note:
    """One article of the blog."""

    path: str
    title: str
    about: str
    date: int
    template: str


GAUGE = Note(
    "/",
    "What the river gauge told us",
    "A flood in the night to the fourth of March, and a step of twelve centimetres that no water makes.",
    1_773_300_600_000,
    "demo/gauge.html",
)
WEIR = Note(
    "/notes/weir",
    "Notes from the weir",
    "Thirty-one stones from the left bank, thirty-four from the right, and a heron.",
    1_772_366_400_000,
    "demo/weir.html",
)
NOTES = {note.path: note for note in (GAUGE, WEIR)}


async def show_note(request: Request) -> Response:
    """One article, with its comments."""
    note = NOTES.get(request.scope["path"])
    if note is None:
        raise errors.NotFound("There is no such note.")
    return page(request, "demo/note.html", note=note)


async def show_list(request: Request) -> Response:
    """`/notes`: all articles, with their numbers of comments."""
    return page(request, "demo/list.html", notes=list(NOTES.values()))
