"""Puts the parts together: the only place that knows them all."""

from __future__ import annotations

import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.routing import Router

from afterword.services.context import Context, open_context
from afterword.services.running.background import background
from afterword.services.running.measure import Measuring
from afterword.services.running.seed_demo import seed_demo
from afterword.web import docs_page, openapi, routes, widget_files
from afterword.web.body import UnreadBody
from afterword.web.cors import Cors
from afterword.web.counting import WebCounts
from afterword.web.entry_answer import EntryAnswer, Network
from afterword.web.errors import Errors
from afterword.web.fast_reads import FastReads
from afterword.web.in_turn import InTurn
from afterword.web.kept_scripts import KeptScripts
from afterword.web.links import Links
from afterword.web.security_headers import SecurityHeaders, headers_of_reads
from afterword.web.state import Web
from afterword.web.token_buckets import TokenBuckets
from afterword.web.watching import Watching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from starlette.types import ASGIApp

    from afterword.settings import Settings

    Ready = Callable[[Context], Awaitable[None]]


def utc_now() -> int:
    """The clock of the process: milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def create_app(
    settings: Settings,
    *,
    demo: bool = False,
    on_ready: Ready | None = None,
    widget: Path | None = None,
    clock: Callable[[], int] = utc_now,
    deliver: bool = True,
) -> ASGIApp:
    """The application, for one server process; its lifespan opens and closes what it needs.

    `on_ready` is called once everything is open; without `deliver` nobody is told of anything.
    Raises `NotBuilt` where no widget was built.
    """
    web = _web(settings, widget, clock)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[dict[str, Any]]:
        async with open_context(settings) as ctx, _measuring(ctx, web, deliver) as measuring:
            await ctx.in_thread(web.kept.keep, web.widget.scripts)
            if demo:
                await seed_demo(ctx, settings.public_origin, now=clock())
            if on_ready is not None:
                await on_ready(ctx)
            yield {"context": ctx, "web": web, "measuring": measuring}

    table = routes.all_routes(demo=demo)
    router = Router(table, redirect_slashes=False, lifespan=lifespan)
    # From the inside out. Errors stand around everything that raises; what refuses and what allows
    # other origins must see their answers; a ready read passes none of it.
    app: ASGIApp = Cors(Errors(router, table))
    app, logs = SecurityHeaders(UnreadBody(app), web.links), settings.log_requests == "on"
    app = InTurn(Watching(app, web.counts, log_requests=logs))
    return FastReads(app, web.counts, log_requests=logs)


@asynccontextmanager
async def _measuring(ctx: Context, web: Web, deliver: bool) -> AsyncIterator[Measuring]:
    """What goes on beside the requests, and is measured with them."""
    measuring = Measuring(ctx, web.counts.samples, web.clock)
    try:
        loops = await measuring.begin()
        async with background(ctx, deliver=deliver, more=loops):
            yield measuring
    finally:
        await measuring.end()


def _web(settings: Settings, widget: Path | None, clock: Callable[[], int]) -> Web:
    links = Links(settings.public_url)
    description = openapi.describe(routes.API, links)
    return Web(
        settings=settings,
        links=links,
        buckets=TokenBuckets(),
        widget=widget_files.load(widget),
        kept=KeptScripts(settings.data / "embed"),
        answer=EntryAnswer(headers_of_reads(links), network=_network(settings)),
        documents={
            "openapi.json": json.dumps(description, ensure_ascii=False).encode(),
            "docs.html": docs_page.render(routes.API, links).encode(),
        },
        clock=clock,
        counts=WebCounts(),
    )


def _network(settings: Settings) -> Network | None:
    seconds = settings.cdn_seconds
    return Network(seconds, settings.cdn_stale_seconds) if seconds else None
