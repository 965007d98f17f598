"""One server process: alone, or one of those that a supervisor has started."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import click
import uvicorn

from afterword.app import create_app
from afterword.cli.common import now_ms
from afterword.cli.draining_server import GRACE, LINGER, QUIET, Server
from afterword.cli.listening import BACKLOG, listen
from afterword.cli.memory import keep_heap_small, set_aside_what_stays
from afterword.cli.open_files import allow_open_files
from afterword.services.members.first_run import set_up_link
from afterword.services.secret_keys import load_keys
from afterword.storage import migrate
from afterword.web.patience import patient_protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    from afterword.cli.supervised import Channel
    from afterword.services.context import Context
    from afterword.settings import Settings


def run(
    settings: Settings,
    *,
    demo: bool,
    sockets: list[socket.socket],
    channel: Channel | None = None,
    is_first: bool = True,
) -> None:
    """Serves on the sockets, or at the address of the settings, until it is asked to end.

    The first one says where everything is, and makes the set-up link.
    """
    keep_heap_small()
    if is_first:
        # Before the server starts, so that what is wrong is a sentence and not a traceback.
        load_keys(settings)
        asyncio.run(migrate.upgrade(settings.database_url))
    if channel is not None and sys.platform != "win32":
        # Its terminal is the supervisor's business; with its default it would end us.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_streams: list[Callable[[], None]] = []

    async def on_ready(ctx: Context) -> None:
        end_streams.append(ctx.live.close)
        if is_first:
            _welcome(settings, demo, await set_up_link(ctx, now=now_ms()))
        if channel is not None:
            channel.obey(server)
        set_aside_what_stays()

    server = Server(
        _config(settings, demo, on_ready),
        end_streams=end_streams,
        linger=LINGER if sockets else 0.0,
        on_accepting=channel.say_accepting if channel is not None else None,
    )
    server.run(sockets=sockets or [listen(settings)])


def _config(
    settings: Settings, demo: bool, on_ready: Callable[[Context], Awaitable[None]]
) -> uvicorn.Config:
    connections = settings.max_connections + settings.max_streams
    allow_open_files(connections)
    return uvicorn.Config(
        create_app(settings, demo=demo, on_ready=on_ready),
        http=patient_protocol(),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        limit_concurrency=connections,
        backlog=BACKLOG,
        timeout_keep_alive=QUIET,
        timeout_graceful_shutdown=GRACE,
    )


def _welcome(settings: Settings, demo: bool, link: str | None) -> None:
    """Says where everything is; the set-up link is shown here and nowhere else."""
    url = settings.public_url
    click.echo(f"Demo: {url}/" if demo else f"Afterword is ready at {url}")
    click.echo(f"Dashboard: {url}/dashboard/")
    if link is not None:
        click.echo("Nobody has an account yet. Make the first one here; the link works once:")
        click.echo(f"  {link}")
    click.echo("Stop with Ctrl-C.")
