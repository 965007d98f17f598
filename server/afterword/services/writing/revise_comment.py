"""What an author may still do to a comment: change its text, or take it back, within the site's window.

The author is the browser that holds the comment's token, or on any device the reader whose it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.draft import clean_body
from afterword.core.errors import FieldError, Invalid, NotFound, SignInNeeded
from afterword.core.model import Comment, Site, Status, Tree, Verdict
from afterword.core.rules import Facts
from afterword.core.screening import screen_edit
from afterword.services.readers.claim_comments import is_taken_over
from afterword.services.readers.reader_session import known_reader
from afterword.services.render import render
from afterword.services.screening.ask_filter import ask_filter
from afterword.services.screening.check_ban import Writer, check_ban
from afterword.services.screening.learn_from_decisions import forget
from afterword.storage import comments, contacts, edits, pages, verdicts

if TYPE_CHECKING:
    from afterword.core.classifier import Opinion
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb


async def revise_comment(
    ctx: Context,
    comment_id: int,
    token: str,
    body: str,
    *,
    origin: str | None,
    address: str | None = None,
    now: int,
) -> Comment:
    """The comment with a new text, through the same gate as a new one; moderators see the old one.

    A public comment is held again where the rules find something in the new text. Raises
    `SignInNeeded` for a token that is of another comment or has ended, `NotFound` where a moderator
    removed it, `Banned` where they may not write any more, and `Invalid` for `body`.
    """
    site = await _site(ctx, comment_id, token, origin, now)
    comment = _there(await comments.get(ctx.store, comment_id))
    return await _edit(ctx, site, comment, body, address, now)


async def edit_own(
    ctx: Context, site: Site, comment: Comment, body: str, *, address: str | None, now: int
) -> Comment:
    """The same for whoever has shown in another way that the comment is theirs."""
    _check_window(site, comment, now)
    return await _edit(ctx, site, _there(comment), body, address, now)


async def _edit(
    ctx: Context, site: Site, comment: Comment, body: str, address: str | None, now: int
) -> Comment:
    source = clean_body(body, site.policy)
    tree = await render(ctx, source, site.policy)
    if not tree:
        raise Invalid(FieldError("body", "missing", "Please write something that can be seen."))
    if comment.source == source:
        return comment
    facts = await _facts(ctx, site, comment, tree, address, now)
    async with ctx.store.write() as db, comments.changing(db, [comment], now) as here:
        # As it is under the lock: a moderator may have decided meanwhile.
        before = _there(here.get(comment.id))
        return await _revise(db, site, before, source, tree, facts, now)


async def withdraw_comment(
    ctx: Context, comment_id: int, token: str, *, origin: str | None, now: int
) -> Comment:
    """Scrubs the comment with everything that its author gave; its place stays. Twice is once.

    Raises `SignInNeeded` for a token that is of another comment or has ended.
    """
    await _site(ctx, comment_id, token, origin, now)
    comment = await comments.get(ctx.store, comment_id)
    if comment is None:
        raise NotFound("There is no such comment any more.")
    return await withdraw_own(ctx, comment, now=now)


async def withdraw_own(ctx: Context, comment: Comment, *, now: int) -> Comment:
    """The same for whoever has shown in another way that the comment is theirs, at any time."""
    async with ctx.store.write() as db, comments.changing(db, [comment], now):
        await comments.scrub(db, comment.id, now=now)
        await forget(db, [comment.id])
        scrubbed = await comments.get(db, comment.id)
    assert scrubbed is not None
    return scrubbed


async def _site(ctx: Context, comment_id: int, token: str, origin: str | None, now: int) -> Site:
    """The site of the comment, once it is clear that its author asks."""
    if ctx.tokens.reader.read(token) is not None:
        site = await _site_of_own(ctx, comment_id, token, now)
    else:
        claim = ctx.tokens.read_author(token, now=now)
        found = ctx.sites.by_id(claim.site_id)
        if claim.comment_id != comment_id or found is None:
            raise _not_yours()
        if await is_taken_over(ctx.store, comment_id):
            raise _not_yours()
        site = found
    ctx.sites.check_origin(site, origin)
    return site


async def _site_of_own(ctx: Context, comment_id: int, token: str, now: int) -> Site:
    """The same for a reader who is known there: by whose the comment is, not by who says so."""
    comment = await comments.get(ctx.store, comment_id)
    page = await pages.get(ctx.store, comment.page_id) if comment else None
    site = ctx.sites.by_id(page.site_id) if page else None
    if comment is None or site is None:
        raise _not_yours()
    reader = await known_reader(ctx, site, token, now=now)
    if reader is None or comment.author.key != reader.author_key:
        raise _not_yours()
    _check_window(site, comment, now)
    return site


def _check_window(site: Site, comment: Comment, now: int) -> None:
    if now >= comment.created_at + site.policy.edit_window * 1000:
        raise SignInNeeded("The time to change this comment is over.", code="token_ended")


def _not_yours() -> SignInNeeded:
    return SignInNeeded("This browser has no right to change this comment.", code="token_bad")


async def _facts(
    ctx: Context, site: Site, comment: Comment, tree: Tree, address: str | None, now: int
) -> Facts:
    contact = await contacts.of(ctx.store, comment.id)
    email = contact.email if contact else None
    writer = Writer(comment.author.key, email, comment.author.name, address)
    ban = await check_ban(ctx, ctx.store, site.id, writer, now=now)
    opinion = await _opinion(ctx, site, comment, tree)
    return Facts(shadow_ban=ban.label if ban else None, learnt=opinion)


async def _opinion(ctx: Context, site: Site, comment: Comment, tree: Tree) -> Opinion | None:
    page = await pages.get(ctx.store, comment.page_id)
    author, url = comment.author, page.url if page else ""
    return await ask_filter(
        ctx.store, site, tree, name=author.name, website=author.website, page_url=url
    )


async def _revise(
    db: WriteDb, site: Site, before: Comment, source: str, tree: Tree, facts: Facts, now: int
) -> Comment:
    verdict = screen_edit(before.tree, tree, facts, site.policy)
    status = _status(before.status, verdict)
    edits.add(db, before.id, before.source, now=now)
    await comments.revise(db, before.id, source=source, tree=tree, status=status, now=now)
    if verdict.reasons:
        verdicts.put(db, before.id, verdict, now=now)
    return _there(await comments.get(db, before.id))


def _status(before: Status, verdict: Verdict) -> Status:
    """An edit can lose a comment its approval, but never win it one."""
    return verdict.status if before == Status.APPROVED else before


def _there(comment: Comment | None) -> Comment:
    if comment is None or comment.status == Status.REMOVED:
        raise NotFound("This comment was removed.")
    return comment
