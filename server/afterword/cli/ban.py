"""`afterword ban`: who may not write on a site."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.core.dates import minute_text
from afterword.core.model import BAN_KINDS, Ban
from afterword.services.moderating.ban_author import (
    Terms,
    ban_author,
    ban_typed,
    lift_ban,
    list_bans,
)
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from afterword.core.model import BanKind
    from afterword.services.context import Context

DAY = 24 * 60 * 60_000
PAGE = 200
"""Bans read at once."""


@click.group()
def ban() -> None:
    """Authors who may not write."""


@ban.command()
@click.option("--site", "site_name", help="The site, where no comment tells.")
@click.option("--email", help="Whoever gives this email.")
@click.option("--name", help="Whoever goes by this name, or by one that looks like it.")
@click.option("--address", help="Whoever writes from this network address today.")
@click.option("--comment", "comment_id", type=int, help="Whoever wrote the comment of this number.")
@click.option(
    "--by",
    type=click.Choice(BAN_KINDS),
    default="author",
    show_default=True,
    help="Of a comment: what its author is known by. `author` is the browser.",
)
@click.option("--spam", is_flag=True, help="Of a comment: move the author's comments to the spam.")
@click.option("--days", type=click.IntRange(1, 3650), help="For so long [default: for good].")
@click.option("--shadow", is_flag=True, help="Without telling: answered as if held for approval.")
@click.option("--reason", default="", help="For the other moderators.")
def add(
    site_name: str | None,
    comment_id: int | None,
    by: BanKind,
    spam: bool,
    days: int | None,
    shadow: bool,
    reason: str,
    **typed: str | None,
) -> None:
    """Ban an author, by a comment or by what you type."""
    now = now_ms()
    terms = Terms(None if days is None else now + days * DAY, shadow, reason)
    given: list[tuple[BanKind, str]] = [
        (kind, text) for kind in BAN_KINDS if (text := typed.get(kind)) is not None
    ]
    if len(given) + (comment_id is not None) != 1 or (given and site_name is None):
        raise click.UsageError("Give --comment, or --site with one of --email, --name, --address.")

    async def work(ctx: Context) -> Ban:
        if comment_id is not None:
            done = await ban_author(ctx, COMMAND_LINE, comment_id, by, terms, spam=spam, now=now)
        else:
            ((kind, text),) = given
            site = await find_site(ctx.store, site_name or "")
            done = await ban_typed(ctx, COMMAND_LINE, site.id, kind, text, terms, now=now)
        return done.ban

    new = with_context(work)
    click.echo(f"Banned: {_line(new)}")


@ban.command(name="list")
@click.argument("site_name", metavar="SITE")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(site_name: str, as_json: bool) -> None:
    """List the bans of SITE that are not over, the newest first."""

    async def work(ctx: Context) -> list[Ban]:
        site = await find_site(ctx.store, site_name)
        found: list[Ban] = []
        while True:
            before = found[-1].id if found else None
            part = await list_bans(
                ctx, COMMAND_LINE, site.id, before_id=before, limit=PAGE, now=now_ms()
            )
            found += part
            if len(part) < PAGE:
                return found

    bans = with_context(work)
    if as_json:
        echo_json([asdict(each) for each in bans])
    elif not bans:
        click.echo("Nobody is banned. To ban an author: afterword ban add --comment NUMBER")
    else:
        for each in bans:
            click.echo(_line(each))


@ban.command()
@click.argument("ban_id", metavar="NUMBER", type=int)
def lift(ban_id: int) -> None:
    """End the ban of this NUMBER now."""
    with_context(lambda ctx: lift_ban(ctx, COMMAND_LINE, ban_id, now=now_ms()))
    click.echo("Lifted.")


def _line(each: Ban) -> str:
    until = "for good" if each.ends_at is None else f"until {minute_text(each.ends_at)}"
    told = ", without being told" if each.shadow else ""
    reason = f" ({each.reason})" if each.reason else ""
    return f"{each.id}: {each.label}, {until}{told}{reason}"
