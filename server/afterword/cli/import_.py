"""`afterword import`: comments that come from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterword.cli.common import now_ms, with_context
from afterword.core.move_rule import parse_rule
from afterword.formats.formats import NAMES, format_of
from afterword.formats.opening import open_import
from afterword.services.importing.import_comments import import_comments, staff_of
from afterword.services.importing.stage_import import Wanted, stage_import
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site
from afterword.storage.staging import staging

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click._termui_impl import ProgressBar

    from afterword.core.move_rule import MoveRule
    from afterword.services.context import Context
    from afterword.services.importing.import_comments import Imported
    from afterword.services.importing.import_report import ImportReport, Notes


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", "site_name", required=True, help="The site whose comments they are.")
@click.option("--dry-run", is_flag=True, help="Say what would come, and change nothing.")
@click.option("--format", "format_name", type=click.Choice(NAMES), help="Without it: by content.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="OLD=NEW",
    help="What an address of the file is here: '/blog/*=/articles/*'; may be repeated.",
)
@click.option(
    "--map-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one OLD=NEW a line.",
)
@click.option(
    "--staff",
    multiple=True,
    metavar="EMAIL",
    help="A member: comments written with this address bear the badge; may be repeated.",
)
def import_(
    file: Path,
    site_name: str,
    dry_run: bool,
    format_name: str | None,
    mapped: tuple[str, ...],
    map_file: Path | None,
    staff: tuple[str, ...],
) -> None:
    """Import the comments of FILE. What the site has already stays as it is, so it may be repeated."""
    rules = _rules([*mapped, *(map_file.read_text("utf-8").splitlines() if map_file else ())])

    async def work(ctx: Context) -> tuple[ImportReport, Imported | None]:
        site = await find_site(ctx.store, site_name)
        ids = await staff_of(ctx.store, staff)
        with open_import(file) as opened, staging(ctx.settings.data) as staged:
            wanted = Wanted(site, format_of(opened, format_name), rules, ids)
            with _bar(opened.size, "Reading") as bar:
                report = await stage_import(
                    ctx, opened, staged, wanted, lambda done: bar.update(done - bar.pos)
                )
            if dry_run:
                return report, None
            with _bar(report.total, "Writing") as bar:
                done = await import_comments(
                    ctx, COMMAND_LINE, staged, wanted, bar.update, now=now_ms()
                )
            return report, done

    try:
        report, done = with_context(work)
    except KeyboardInterrupt:
        click.echo("\nInterrupted. What was written stays; the same command goes on.", err=True)
        sys.exit(130)
    _tell(report, dry_run=dry_run)
    if done is not None:
        click.echo(f"{done.comments:,} comments and {done.pages:,} pages are new here now.")


def _rules(lines: Iterable[str]) -> list[MoveRule]:
    """The rules of lines like OLD=NEW; an address may have a = itself, hence the last but in queries."""
    return [parse_rule(*_sides(line)) for line in lines if line.strip()]


def _sides(line: str) -> tuple[str, str]:
    """Cut at the = before the new side, which begins like an address."""
    for sign in ("=/", "=https://", "=http://"):
        old, found, new = line.strip().rpartition(sign)
        if found:
            return old, found[1:] + new
    raise click.BadParameter(f"{line!r} is not like OLD=NEW.")


def _bar(length: int, label: str) -> ProgressBar[int]:
    """How far it is, with the time left, on the standard error; without a terminal nothing but the label."""
    return click.progressbar(length=length, label=label, file=sys.stderr, update_min_steps=1)


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    statuses = ", ".join(f"{count:,} {status}" for status, count in report.comments.items())
    click.echo(f"The file is {report.format}.")
    click.echo(f"Pages: {report.pages:,}, of which {report.new_pages:,} are new here.")
    click.echo(f"Comments: {report.total:,} ({statuses or 'none'}), by {report.authors:,} authors.")
    click.echo(f"  {report.there_already:,} are here already.")
    click.echo(f"  {report.doubles:,} are here from somewhere else: they do not come twice.")
    click.echo(f"  {report.new:,} {'would come' if dry_run else 'were to come'}.")
    _tell_notes("Does not come", report.skipped)
    _tell_notes("Comes otherwise than it was", report.changed)


def _tell_notes(title: str, notes: Notes) -> None:
    if notes.by_reason:
        click.echo(f"{title}:")
    for reason, note in notes.by_reason.items():
        more = ", …" if note.count > len(note.examples) else ""
        where = f" ({', '.join(note.examples)}{more})" if note.examples else ""
        click.echo(f"  {note.count:,} x {reason}{where}")
