"""`afterword import`: comments that come from elsewhere."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.cli.progress import counting, reading, waiting
from afterword.core.move_rule import parse_line
from afterword.formats.csv_columns import FIELDS
from afterword.formats.formats import NAMES, csv_format, format_of
from afterword.formats.opening import open_import
from afterword.services.importing.import_comments import import_comments, staff_of
from afterword.services.importing.import_document import document_of
from afterword.services.importing.read_sitemap import read_sitemap
from afterword.services.importing.stage_import import Wanted, stage_import
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site
from afterword.storage.staging import staging

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from afterword.core.move_rule import MoveRule
    from afterword.formats.formats import Format
    from afterword.formats.opening import Opened
    from afterword.services.context import Context
    from afterword.services.importing.import_document import ImportDocument, NoteDocument
    from afterword.services.importing.import_report import Hear


def _fields(_: click.Context, __: click.Parameter, columns: tuple[str, ...]) -> dict[str, str]:
    """The fields of lines like COLUMN=FIELD."""
    fields: dict[str, str] = {}
    for line in columns:
        column, _sign, field = line.rpartition("=")
        if not column.strip() or field.strip().lower() not in FIELDS:
            wanted = ", ".join(FIELDS)
            raise click.BadParameter(f"{line!r} is not like COLUMN=FIELD, with one of {wanted}.")
        fields[column.strip()] = field.strip().lower()
    return fields


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
    "--csv-map",
    "fields",
    multiple=True,
    callback=_fields,
    metavar="COLUMN=FIELD",
    help=f"What a column of a CSV holds: {', '.join(FIELDS)}; may be repeated.",
)
@click.option(
    "--staff",
    multiple=True,
    metavar="EMAIL",
    help="A member: comments written with this address bear the badge; may be repeated.",
)
@click.option(
    "--sitemap",
    metavar="FILE|URL",
    help="Which pages the site has (sitemap.xml, or one address a line): the report names the others.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each single thing that the report counts to this file, as JSON Lines.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON document.")
def import_(
    file: Path,
    site_name: str,
    dry_run: bool,
    format_name: str | None,
    mapped: tuple[str, ...],
    map_file: Path | None,
    fields: dict[str, str],
    staff: tuple[str, ...],
    sitemap: str | None,
    report_file: Path | None,
    as_json: bool,
) -> None:
    """Import the comments of FILE. What the site has already stays as it is, so it may be repeated."""
    rules = _rules([*mapped, *(map_file.read_text("utf-8").splitlines() if map_file else ())])

    async def work(ctx: Context) -> ImportDocument:
        site = await find_site(ctx.store, site_name)
        ids = await staff_of(ctx.store, staff)
        with (
            open_import(file, ctx.settings.data) as opened,
            staging(ctx.settings.data) as staged,
            _written(report_file) as hear,
        ):
            wanted = Wanted(site, _format(opened, format_name, fields), rules, ids, hear)
            if sitemap is not None:
                with waiting("Reading the sitemap"):
                    await read_sitemap(ctx, staged, site, _source(sitemap))
            with reading("Reading", opened.size) as tell:
                report = await stage_import(ctx, opened, staged, wanted, tell)
            if dry_run:
                return document_of(report, None)
            with counting("Writing", report.total, "comments") as tell:
                done = await import_comments(ctx, COMMAND_LINE, staged, wanted, tell, now=now_ms())
            return document_of(report, done)

    document = _done(work)
    if as_json:
        echo_json(msgspec.to_builtins(document))
    else:
        _tell(document)


def _format(opened: Opened, name: str | None, fields: dict[str, str]) -> Format:
    """What the file is; a CSV where somebody says what its columns hold."""
    if fields and name not in (None, "csv"):
        raise click.BadParameter("--csv-map is for a CSV.")
    return csv_format(fields) if fields else format_of(opened, name)


def _done(work: Callable[[Context], Awaitable[ImportDocument]]) -> ImportDocument:
    """What the work gives, unless it is interrupted."""
    try:
        return with_context(work)
    except KeyboardInterrupt:
        click.echo("\nInterrupted. What was written stays; the same command goes on.", err=True)
        sys.exit(130)


def _rules(lines: Iterable[str]) -> list[MoveRule]:
    """The rules of lines like OLD=NEW."""
    return [parse_line(line) for line in lines if line.strip()]


def _source(sitemap: str) -> str | Path:
    """Where the sitemap is: an address, or a file that is there."""
    if sitemap.startswith(("https://", "http://")):
        return sitemap
    path = Path(sitemap)
    if not path.is_file():
        raise click.BadParameter(f"There is no file {sitemap}.", param_hint="--sitemap")
    return path


@contextmanager
def _written(path: Path | None) -> Iterator[Hear | None]:
    """What writes each single thing of the report to that file, one a line."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as out:

        def hear(kind: str, reason: str, place: str, count: int) -> None:
            line = {"kind": kind, "reason": reason, "place": place, "count": count}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

        yield hear


def _tell(document: ImportDocument) -> None:
    statuses = ", ".join(f"{count:,} {status}" for status, count in document.comments.items())
    click.echo(f"The file is {document.format}.")
    click.echo(f"Pages: {document.pages:,}, of which {document.new_pages:,} are new here.")
    total, authors = f"{document.total:,}", f"{document.authors:,}"
    click.echo(f"Comments: {total} ({statuses or 'none'}), by {authors} authors.")
    click.echo(f"  {document.there_already:,} are here already.")
    click.echo(f"  {document.doubles:,} are here from somewhere else: they do not come twice.")
    click.echo(f"  {document.new:,} {'were to' if document.imported else 'would'} come.")
    for title, notes in document.notes:
        _tell_notes(title, notes)
    for rule in document.idle_rules:
        click.echo(f"No address of the file is led by the rule {rule}.")
    done = document.imported
    if done is not None:
        click.echo(f"{done.comments:,} comments and {done.pages:,} pages are new here now.")
        click.echo(f"To undo: afterword undo {done.audit_id}")


def _tell_notes(title: str, notes: list[NoteDocument]) -> None:
    if notes:
        click.echo(f"{title}:")
    for note in notes:
        more = ", …" if note.count > len(note.examples) else ""
        where = f" ({', '.join(note.examples)}{more})" if note.examples else ""
        click.echo(f"  {note.count:,} x {note.reason}{where}")
