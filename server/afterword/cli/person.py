"""`afterword person`: what is kept of somebody, as a copy, or erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.services.permission import COMMAND_LINE
from afterword.services.persons.person_requests import author_of, copy_of, erase, person_with
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.core.known_reader import Person
    from afterword.services.context import Context

F = TypeVar("F", bound="Callable[..., Any]")


def _who(command: F) -> F:
    """The person: by an address, or by something that they wrote."""
    options = (
        click.argument("email", required=False),
        click.option("--comment", "comment_id", type=int, help="Whoever wrote this comment."),
        click.option("--site", "site_name", help="On this site alone [default: on every site]."),
    )
    for option in options:
        command = option(command)
    return command


@click.group()
def person() -> None:
    """All that is kept of a reader."""


@person.command()
@_who
def copy(email: str | None, comment_id: int | None, site_name: str | None) -> None:
    """Print all that is kept of who has EMAIL, as JSON."""

    async def work(ctx: Context) -> dict[str, Any]:
        found, site_id = await _found(ctx, email, comment_id, site_name)
        return await copy_of(ctx, COMMAND_LINE, found, site_id, now=now_ms())

    echo_json(with_context(work))


@person.command(name="erase")
@_who
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_(email: str | None, comment_id: int | None, site_name: str | None, yes: bool) -> None:
    """Erase all that is kept of who has EMAIL, for good. Threads keep their shape."""
    if not yes:
        click.confirm("This cannot be undone. Erase it", abort=True)

    async def work(ctx: Context) -> int:
        found, site_id = await _found(ctx, email, comment_id, site_name)
        return await erase(ctx, COMMAND_LINE, found, site_id, now=now_ms())

    count = with_context(work)
    click.echo(f"Erased, with {count} {'comment' if count == 1 else 'comments'}.")


async def _found(
    ctx: Context, email: str | None, comment_id: int | None, site_name: str | None
) -> tuple[Person, int | None]:
    site = await find_site(ctx.store, site_name) if site_name else None
    if (email is None) == (comment_id is None):
        raise click.UsageError("Give EMAIL, or --comment NUMBER.")
    if email is not None:
        return await person_with(ctx, COMMAND_LINE, email), site.id if site else None
    found, own = await author_of(ctx, COMMAND_LINE, comment_id or 0, by_email=False)
    return found, own if site is None else site.id
