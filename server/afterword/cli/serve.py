"""`afterword serve` and `afterword demo`: the server in this terminal until it is interrupted."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from afterword.cli.listening import inherited, listen, passed_on
from afterword.cli.logs import log_to_stderr
from afterword.cli.parts import part
from afterword.cli.settings_given import settings_with
from afterword.cli.supervised import Channel
from afterword.cli.supervisor import Supervisor, end_as, program_again
from afterword.settings import SettingError, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _where(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both commands have; they go before AFTERWORD_HOST, _PORT, _DATA and _WORKERS."""
    for option in (
        click.option("--first", "is_first", is_flag=True, hidden=True),
        click.option("--supervised", type=int, hidden=True),
        click.option(
            "--fd",
            "descriptors",
            type=int,
            multiple=True,
            help="Number of a listening socket that is open already; may be given again.",
        ),
        click.option("--workers", type=int, help="Server processes [default: 1]."),
        click.option("--data", help="Directory of database and keys [default: data]."),
        click.option("--port", type=int, help="Port to listen on [default: 8000]."),
        click.option("--host", help="Address to listen on [default: 127.0.0.1]."),
    ):
        command = option(command)
    return command


@click.command()
@_where
def serve(**given: Any) -> None:
    """Serve comments until interrupted.

    The first start makes the database, the key file, and a link to set up the first account.
    """
    _run("serve", **given)


@click.command()
@_where
def demo(**given: Any) -> None:
    """Serve, with an article of a made-up blog at / and a conversation under it."""
    _run("demo", **given)


def _run(
    command: str,
    *,
    descriptors: Sequence[int],
    supervised: int | None,
    is_first: bool,
    **where: Any,
) -> None:
    settings = settings_with(**where)
    log_to_stderr(settings.log_level, settings.log_format)
    sockets = inherited([*descriptors, *passed_on(os.environ)])
    if supervised is None and settings.workers > 1:
        if sys.platform == "win32":
            raise SettingError("AFTERWORD_WORKERS", settings.workers, "1 on Windows")
        _supervise(settings, command, where, sockets or [listen(settings)])
        return
    # As commands are: what a supervisor has no use for would take 80 MB of its memory.
    part("one_server", "run")(
        settings,
        demo=command == "demo",
        sockets=sockets,
        channel=Channel(supervised) if supervised is not None else None,
        is_first=is_first or supervised is None,
    )


def _supervise(
    settings: Settings, command: str, where: Mapping[str, object], sockets: list[Any]
) -> None:
    typed = [word for name, value in where.items() if value for word in (f"--{name}", str(value))]
    program = program_again(command, *typed)

    async def run() -> tuple[int, int | None]:
        return await Supervisor(program, sockets, settings.workers).run()

    code, ended_by = asyncio.run(run())
    end_as(ended_by, code)
