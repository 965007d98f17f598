"""`afterword user`: the people of the dashboard."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.cli.staff import COMMANDS
from afterword.core.model import Member, Role, Site
from afterword.services.members.manage_members import add_member, list_members, set_password
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from afterword.services.context import Context

_FROM_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


@click.group()
def user() -> None:
    """Members of the dashboard."""


@user.command()
@click.argument("email")
@click.option("--name", prompt=True, help="As it stands beside answers of this member.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="What the member may do [default: owner for the first member, then moderator].",
)
@click.option("--site", "site_name", help="On this site alone [default: on every site].")
@_FROM_STDIN
def add(
    email: str, name: str, role: str | None, site_name: str | None, password_stdin: bool
) -> None:
    """Add a member who signs in with EMAIL; the password is asked for."""
    password = _password(password_stdin)

    async def work(ctx: Context) -> tuple[Member, str]:
        site = await find_site(ctx.store, site_name) if site_name else None
        wanted = Role(role) if role else None
        new = await add_member(ctx, name, email, password, role=wanted, site=site, now=now_ms())
        return new, ctx.settings.public_url

    new, url = with_context(work)
    (added,) = new.roles.values()
    click.echo(f"Added {new.name}, {added} of {site_name or 'every site'}.")
    click.echo(f"Sign in: {url}/dashboard/")


@user.command()
@click.argument("email")
@_FROM_STDIN
def passwd(email: str, password_stdin: bool) -> None:
    """Give the member with EMAIL a new password, and end all their sessions."""
    password = _password(password_stdin)
    member = with_context(lambda ctx: set_password(ctx, email, password, now=now_ms()))
    click.echo(f"{member.name} has a new password; all sessions have ended.")


@user.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """List the members."""

    async def work(ctx: Context) -> tuple[list[Member], dict[int, Site]]:
        return await list_members(ctx), {site.id: site for site in ctx.sites}

    members, sites = with_context(work)
    if as_json:
        echo_json([_as_json(member, sites) for member in members])
    elif not members:
        click.echo("Nobody yet. Add somebody: afterword user add EMAIL")
    else:
        for member in members:
            click.echo(f"{member.email}: {member.name}, {_roles(member, sites)}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _roles(member: Member, sites: dict[int, Site]) -> str:
    roles = [
        f"{role} of {'every site' if site_id is None else sites[site_id].name}"
        for site_id, role in member.roles.items()
    ]
    return " and ".join(roles) or "without a role"


def _as_json(member: Member, sites: dict[int, Site]) -> dict[str, Any]:
    roles = [
        {"site": None if site_id is None else sites[site_id].name, "role": role.value}
        for site_id, role in member.roles.items()
    ]
    return {"id": member.id, "name": member.name, "email": member.email, "roles": roles}


for command in COMMANDS:
    user.add_command(command)
