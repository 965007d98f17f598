"""`afterword db`: the schema of the database."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from afterword.cli.common import echo_json
from afterword.cli.settings_given import settings_with
from afterword.services.backups.move_database import move_database
from afterword.services.secret_keys import make_private
from afterword.setting_kinds import DATABASE
from afterword.storage import migrate


@click.group()
def db() -> None:
    """Bring the database up to date, or see whether it is."""


@db.command()
def upgrade() -> None:
    """Make the database, or bring it up to this version; `serve` does the same when it starts."""
    settings = settings_with()
    make_private(settings.data)
    done = asyncio.run(migrate.upgrade(settings.database_url))
    if done.before == done.after:
        click.echo(f"The database is up to date: schema {done.after}.")
        return
    click.echo(f"The database has schema {done.after} now.")
    if done.copy is not None:
        click.echo(f"As it was before: {done.copy}")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """Say which schema the database has, and which one this program wants; changes nothing."""
    found = asyncio.run(migrate.status(settings_with().database_url))
    if as_json:
        echo_json(asdict(found))
    elif found.current is None:
        click.echo("There is no database yet. Make it: afterword db upgrade")
    elif found.current == found.newest:
        click.echo(f"The database is up to date: schema {found.current}.")
    else:
        click.echo(f"The database has schema {found.current}; this program wants {found.newest}.")
        click.echo("Bring it up to date: afterword db upgrade")


@db.command()
@click.option(
    "--to", required=True, metavar="URL", help="postgresql://… or sqlite:///…, still empty."
)
def move(to: str) -> None:
    """Copy the whole installation to an empty database of the other engine, while no server runs.

    The old database stays as it is. A password need not stand here: PGPASSWORD and ~/.pgpass are read.
    """
    done = asyncio.run(move_database(settings_with(), to))
    filled = {table: count for table, count in done.rows.items() if count}
    click.echo(
        f"{sum(filled.values()):,} rows of {len(filled)} tables are there, each read again and equal."
    )
    click.echo("Now have the server use it, and start it:")
    click.echo(f"  AFTERWORD_DATABASE_URL={DATABASE.shown(to)}")
    click.echo("The old database is as it was; delete it once all is well.")
