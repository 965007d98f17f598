"""`afterword site rename-host`: a site that has moved to another host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.core.host_move import parse_host_move
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site
from afterword.services.sites.rename_host import HostPlan, plan_host_move
from afterword.services.sites.rename_host import rename_host as rename

if TYPE_CHECKING:
    from afterword.services.context import Context


@click.command(name="rename-host")
@click.argument("site_name", metavar="NAME")
@click.argument("old")
@click.argument("new")
@click.option("--merge/--skip", default=False, help="Pages whose new address has a page already.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def rename_host(
    site_name: str, old: str, new: str, merge: bool, dry_run: bool, as_json: bool
) -> None:
    """The site NAME has moved from OLD to NEW, as from https://old.example to https://new.example.

    All its pages get their new addresses. Old addresses and links to comments keep working.
    """
    move = parse_host_move(old, new)

    async def work(ctx: Context) -> tuple[int | None, HostPlan]:
        site = await find_site(ctx.store, site_name)
        if dry_run:
            return None, await plan_host_move(ctx, COMMAND_LINE, site.id, move)
        return await rename(ctx, COMMAND_LINE, site.id, move, merge=merge, now=now_ms())

    audit_id, plan = with_context(work)
    if as_json:
        echo_json({**_json(plan), "dry_run": dry_run, "act": audit_id})
        return
    _tell(plan, merge=merge, dry_run=dry_run)
    if audit_id is not None:
        click.echo(f"To undo it within 30 days: afterword undo {audit_id}")


def _tell(plan: HostPlan, *, merge: bool, dry_run: bool) -> None:
    for each in plan.some:
        click.echo(f"{each.before} -> {each.after}")
    if plan.renamed > len(plan.some):
        click.echo(f"and {plan.renamed - len(plan.some):,} more.")
    for page, onto in plan.merges:
        click.echo(f"{page.url} meets {onto.url} ({onto.comment_count:,} comments)")
    if plan.meeting > len(plan.merges):
        click.echo(f"and {plan.meeting - len(plan.merges):,} more that meet a page.")
    would = "would get" if dry_run else "have got"
    click.echo(f"{plan.renamed:,} pages {would} new addresses; the old ones keep working.")
    if plan.meeting and merge:
        click.echo(f"{plan.meeting:,} pages meet one at their new address, to be merged into it.")
    elif plan.meeting:
        click.echo(
            f"{plan.meeting:,} pages stay: their new address has a page. --merge merges them."
        )


def _json(plan: HostPlan) -> dict[str, Any]:
    return {
        "renamed": plan.renamed,
        "some": [{"from": each.before, "to": each.after} for each in plan.some],
        "meeting": plan.meeting,
        "merges": [{"from": page.url, "onto": onto.url} for page, onto in plan.merges],
    }
