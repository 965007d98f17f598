"""`afterword provider`: how readers of a site sign in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from afterword.cli.common import now_ms, with_context
from afterword.core.sign_in_ways import ALGORITHMS, KINDS, ProviderDraft, draft_of
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_providers import (
    add_provider,
    change_provider,
    get_provider,
    list_providers,
    remove_provider,
)
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from afterword.core.sign_in_ways import Provider, ProviderKind
    from afterword.services.context import Context


_UNCHECKED = click.option(
    "--unchecked", is_flag=True, help="Save it without asking the provider, which is down now."
)


@click.group()
def provider() -> None:
    """How readers of a site sign in."""


@provider.command()
@click.argument("site_name", metavar="SITE")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Own users, or a provider.")
@click.option("--name", required=True, help="On the button, and for you.")
@click.option("--issuer", required=True, help="Who signs.")
@click.option("--audience", required=True, help="For whom; of oidc the client id.")
@click.option("--algorithm", type=click.Choice(ALGORITHMS), default="HS256", show_default=True)
@_UNCHECKED
def add(
    site_name: str,
    kind: ProviderKind,
    name: str,
    issuer: str,
    audience: str,
    algorithm: str,
    unchecked: bool,
) -> None:
    """Add a way to sign in; its key or client secret is read from the standard input."""
    draft = ProviderDraft(kind, name, issuer, audience, algorithm, sys.stdin.read())

    async def work(ctx: Context) -> Provider:
        site = await find_site(ctx.store, site_name)
        return await add_provider(
            ctx, COMMAND_LINE, site.id, draft, unchecked=unchecked, now=now_ms()
        )

    new = with_context(work)
    click.echo(f"Added {_line(new)}. A running server knows within a second.")


@provider.command()
@click.argument("provider_id", metavar="NUMBER", type=int)
@click.option("--name", help="On the button, and for you.")
@click.option("--issuer", help="Who signs.")
@click.option("--audience", help="For whom; of oidc the client id.")
@click.option("--algorithm", type=click.Choice(ALGORITHMS))
@click.option("--new-key", is_flag=True, help="Read another key from the standard input.")
@_UNCHECKED
def change(provider_id: int, new_key: bool, unchecked: bool, **given: str | None) -> None:
    """Change the way of this NUMBER: what is given, and nothing else."""
    key = sys.stdin.read() if new_key else ""

    async def work(ctx: Context) -> Provider:
        old = await get_provider(ctx, COMMAND_LINE, provider_id)
        draft = draft_of(old, key=key, **{name: text for name, text in given.items() if text})
        return await change_provider(
            ctx, COMMAND_LINE, provider_id, draft, unchecked=unchecked, now=now_ms()
        )

    click.echo(f"Changed {_line(with_context(work))}. A running server knows within a second.")


@provider.command(name="list")
@click.argument("site_name", metavar="SITE")
def list_(site_name: str) -> None:
    """List the ways to sign in of SITE; keys are not shown."""

    async def work(ctx: Context) -> list[Provider]:
        site = await find_site(ctx.store, site_name)
        return await list_providers(ctx, COMMAND_LINE, site.id)

    for each in with_context(work):
        click.echo(_line(each))


@provider.command()
@click.argument("provider_id", metavar="NUMBER", type=int)
def remove(provider_id: int) -> None:
    """Delete the way of this NUMBER; whoever signed in by it is signed out."""
    with_context(lambda ctx: remove_provider(ctx, COMMAND_LINE, provider_id, now=now_ms()))
    click.echo("Deleted.")


def _line(each: Provider) -> str:
    return f"{each.id}: {each.name} ({each.kind}, {each.issuer})"
