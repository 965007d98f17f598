"""What every handler can reach; the lifespan puts it into the state of the server."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from starlette.requests import Request

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.services.running.measure import Measuring
    from afterword.settings import Settings
    from afterword.web.counting import WebCounts
    from afterword.web.entry_answer import EntryAnswer
    from afterword.web.kept_scripts import KeptScripts
    from afterword.web.links import Links
    from afterword.web.token_buckets import TokenBuckets
    from afterword.web.widget_files import Bundle

Asked: TypeAlias = "Request | MutableMapping[str, Any]"
"""A request, or its ASGI scope."""


@dataclass(frozen=True, slots=True)
class Web:
    """What the web layer needs beside the services' context."""

    settings: Settings
    links: Links
    buckets: TokenBuckets
    widget: Bundle
    kept: KeptScripts
    answer: EntryAnswer
    documents: dict[str, bytes]
    """`openapi.json` and `docs.html`, made once."""
    clock: Callable[[], int]
    counts: WebCounts


def context(asked: Asked) -> Context:
    """The context of the services."""
    return cast("Context", _state(asked)["context"])


def web(asked: Asked) -> Web:
    """The web layer's own."""
    return cast("Web", _state(asked)["web"])


def measuring(asked: Asked) -> Measuring:
    """What this process measures."""
    return cast("Measuring", _state(asked)["measuring"])


def now(asked: Asked) -> int:
    """Milliseconds UTC; a handler asks once and passes it down."""
    return web(asked).clock()


def _state(asked: Asked) -> dict[str, Any]:
    scope = asked.scope if isinstance(asked, Request) else asked
    return cast("dict[str, Any]", scope["state"])
