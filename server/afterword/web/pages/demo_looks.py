"""The demo's gallery: one thread, in six looks that a page's own style sheet gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from afterword.core import errors
from afterword.web.pages.demo import GAUGE
from afterword.web.state import web
from afterword.web.static_files import FILES
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Look:
    """A page's style sheet, and what to say of it."""

    name: str
    title: str
    about: str

    @property
    def sheet(self) -> str:
        """Its file among the static ones."""
        return f"look-{self.name}.css"

    @property
    def css(self) -> str:
        """Its text, to be shown."""
        return FILES[self.sheet].data.decode()


LOOKS = (
    Look("plain", "Plain", "A page without any style of its own."),
    Look("serif", "Serif blog", "A serif face on warm paper."),
    Look("docs", "Dark docs", "Technical documentation that is always dark."),
    Look("dense", "Dense", "Many comments on little room."),
    Look("card", "Card", "Each comment on a card of its own."),
    Look("contrast", "High contrast", "Nothing is grey, every edge is drawn."),
)
_BY_NAME = {look.name: look for look in LOOKS}


async def show_looks(request: Request) -> Response:
    """`/looks`: the first one."""
    return RedirectResponse(web(request).links.path(f"/looks/{LOOKS[0].name}"), status_code=302)


async def show_look(request: Request) -> Response:
    """`/looks/{name}`."""
    look = _BY_NAME.get(request.path_params["name"])
    if look is None:
        raise errors.NotFound("There is no such look.")
    return page(request, "demo/look.html", look=look, looks=LOOKS, title=GAUGE.title)
