"""`afterword backup` and `afterword restore`: a whole installation in one file, and back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from afterword.cli.common import echo_json, now_ms
from afterword.cli.settings_given import settings_with
from afterword.services.backups.make_backup import make_backup
from afterword.services.backups.restore_backup import (
    check_backup,
    make_ready,
    place_of,
    refuse_early,
    restore_backup,
)
from afterword.services.backups.rotate_backups import rotate
from afterword.services.backups.workshop import workshop
from afterword.services.secret_keys import make_private


@click.command()
@click.argument("target", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Delete whole backups in DIR that are older than the last N.",
)
@click.option("--without-keys", is_flag=True, help="Leave the secret keys out of it.")
@click.option(
    "--portable", is_flag=True, help="Of PostgreSQL without pg_dump, as where there is none."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def backup(
    target: Path, keep: int | None, without_keys: bool, portable: bool, as_json: bool
) -> None:
    """Back up the whole installation to a new FILE or in DIR; serving goes on.

    In DIR it is named by the time. It holds the secret keys and what is private: keep it where nobody
    else reads it.
    """
    if keep is not None and not target.is_dir():
        raise click.BadParameter("--keep is for a folder that is there.")
    settings = settings_with()
    made = asyncio.run(
        make_backup(settings, target, keys=not without_keys, portable=portable, now=now_ms())
    )
    rotated = rotate(target, keep, lambda: False) if keep is not None else None
    if as_json:
        echo_json(
            {
                "file": str(made.file),
                "bytes": made.bytes,
                "at": made.manifest.at,
                "engine": made.manifest.engine,
                "schema": made.manifest.schema,
                "rows": made.manifest.rows,
                "keys": made.manifest.has_keys,
                "note": made.word,
                "deleted": [str(each) for each in rotated.dropped] if rotated else [],
                "broken": [str(each) for each in rotated.broken] if rotated else [],
            }
        )
        return
    click.echo(f"{made.file} is a whole backup {made.manifest.in_words()}.")
    if made.word:
        click.echo(made.word)
    for each in rotated.dropped if rotated else ():
        click.echo(f"Deleted, because {keep} newer ones are whole: {each}")
    for each in rotated.broken if rotated else ():
        click.echo(f"Not whole, and left for you to look at: {each}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Prove the backup, and touch nothing.")
@click.option("--replace", is_flag=True, help="Keep what is there beside it, and take its place.")
@click.option("--without-keys", is_flag=True, help="Leave the secret keys as they are.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs, with --check.")
def restore(
    file: Path, check: bool, replace: bool, without_keys: bool, yes: bool, as_json: bool
) -> None:
    """Restore the installation of a backup FILE where the settings say, while no server runs."""
    if check:
        manifest = check_backup(file, lambda: False)
        if as_json:
            echo_json({"file": str(file), "whole": True, "at": manifest.at, "rows": manifest.rows})
        else:
            click.echo(
                f"{file} is a whole backup {manifest.in_words()}. All of it was restored and read."
            )
        return
    asyncio.run(_restore(file, replace=replace, with_keys=not without_keys, yes=yes))


async def _restore(file: Path, *, replace: bool, with_keys: bool, yes: bool) -> None:
    settings = settings_with()
    holds = await refuse_early(settings, replace=replace)
    place = settings.database_file.parent if settings.database_file else settings.data
    make_private(place)
    with workshop(place) as bench:
        ready = make_ready(file, bench, lambda: False)
        click.echo(f"{file} is a whole backup {ready.manifest.in_words()}.")
        click.echo(f"It goes to {place_of(settings)}.")
        if holds:
            click.echo("What is there now is kept beside it, and is served no more.")
        if not yes:
            click.confirm("Restore it?", abort=True)
        done = await restore_backup(
            settings, ready, bench, replace=replace, with_keys=with_keys, now=now_ms()
        )
    click.echo("Restored. Now start the server.")
    for kept in (done.database, done.keys):
        if kept is not None:
            click.echo(f"As it was before: {kept}")
