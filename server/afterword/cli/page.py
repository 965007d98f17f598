"""`afterword page`: the pages of a site, closed and opened, renamed, merged, split and moved by a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.cli.page_redirects import check, follow
from afterword.core.move_rule import parse_rule
from afterword.core.page_key import address_key
from afterword.services.pages import change_page, move_pages
from afterword.services.pages.bulk_moves import MovePlan, PlannedMove, plan_moves
from afterword.services.pages.bulk_moves import move_pages as move_by_rule
from afterword.services.pages.forget_address import forget_address
from afterword.services.pages.list_pages import PageFilter, find_page, list_pages
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from afterword.core.model import Page
    from afterword.services.context import Context
    from afterword.storage.page_list import Listed

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def page() -> None:
    """Pages, each named by one of its addresses. Old addresses always keep working."""


@page.command(name="list")
@click.option("--site", "site_name", help="Of this site alone.")
@click.option("--search", default="", help="Stands in the title or the address.")
@click.option("--closed", is_flag=True, help="Only those that take no more comments.")
@click.option("--after", help="Read on: the text that ended the last answer.")
@_AS_JSON
def list_(
    site_name: str | None, search: str, closed: bool, after: str | None, as_json: bool
) -> None:
    """List pages, the one that changed last first."""

    async def work(ctx: Context) -> tuple[tuple[Listed, ...], str | None]:
        site = await find_site(ctx.store, site_name) if site_name else None
        wanted = PageFilter(site.id if site else None, search, closed, after)
        found = await list_pages(ctx, COMMAND_LINE, wanted)
        return found.items, found.next

    items, following = with_context(work)
    if as_json:
        echo_json({"pages": [_listed_json(each) for each in items], "next": following})
        return
    for each in items:
        marks = [word for word in ("closed", "slow") if getattr(each.page, word)]
        told = ", ".join([f"{each.page.comment_count} comments", f"{each.waiting} wait", *marks])
        click.echo(f"{each.page.url} ({told})")
    if not items:
        click.echo("No pages.")
    if following:
        click.echo(f"More: --after {following}")


@page.command()
@click.argument("url")
@_AS_JSON
def close(url: str, as_json: bool) -> None:
    """Take no more comments on the page at URL."""
    done = _decide(url, change_page.close_page)
    _tell(done.page, f"{done.page.url} takes no more comments.", done.audit_id, as_json)


@page.command(name="open")
@click.argument("url")
@_AS_JSON
def open_(url: str, as_json: bool) -> None:
    """Take comments on the page at URL again."""
    done = _decide(url, change_page.open_page)
    _tell(done.page, f"{done.page.url} takes comments.", done.audit_id, as_json)


@page.command()
@click.argument("url")
@click.argument("new_url", metavar="NEW")
@click.option("--title", default="", help="Another title too.")
@_AS_JSON
def rename(url: str, new_url: str, title: str, as_json: bool) -> None:
    """Show the page at URL under the address NEW."""

    async def work(ctx: Context) -> move_pages.Moved:
        found = await find_page(ctx, COMMAND_LINE, url)
        return await move_pages.rename_page(
            ctx, COMMAND_LINE, found.id, url=new_url, title=title, now=now_ms()
        )

    done = with_context(work)
    _tell(done.page, f"The page is at {done.page.url} now.", done.audit_id, as_json)


@page.command()
@click.argument("url")
@click.argument("into_url", metavar="INTO")
@_AS_JSON
def merge(url: str, into_url: str, as_json: bool) -> None:
    """Lead everything of the page at URL to the page at INTO."""

    async def work(ctx: Context) -> move_pages.Moved:
        found = await find_page(ctx, COMMAND_LINE, url)
        into = await find_page(ctx, COMMAND_LINE, into_url)
        return await move_pages.merge_pages(ctx, COMMAND_LINE, found.id, into.id, now=now_ms())

    done = with_context(work)
    words = f"{done.page.url} has {done.page.comment_count} comments now."
    _tell(done.page, words, done.audit_id, as_json)


@page.command()
@click.argument("new_url", metavar="NEW")
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
@click.option("--title", default="", help="Of a page that is opened for them.")
@_AS_JSON
def split(new_url: str, ids: tuple[int, ...], title: str, as_json: bool) -> None:
    """Lead the top-level comments ID... with all replies to the page at NEW."""
    done = with_context(
        lambda ctx: move_pages.split_page(
            ctx, COMMAND_LINE, ids, url=new_url, title=title, now=now_ms()
        )
    )
    words = f"{done.page.url} has {done.page.comment_count} comments now."
    _tell(done.page, words, done.audit_id, as_json)


@page.command()
@click.argument("old")
@click.argument("new")
@click.option("--site", "site_name", required=True, help="The site whose pages move.")
@click.option("--merge/--skip", default=False, help="Pages whose new address is taken.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@_AS_JSON
def move(old: str, new: str, site_name: str, merge: bool, dry_run: bool, as_json: bool) -> None:
    """Move all pages at addresses like OLD to NEW: afterword page move '/blog/*' '/articles/*'."""
    rule = parse_rule(old, new)

    async def work(ctx: Context) -> tuple[int | None, MovePlan]:
        site = await find_site(ctx.store, site_name)
        if dry_run:
            return None, await plan_moves(ctx, COMMAND_LINE, site.id, rule)
        return await move_by_rule(ctx, COMMAND_LINE, site.id, rule, merge=merge, now=now_ms())

    audit_id, plan = with_context(work)
    if as_json:
        told = {"moves": [_move_json(each) for each in plan.moves], "others": plan.other_count}
        echo_json({**told, "dry_run": dry_run, "act": audit_id})
        return
    for each in plan.moves:
        click.echo(f"{each.page.url} -> {each.url}{_mark(each, merge=merge)}")
    verb = "would move" if dry_run else "were looked at"
    click.echo(f"{len(plan.moves)} pages {verb}; {plan.other_count} are not like {old}.")


@page.command()
@click.argument("url")
@_AS_JSON
def forget(url: str, as_json: bool) -> None:
    """Let URL lead no more to the page to which it came to lead by mistake."""

    async def work(ctx: Context) -> change_page.PageChange:
        found = await find_page(ctx, COMMAND_LINE, url)
        key = address_key(url, ctx.sites.for_url(url))
        return await forget_address(ctx, COMMAND_LINE, found.id, key, now=now_ms())

    done = with_context(work)
    words = f"{url} leads no more to {done.page.url}. To undo it: afterword undo {done.audit_id}"
    _tell(done.page, words, done.audit_id, as_json)


page.add_command(check)
page.add_command(follow)


def _decide(
    url: str, change: Callable[..., Awaitable[change_page.PageChange]]
) -> change_page.PageChange:
    async def work(ctx: Context) -> change_page.PageChange:
        found = await find_page(ctx, COMMAND_LINE, url)
        return await change(ctx, COMMAND_LINE, found.id, now=now_ms())

    return with_context(work)


def _tell(changed: Page, words: str, audit_id: int | None, as_json: bool) -> None:
    if as_json:
        echo_json({**_json(changed), "act": audit_id})
    else:
        click.echo(words)


def _mark(each: PlannedMove, *, merge: bool) -> str:
    if each.kind == "rename":
        return ""
    if each.kind == "merge" and merge:
        return " (merged with the page there)"
    return " (stays: that address has a page)"


def _move_json(each: PlannedMove) -> dict[str, Any]:
    onto = each.onto.url if each.kind != "rename" and each.onto else None
    return {"from": each.page.url, "to": each.url, "kind": each.kind, "onto": onto}


def _listed_json(each: Listed) -> dict[str, Any]:
    return {**_json(each.page), "waiting": each.waiting, "changed_at": each.changed_at}


def _json(each: Page) -> dict[str, Any]:
    return {
        "id": each.id,
        "url": each.url,
        "title": each.title,
        "closed": each.closed,
        "slow": each.slow,
        "comments": each.comment_count,
    }
