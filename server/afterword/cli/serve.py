"""`afterword serve` and `afterword demo`: the server in this terminal until it is interrupted."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import TYPE_CHECKING, Any

import click
import uvicorn

from afterword.app import create_app
from afterword.cli.common import now_ms, settings_with
from afterword.cli.logs import log_to_stderr
from afterword.cli.open_files import allow_open_files
from afterword.services.members.first_run import set_up_link
from afterword.services.secret_keys import load_keys
from afterword.settings import SettingError, Settings
from afterword.storage import migrate
from afterword.web.patience import patient_protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.services.context import Context

GRACE = 5
"""Seconds that requests under way have to end after SIGTERM."""


def _where(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both commands have; they go before AFTERWORD_HOST, _PORT and _DATA."""
    for option in (
        click.option("--data", help="Directory of database and keys [default: data]."),
        click.option("--port", type=int, help="Port to listen on [default: 8000]."),
        click.option("--host", help="Address to listen on [default: 127.0.0.1]."),
    ):
        command = option(command)
    return command


@click.command()
@_where
def serve(**where: Any) -> None:
    """Serve comments until interrupted.

    The first start makes the database, the key file, and a link to set up the first account.
    """
    _run(settings_with(**where), demo=False)


@click.command()
@_where
def demo(**where: Any) -> None:
    """Serve, with an article of a made-up blog at / and a conversation under it."""
    _run(settings_with(**where), demo=True)


def _run(settings: Settings, *, demo: bool) -> None:
    log_to_stderr(settings.log_level, settings.log_format)
    # Before the server starts, so that what is wrong is a sentence and not a traceback.
    load_keys(settings)
    asyncio.run(migrate.upgrade(settings.database_url))
    listening = _listen(settings)
    end_streams: list[Callable[[], None]] = []

    async def on_ready(ctx: Context) -> None:
        end_streams.append(ctx.live.close)
        await _welcome(settings, demo, ctx)

    app = create_app(settings, demo=demo, on_ready=on_ready)
    connections = settings.max_connections + settings.max_streams
    allow_open_files(connections)
    config = uvicorn.Config(
        app,
        http=patient_protocol(),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        limit_concurrency=connections,
        timeout_graceful_shutdown=GRACE,
    )
    Server(config, end_streams).run(sockets=[listening])


class Server(uvicorn.Server):
    """Ends the streams first: it waits for answers under way, and those do not end by themselves."""

    def __init__(self, config: uvicorn.Config, end_streams: list[Callable[[], None]]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once it has been asked to stop."""
        for end in self._end_streams:
            end()
        await super().shutdown(sockets)


async def _welcome(settings: Settings, demo: bool, ctx: Context) -> None:
    """Says where everything is; the set-up link is shown here and nowhere else."""
    url = settings.public_url
    click.echo(f"Demo: {url}/" if demo else f"Afterword is ready at {url}")
    click.echo(f"Dashboard: {url}/dashboard/")
    link = await set_up_link(ctx, now=now_ms())
    if link is not None:
        click.echo("Nobody has an account yet. Make the first one here; the link works once:")
        click.echo(f"  {link}")
    click.echo("Stop with Ctrl-C.")


def _listen(settings: Settings) -> socket.socket:
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        allowed = f"an address of this machine ({error.strerror})"
        raise SettingError("AFTERWORD_HOST", settings.host, allowed) from None
    family, _, _, _, address = found[0]
    try:
        return socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        raise _refusal(settings, error) from None


def _refusal(settings: Settings, error: OSError) -> SettingError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno == errno.EADDRNOTAVAIL:
        return SettingError(
            "AFTERWORD_HOST", settings.host, f"an address of this machine ({reason})"
        )
    allowed = f"a port where nothing else listens on {settings.host} ({reason})"
    return SettingError("AFTERWORD_PORT", settings.port, allowed)
