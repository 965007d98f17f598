"""`afterword page check-redirects` and `follow-redirects`: whether pages are where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.services.pages.check_redirects import check_redirects
from afterword.services.pages.follow_redirects import follow_redirects, plan_to_follow
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site
from afterword.storage import address_checks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.services.context import Context
    from afterword.services.pages.bulk_moves import PlannedMove
    from afterword.storage.address_checks import AddressCheck

SHOWN = 200
"""Pages told of each kind."""
SAID = {
    "moved": "lead elsewhere on the site for good: afterword page follow-redirects",
    "for_now": "lead elsewhere on the site, but not for good",
    "front": "lead to the front page, as what is gone does",
    "elsewhere": "lead to no origin of the site: afterword site rename-host, if it has moved there",
    "gone": "are gone",
    "failed": "gave no answer that is any good",
    "there": "are where they were",
}


@click.command(name="check-redirects")
@click.option("--site", "site_name", required=True, help="The site whose pages are asked.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(site_name: str, as_json: bool) -> None:
    """Ask the address of each page of a site, one after the other, whether it is still there.

    Interrupted, a server that runs goes on with it, or else the same command.
    """

    async def work(ctx: Context) -> tuple[Mapping[str, int], dict[str, list[AddressCheck]]]:
        site = await find_site(ctx.store, site_name)
        counts = await check_redirects(ctx, COMMAND_LINE, site.id, clock=now_ms, tell=_progress)
        told = {
            outcome: await address_checks.of_outcome(ctx.store, site.id, outcome, SHOWN)
            for outcome in SAID
            if outcome != "there"
        }
        return counts, told

    counts, told = with_context(work)
    if as_json:
        lines = {name: [_json(each) for each in found] for name, found in told.items()}
        echo_json({"counts": dict(counts), **lines})
        return
    for outcome, said in SAID.items():
        if counts.get(outcome):
            click.echo(f"{counts[outcome]:,} pages {said}")
        for each in told.get(outcome, ()):
            click.echo(f"  {each.page.url} {_why(each)}".rstrip())


@click.command(name="follow-redirects")
@click.option("--site", "site_name", required=True, help="The site whose pages move.")
@click.option("--merge/--skip", default=False, help="Pages whose new address is taken.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
def follow(site_name: str, merge: bool, dry_run: bool) -> None:
    """Give pages the addresses to which theirs lead for good, as check-redirects has found."""

    async def work(ctx: Context) -> tuple[int | None, tuple[PlannedMove, ...]]:
        site = await find_site(ctx.store, site_name)
        if dry_run:
            return None, await plan_to_follow(ctx, COMMAND_LINE, site.id)
        return await follow_redirects(ctx, COMMAND_LINE, site.id, merge=merge, now=now_ms())

    audit_id, planned = with_context(work)
    for each in planned:
        mark = "" if each.kind == "rename" else " (that address has a page)"
        click.echo(f"{each.page.url} -> {each.url}{mark}")
    click.echo(f"{len(planned):,} pages {'would follow' if dry_run else 'were looked at'}.")
    if audit_id is not None:
        click.echo(f"To undo it within 30 days: afterword undo {audit_id}")


def _progress(asked: int) -> None:
    click.echo(f"{asked:,} asked", err=True)


def _why(each: AddressCheck) -> str:
    return each.said or (f"-> {each.leads_to}" if each.leads_to != each.page.url else "")


def _json(each: AddressCheck) -> dict[str, object]:
    return {
        "url": each.page.url,
        "status": each.status,
        "leads_to": each.leads_to,
        "said": each.said,
    }
