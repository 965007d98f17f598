"""`afterword surge`: the switch that makes a site hold all but known authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.core.dates import minute_text
from afterword.services.moderating.switch_surge import see_surges, switch_surge
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from afterword.services.context import Context


@click.group()
def surge() -> None:
    """Surge mode: only known authors are published without a look."""


@surge.command()
@click.argument("site_name", metavar="SITE")
def on(site_name: str) -> None:
    """Begin it on SITE; it lasts until it is turned off."""
    _switch(site_name, on=True)
    click.echo(f"Surge mode is on for {site_name}, until you turn it off.")


@surge.command()
@click.argument("site_name", metavar="SITE")
def off(site_name: str) -> None:
    """End it on SITE; for an hour none begins by itself."""
    _switch(site_name, on=False)
    click.echo(f"Surge mode is off for {site_name}; for an hour it does not begin by itself.")


@surge.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """How comments come to each site."""
    seen = with_context(lambda ctx: see_surges(ctx, COMMAND_LINE, now=now_ms()))
    if as_json:
        echo_json(
            [
                {
                    "site": site.name,
                    "surge": tide.is_surge,
                    "by_hand": tide.by_hand,
                    "began_at": tide.began_at,
                    "per_minute": round(tide.per_minute(), 1),
                }
                for site, tide in seen
            ]
        )
        return
    for site, tide in seen:
        since = f"on since {minute_text(tide.began_at)}" if tide.began_at else "off"
        click.echo(f"{site.name}: {since}, about {tide.per_minute():.1f} comments a minute")


def _switch(site_name: str, *, on: bool) -> None:
    async def work(ctx: Context) -> None:
        site = await find_site(ctx.store, site_name)
        await switch_surge(ctx, COMMAND_LINE, site.id, on=on, now=now_ms())

    with_context(work)
