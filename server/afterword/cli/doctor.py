"""`afterword doctor` and `afterword audit`: whether all is well, and who did what."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.cli.settings_given import settings_with
from afterword.core.finding import Finding
from afterword.services.audit.read_audit import read_audit
from afterword.services.permission import COMMAND_LINE
from afterword.services.running.check_health import check_health
from afterword.services.sites.manage_sites import find_site
from afterword.storage import migrate
from afterword.storage.audit import Wanted
from afterword.web import wording
from afterword.web.dashboard.audit import cells
from afterword.web.dashboard.audit_words import sentence

if TYPE_CHECKING:
    from afterword.services.audit.read_audit import AuditPage
    from afterword.services.context import Context

_MARKS = {"error": "WRONG  ", "warning": "WARNING", "note": "NOTE   "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """Look whether all is well; what is not is told with its fix. Ends with code 1 if something is wrong."""
    settings = settings_with()
    schema = asyncio.run(migrate.status(settings.database_url))
    if schema.current == schema.newest:
        findings = with_context(
            lambda ctx: check_health(ctx, COMMAND_LINE, now=now_ms(), deep=True)
        )
    else:
        findings = (_outdated(schema.current),)
    if as_json:
        echo_json([asdict(each) for each in findings])
    elif not findings:
        click.echo("All is well.")
    else:
        for each in findings:
            click.echo(f"{_MARKS[each.grave]}  {each.text}\n         {each.fix}")
            if each.command:
                click.echo(f"         {each.command}")
    sys.exit(any(each.grave == "error" for each in findings))


@click.command()
@click.option("--site", "site_name", metavar="NAME", help="What was done on this site.")
@click.option("--act", metavar="WORD", help="Acts of this kind, such as approve.")
@click.option("--before", type=int, metavar="ID", help="Older than this act.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def audit(site_name: str | None, act: str | None, before: int | None, as_json: bool) -> None:
    """List who did what, the newest first."""

    async def work(ctx: Context) -> AuditPage:
        site = await find_site(ctx.store, site_name) if site_name else None
        wanted = Wanted(act=act, site_id=site.id if site else None, before_id=before)
        return await read_audit(ctx, COMMAND_LINE, wanted, now=now_ms())

    found = with_context(work)
    if as_json:
        echo_json([cells(line) for line in found.lines])
        return
    for line in found.lines:
        where = f" ({line.site_name})" if line.site_name else ""
        undone = ", undone" if line.undone_at is not None else ""
        at = wording.iso(line.at)
        click.echo(f"{line.id}  {at}  {line.member_name}: {sentence(line)}{where}{undone}")
    if found.next is not None:
        click.echo(f"Older ones: afterword audit --before {found.next}")


def _outdated(current: str | None) -> Finding:
    text = "There is no database yet." if current is None else "The database is of another version."
    fix = "Bring it up to date; `afterword serve` does the same when it starts."
    return Finding("schema", "error", text, fix, "afterword db upgrade")
