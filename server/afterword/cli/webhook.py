"""`afterword webhook`: where events go by HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.core.dates import minute_text
from afterword.core.telling import EventKind
from afterword.core.webhook import TEMPLATES, TOPICS
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site
from afterword.services.webhooks.manage_webhooks import (
    Wish,
    add_webhook,
    delete_webhook,
    host_of,
    last_tries,
    list_webhooks,
    pause_webhook,
    renew_secret,
    resume_webhook,
    try_webhook,
    webhook_secret,
)

if TYPE_CHECKING:
    from afterword.core.webhook import Try, Webhook
    from afterword.services.context import Context

USUAL = (EventKind.APPROVED.value, EventKind.EDITED.value, EventKind.REMOVED.value)

_NUMBER = click.argument("webhook_id", metavar="NUMBER", type=int)
_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def webhook() -> None:
    """Addresses that hear of what happens."""


@webhook.command()
@click.argument("url")
@click.option("--site", "site_name", help="Of this site alone [default: of every site].")
@click.option(
    "--template", type=click.Choice(TEMPLATES), default="events", show_default=True,
    help="What is sent: events as JSON, or a line for a chat.",
)  # fmt: skip
@click.option(
    "--event", "events", multiple=True, type=click.Choice([each.value for each in TOPICS]),
    default=USUAL, show_default=True, help="When; may be given several times.",
)  # fmt: skip
def add(url: str, site_name: str | None, template: str, events: tuple[str, ...]) -> None:
    """Send events to URL from now on; prints the secret of their signatures."""

    async def work(ctx: Context) -> tuple[Webhook, str]:
        site = await find_site(ctx.store, site_name) if site_name else None
        wish = Wish(url, template, events)
        made = await add_webhook(ctx, COMMAND_LINE, site.id if site else None, wish, now=now_ms())
        return made, await webhook_secret(ctx, COMMAND_LINE, made.id)

    made, secret = with_context(work)
    click.echo(f"Added webhook {made.id}. Its secret: {secret}")
    click.echo(f"To see that it arrives: afterword webhook test {made.id}")


@webhook.command(name="list")
@_JSON
def list_(as_json: bool) -> None:
    """List the webhooks."""

    async def work(ctx: Context) -> tuple[list[Webhook], dict[int, str]]:
        names = {site.id: site.name for site in ctx.sites}
        return await list_webhooks(ctx, COMMAND_LINE), names

    found, names = with_context(work)
    if as_json:
        kept = ({**asdict(each), "host": host_of(each.url)} for each in found)
        hidden = ("url", "seed")
        echo_json([{name: v for name, v in each.items() if name not in hidden} for each in kept])
    elif not found:
        click.echo("There are none. To add one: afterword webhook add URL")
    for each in found if not as_json else ():
        where = "every site" if each.site_id is None else names[each.site_id]
        paused = f", paused ({each.paused_why})" if each.paused_at is not None else ""
        click.echo(f"{each.id}: {host_of(each.url)}, {each.template}, {where}{paused}")


@webhook.command()
@_NUMBER
def test(webhook_id: int) -> None:
    """Send a test to the webhook of this NUMBER, and print the answer."""
    posted = with_context(lambda ctx: try_webhook(ctx, COMMAND_LINE, webhook_id, now=now_ms()))
    click.echo(f"{'Taken' if posted.sent else 'Not taken'}: {posted.answer}")
    if not posted.sent:
        raise SystemExit(1)


@webhook.command()
@_NUMBER
@_JSON
def log(webhook_id: int, as_json: bool) -> None:
    """Print the last tries to tell the webhook of this NUMBER."""
    found = with_context(lambda ctx: last_tries(ctx, COMMAND_LINE, webhook_id))
    if as_json:
        echo_json([asdict(each) for each in found])
    elif not found:
        click.echo("Nothing was sent yet.")
    for each in found if not as_json else ():
        click.echo(_line(each))


@webhook.command()
@_NUMBER
@click.option("--renew", is_flag=True, help="Make a new one; the old one signs nothing any more.")
def secret(webhook_id: int, renew: bool) -> None:
    """Print what messages of the webhook of this NUMBER are signed with."""

    async def work(ctx: Context) -> str:
        if renew:
            return await renew_secret(ctx, COMMAND_LINE, webhook_id, now=now_ms())
        return await webhook_secret(ctx, COMMAND_LINE, webhook_id)

    click.echo(with_context(work))


@webhook.command()
@_NUMBER
def pause(webhook_id: int) -> None:
    """Tell the webhook of this NUMBER nothing any more."""
    with_context(lambda ctx: pause_webhook(ctx, COMMAND_LINE, webhook_id, now=now_ms()))
    click.echo(f"Paused. To go on: afterword webhook resume {webhook_id}")


@webhook.command()
@_NUMBER
def resume(webhook_id: int) -> None:
    """Tell the webhook of this NUMBER of what happens from now on."""
    with_context(lambda ctx: resume_webhook(ctx, COMMAND_LINE, webhook_id, now=now_ms()))
    click.echo("It hears of what happens from now on.")


@webhook.command()
@_NUMBER
def delete(webhook_id: int) -> None:
    """Delete the webhook of this NUMBER, with what waits for it."""
    with_context(lambda ctx: delete_webhook(ctx, COMMAND_LINE, webhook_id, now=now_ms()))
    click.echo("Deleted.")


def _line(each: Try) -> str:
    about = f" of comment {each.comment_id}" if each.comment_id else ""
    taken = "taken" if each.sent else "not taken"
    return f"{minute_text(each.at)}: {each.kind}{about}, {taken}: {each.answer}"
