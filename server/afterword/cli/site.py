"""`afterword site`: which websites may have comments here, and how each wants its conversation kept."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, get_args

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.cli.rename_host import rename_host
from afterword.core.model import ORDERS, Hold, Policy, Presence, Proof, Site, Votes
from afterword.services.sites.manage_sites import add_site, edit_site, find_site, list_sites, reword

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.services.context import Context

_PRESENCE = click.Choice(get_args(Presence))
_WORD = click.option(
    "--word",
    "words",
    multiple=True,
    metavar="KEY=TEXT",
    help="Your own word for a text, LANG:KEY=TEXT in other languages, KEY= to take it back;"
    " may be repeated. A key that does not exist is answered with those that do.",
)


def _number(name: str, unit: str, about: str) -> Callable[..., Any]:
    """An option for a number of the policy, under the same name."""
    return click.option(name, type=int, metavar=unit, help=about)


def _list(name: str, unit: str, about: str) -> Callable[..., Any]:
    """An option for a list of the policy, named in the singular."""
    field = name.removeprefix("--").replace("-", "_") + "s"
    return click.option(
        name, field, multiple=True, metavar=unit, help=f"{about}; may be repeated. Empty: none."
    )


_RULES = (
    _list("--quiet-rule", "RULE", "A rule that is not asked here"),
    _list("--known-host", "HOST", "Links to it and below it do not count"),
    _list("--block-word", "WORD", "A word that makes a comment spam; *WORD* anywhere in one"),
    _list("--hold-word", "WORD", "A word that holds a comment; *WORD* anywhere in one"),
    _number("--close-after", "DAYS", "When a page takes no more comments; 0 for never."),
    _number("--site-rate", "N", "So many comments in a minute hold more of strangers."),
    _number("--page-rate", "N", "The same of one page."),
    _number("--address-rate", "N", "The same from one network address in an hour."),
    _number("--keep-addresses", "DAYS", "How long authors are known by their network address."),
    _number("--min-seconds", "SECONDS", "A stranger's comment written in less time is held."),
)


_WHO_WRITES = (
    click.option(
        "--guests/--no-guests", default=None, help="Whether somebody may write without signing in."
    ),
    click.option(
        "--mailed-codes/--no-mailed-codes",
        default=None,
        help="Whether readers may sign in by a code that is mailed to them.",
    ),
)
_AGAINST_FLOODS = (
    click.option(
        "--proof", type=click.Choice(get_args(Proof)), help="When a browser has to work first."
    ),
    click.option(
        "--surge-guard/--no-surge-guard",
        default=None,
        help="Whether a flood of comments makes the site hold all but known authors.",
    ),
)


def _policy_options(command: Callable[..., None]) -> Callable[..., None]:
    """One option for each field of `Policy`, under the same name."""
    for option in (
        *_WHO_WRITES,
        *_AGAINST_FLOODS,
        click.option("--sort", type=click.Choice(ORDERS), help="Order at first."),
        click.option("--votes", type=click.Choice(get_args(Votes)), help="Votes on comments."),
        click.option(
            "--reactions",
            multiple=True,
            metavar="EMOJI",
            help="What readers may answer a page with; may be repeated. One empty text: none.",
        ),
        _WORD,
        click.option(
            "--query-key",
            "query_keys",
            multiple=True,
            metavar="KEY",
            help="A query parameter that tells pages apart; may be repeated.",
        ),
        *_RULES,
        click.option("--allow-images/--no-images", default=None, help="Pictures in comments."),
        click.option("--edit-window", type=int, metavar="SECONDS", help="How long authors edit."),
        click.option("--max-links", type=int, help="A comment with more links is held."),
        click.option("--max-length", type=int, help="Characters of a comment."),
        click.option(
            "--ask-website", "website", type=_PRESENCE, help="Whether the form asks for it."
        ),
        click.option("--ask-email", "email", type=_PRESENCE, help="Whether the form asks for it."),
        click.option("--ask-name", "name", type=_PRESENCE, help="Whether the form asks for it."),
        click.option(
            "--hold",
            type=click.Choice([hold.value for hold in Hold]),
            help="Whom to hold for approval: all, first-time authors (first), or none.",
        ),
    ):
        command = option(command)
    return command


@click.group()
def site() -> None:
    """Websites that have comments here."""


site.add_command(rename_host)


@site.command()
@click.argument("site_name", metavar="NAME")
@click.option("--origin", "origins", multiple=True, required=True, help="https://example.org")
@_policy_options
def add(site_name: str, origins: tuple[str, ...], **policy: Any) -> None:
    """Add the website NAME, which is served from these origins."""

    async def work(ctx: Context) -> tuple[Site, str]:
        wanted = _policy(ctx, Policy(), policy)
        new = await add_site(ctx.store, site_name, origins, wanted, now_ms())
        return new, ctx.settings.public_url

    new, url = with_context(work)
    click.echo(f"Added {new.name}, served from {' and '.join(new.origins)}.")
    click.echo("Put this where the comments should stand:")
    click.echo(f'  <script async src="{url}/embed.js"></script>')


@site.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """List the websites."""
    known = with_context(lambda ctx: list_sites(ctx.store))
    if as_json:
        echo_json([_as_json(each) for each in known])
    elif not known:
        click.echo("No sites yet. Add one: afterword site add NAME --origin https://example.org")
    else:
        for each in known:
            click.echo(f"{each.name}: {', '.join(each.origins)} (holds {each.policy.hold.value})")


@site.command()
@click.argument("site_name", metavar="NAME")
@click.option("--rename", metavar="NEW", help="Another name.")
@click.option("--origin", "origins", multiple=True, help="Its origins from now on, all of them.")
@_policy_options
def edit(site_name: str, rename: str | None, origins: tuple[str, ...], **policy: Any) -> None:
    """Change the website NAME; what is not given stays as it is."""

    async def work(ctx: Context) -> Site:
        old = await find_site(ctx.store, site_name)
        return await edit_site(
            ctx.store,
            old,
            name=rename or old.name,
            origins=origins or old.origins,
            policy=_policy(ctx, old.policy, policy),
            now=now_ms(),
        )

    changed = with_context(work)
    click.echo(f"{changed.name} is changed. A running server knows within a second.")


def _policy(ctx: Context, old: Policy, given: dict[str, Any]) -> Policy:
    """The policy with what was typed; what was not is None, or empty where it may be repeated."""
    typed = {name: value for name, value in given.items() if value not in (None, ())}
    if "hold" in typed:
        typed["hold"] = Hold(typed["hold"])
    typed |= {name: () for name, value in typed.items() if value == ("",)}
    words = typed.pop("words", ())
    return reword(ctx, replace(old, **typed), words)


def _as_json(each: Site) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "origins": list(each.origins),
        "policy": asdict(each.policy),
    }
