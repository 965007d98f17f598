"""How an act is answered: back to where it was done, or in JSON to the script of that page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from afterword.services.moderating.review_queue import counts as count_queue
from afterword.web.dashboard.frame import SAYINGS
from afterword.web.dashboard.place import Place, next_path, with_note
from afterword.web.output import json_response, see_other
from afterword.web.state import context, web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did."""

    said: str
    """A key of `SAYINGS`, or the sentence itself."""
    changed: tuple[int, ...]
    """Comments that have another status now."""
    undo: int | None = None
    """The decision that can be undone."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What static/dashboard.js is told."""

    text: str
    undo: int | None
    changed: tuple[int, ...]
    next: str
    """Address of the page that tells the same without a script."""
    counts: dict[str, int]


async def answer(request: Request, visit: Visit, fields: Fields, outcome: Outcome) -> Response:
    """Sends the browser back to the same place with word of the outcome."""
    links = web(request).links
    name, value = ("done", str(outcome.undo)) if outcome.undo else ("said", outcome.said)
    back = next_path(fields, links)
    target = with_note(back, name, value)
    if not wants_json(request):
        return see_other(request, target)
    counts = await count_queue(context(request), visit.member, Place.of(back).site_id)
    return json_response(
        Done(
            text=SAYINGS.get(outcome.said, outcome.said),
            undo=outcome.undo,
            changed=outcome.changed,
            next=links.path(target),
            counts={tab.value: number for tab, number in counts.items()},
        )
    )


def wants_json(request: Request) -> bool:
    """True for the dashboard's own script."""
    return "application/json" in request.headers.get("accept", "")
