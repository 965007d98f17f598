"""More of `afterword user`: what owners do in the dashboard, for whoever has the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afterword.cli.common import now_ms, with_context
from afterword.core.errors import NotFound
from afterword.core.model import Role
from afterword.core.telling import NOTICES
from afterword.services.members.invite_member import Invited, invite_member
from afterword.services.members.issue_api_token import list_api_tokens, revoke_api_token
from afterword.services.members.manage_staff import change_role, list_staff, set_disabled
from afterword.services.members.reset_password import make_reset_link
from afterword.services.members.second_step import turn_off_for
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site
from afterword.services.telling.change_notices import change_notices, list_notices

if TYPE_CHECKING:
    from afterword.core.api_token import ApiToken
    from afterword.core.model import Member
    from afterword.core.telling import Notices
    from afterword.services.context import Context

ROLES = click.Choice([role.value for role in Role])
_SITE = click.option("--site", "site_name", help="On this site alone [default: on every site].")


@click.command()
@click.option("--role", type=ROLES, default=Role.MODERATOR.value, show_default=True)
@click.option("--name", default="", help="For whom it is, to know it again.")
@click.option("--email", default="", help="Where the running server mails the link too.")
@_SITE
def invite(role: str, name: str, email: str, site_name: str | None) -> None:
    """Print a link that makes somebody a member; it works once, for seven days."""

    async def work(ctx: Context) -> Invited:
        site_id = await _site_id(ctx, site_name)
        return await invite_member(
            ctx, COMMAND_LINE, site_id, Role(role), name, email=email, now=now_ms()
        )

    click.echo(with_context(work).link)


@click.command(name="reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link to a new password for EMAIL; it works once, for 24 hours."""

    async def work(ctx: Context) -> str:
        member = await _find(ctx, email)
        return await make_reset_link(ctx, COMMAND_LINE, member.id, now=now_ms())

    click.echo(with_context(work))


@click.command()
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let them sign in again.")
def disable(email: str, undo: bool) -> None:
    """Let the member with EMAIL sign in no more, by token neither."""

    async def work(ctx: Context) -> Member:
        member = await _find(ctx, email)
        await set_disabled(ctx, COMMAND_LINE, member.id, not undo, now=now_ms())
        return member

    name = with_context(work).name
    click.echo(f"{name} can sign in {'again' if undo else 'no more; all sessions have ended'}.")


@click.command(name="second-step-off")
@click.argument("email")
def second_step_off(email: str) -> None:
    """Ask the member with EMAIL, who has lost phone and recovery codes, for no code any more."""

    async def work(ctx: Context) -> Member:
        member = await _find(ctx, email)
        await turn_off_for(ctx, COMMAND_LINE, member.id, now=now_ms())
        return member

    click.echo(f"{with_context(work).name} signs in by password alone; all sessions have ended.")


@click.command()
@click.argument("email")
@click.argument("role", type=click.Choice([*(role.value for role in Role), "none"]))
@_SITE
def role(email: str, role: str, site_name: str | None) -> None:
    """Let the member with EMAIL be ROLE; none takes the role away."""

    async def work(ctx: Context) -> Member:
        member, site_id = await _find(ctx, email), await _site_id(ctx, site_name)
        wanted = None if role == "none" else Role(role)
        await change_role(ctx, COMMAND_LINE, member.id, site_id, wanted, now=now_ms())
        return member

    name = with_context(work).name
    what = "nothing" if role == "none" else role
    click.echo(f"{name} is {what} on {site_name or 'every site'}; all sessions have ended.")


@click.command()
@click.argument("email")
@click.option("--revoke", type=int, metavar="NUMBER", help="End the token with this number.")
def tokens(email: str, revoke: int | None) -> None:
    """List the API tokens of the member with EMAIL, or revoke one."""

    async def work(ctx: Context) -> list[ApiToken]:
        member = await _find(ctx, email)
        if revoke is not None:
            await revoke_api_token(ctx, member, revoke, now=now_ms())
        return await list_api_tokens(ctx, member, now=now_ms())

    found = with_context(work)
    if revoke is not None:
        click.echo("The token opens nothing any more.")
    for token in found:
        used = "never used" if token.seen_at is None else "in use"
        opens = "feed of the queue" if token.feed else token.role
        click.echo(f"{token.id}: {token.name}, {opens}, {used}")
    if not found:
        click.echo("No tokens.")


@click.command()
@click.argument("email")
@click.argument("level", type=click.Choice(NOTICES), required=False)
@_SITE
def notices(email: str, level: Notices | None, site_name: str | None) -> None:
    """Say how much the member with EMAIL hears by mail, or have it be LEVEL by one role.

    waiting is each comment that waits or is reported, all every comment; hourly and daily are digests.
    """

    async def work(ctx: Context) -> list[str]:
        member, site_id = await _find(ctx, email), await _site_id(ctx, site_name)
        if level is not None:
            await change_notices(ctx, COMMAND_LINE, member.id, site_id, level, now=now_ms())
        names: dict[int | None, str] = {site.id: site.name for site in ctx.sites}
        names[None] = "every site"
        found = await list_notices(ctx, member)
        return [f"{names[each]}: {wanted}" for each, wanted in found.items() if each in names]

    for text in with_context(work) or ["No role anywhere, so nothing is told."]:
        click.echo(text)


async def _find(ctx: Context, email: str) -> Member:
    """The member with this address, even if disabled."""
    wanted = email.strip().casefold()
    for each in await list_staff(ctx, COMMAND_LINE):
        if each.member.email.casefold() == wanted:
            return each.member
    raise NotFound(f"There is no member with the address {email}.")


async def _site_id(ctx: Context, name: str | None) -> int | None:
    return (await find_site(ctx.store, name)).id if name else None


COMMANDS = (second_step_off, invite, reset_link, disable, role, tokens, notices)
"""What `afterword user` has beside adding and listing."""
