"""The one template environment: everything is escaped, and a comment's tree is the only HTML let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from afterword.core import tree
from afterword.web import wording
from afterword.web.output import html
from afterword.web.state import web
from afterword.web.static_files import FILES

if TYPE_CHECKING:
    from starlette.responses import Response

    from afterword.core.model import Tree
    from afterword.web.links import Links
    from afterword.web.state import Asked


def body(nodes: Tree) -> Markup:
    """A comment's tree as HTML, by the serialiser that escapes."""
    return Markup(tree.to_html(nodes))  # noqa: S704 - the one place; to_html writes allowed tags only


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("afterword"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({filter.__name__: filter for filter in (body, *wording.FILTERS)})
    return environment


_ENVIRONMENT = _environment()


def render(links: Links, name: str, /, **values: Any) -> str:
    """The text of a page; templates reach our addresses by `link`, `absolute` and `static`."""
    return _ENVIRONMENT.get_template(name).render(
        link=links.path,
        absolute=links.absolute,
        static=lambda file: links.path(f"/static/{FILES[file].name}"),
        **values,
    )


def page(asked: Asked, name: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page as an answer that nobody keeps."""
    return html(render(web(asked).links, name, **values), status=status)
