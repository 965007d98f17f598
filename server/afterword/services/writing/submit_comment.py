"""What a write does: clean, render, screen, store in one transaction, and answer.

A submission is known by its `client_id`: sent again, also while the first one is still on its way, it
is answered with the comment that is there, and nothing new is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.closing import is_closed
from afterword.core.draft import RawDraft, clean
from afterword.core.errors import FieldError, Forbidden, Invalid, ProofNeeded, SignInNeeded, TooMany
from afterword.core.model import Comment, Outcome, Status
from afterword.core.names import looks_like
from afterword.core.page_key import Identity, PageClaim, identify
from afterword.core.screening import screen
from afterword.delivery.akismet import Shown
from afterword.services.moderating.watch_surge import count_comment, tightened
from afterword.services.readers.reader_session import asked_of, author_of, known_reader, written_by
from afterword.services.render import render
from afterword.services.screening.ask_akismet import ask_akismet, is_asked
from afterword.services.screening.gather_facts import (
    Whence,
    addresses,
    gather_facts,
    page_of,
    sender_of,
)
from afterword.services.telling.manage_subscriptions import wish
from afterword.services.writing.prove_work import show_work, spend
from afterword.storage import comments, contacts, pages, senders, verdicts
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.known_reader import KnownReader
    from afterword.core.model import Author, Draft, Page, Site, Tree, Verdict
    from afterword.core.proof_of_work import Solution
    from afterword.core.rules import Facts
    from afterword.services.context import Context
    from afterword.services.telling.manage_subscriptions import Wanted
    from afterword.storage.store import Db, WriteDb


@dataclass(frozen=True, slots=True)
class Submission:
    """What came in: which page is meant, what was written, and where it was sent from."""

    claim: PageClaim
    site: str | None
    raw: RawDraft
    origin: str | None = None
    """The `Origin` header; None where no browser sent one, or the form was our own."""
    address: str | None = None
    """The network address that sent it; only hashes of it are stored."""
    agent: str | None = None
    """What its browser calls itself; not stored."""
    seconds: float | None = None
    """Since the form was begun, as far as its sender says."""
    proof: str | None = None
    """The proof of work; empty where it could not be done, None where nobody was asked yet."""
    reader_token: str | None = None
    """Of the session of a reader whom the site knows."""
    wanted: Wanted | None = None
    """What the author wants to be told of by mail, if anything."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The stored comment, and the token that lets its author change it before `expires_at`."""

    comment: Comment
    author_token: str
    expires_at: int
    created: bool
    """False when it was there already."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """A submission that may be stored."""

    site: Site
    identity: Identity
    draft: Draft
    tree: Tree
    author: Author
    whence: Whence
    origin_key: str
    wanted: Wanted | None
    proof: str | None


@dataclass(frozen=True, slots=True)
class _Screened:
    """What was found out about it."""

    leading: Mapping[str, Page]
    """By key, of those keys that lead to a page."""
    facts: Facts
    verdict: Verdict
    solution: Solution | None
    """To be spent with it."""


async def submit_comment(ctx: Context, submission: Submission, *, now: int) -> Submitted:
    """Stores a guest's comment, once, and says what became of it.

    Raises `UnknownOrigin` for a page or sender of no site, `Banned` where they may not write,
    `SignInNeeded` where their session has ended, or guests may not write, `ProofNeeded` where their
    browser has to work first, `Forbidden` where the page is closed, `TooMany` where it is slow and the
    author too soon, and `Invalid` with every wrong field (`body`, `name`, `email`, `website`, `parent`, …).
    """
    site = ctx.sites.for_url(submission.claim.url, submission.site)
    ctx.sites.check_origin(site, submission.origin)
    identity = identify(submission.claim, site)
    reader = await known_reader(ctx, site, submission.reader_token, now=now)
    _refuse_guest(site, reader)
    draft = clean(written_by(submission.raw, reader), asked_of(site.policy, reader))
    _refuse_look_alike(ctx, draft.name)
    tree = await render(ctx, draft.body, site.policy)
    if not tree:
        raise Invalid(FieldError("body", "missing", "Please write something that can be seen."))
    writing = _Writing(
        site=site,
        identity=identity,
        draft=draft,
        tree=tree,
        author=author_of(ctx, site, draft, reader),
        whence=Whence(submission.address, submission.seconds),
        origin_key=f"client:{draft.client_id}",
        wanted=submission.wanted,
        proof=submission.proof,
    )
    try:
        screened = await _seen_by_akismet(ctx, writing, submission, now)
        comment, created = await _store_once(ctx, writing, screened, now)
    except ProofNeeded as refused:
        return await _there_already(ctx, site, writing.origin_key, refused)
    return _submitted(ctx, site, comment, created=created)


async def _screen(ctx: Context, db: Db, writing: _Writing, now: int) -> _Screened:
    """What the rules say, once they are told what is known; raises `Banned` and `ProofNeeded`."""
    site, draft, tree = writing.site, writing.draft, writing.tree
    found = await gather_facts(
        ctx, db, site, writing.identity, draft, tree, writing.author, writing.whence, now=now
    )
    verdict = screen(draft, tree, found.facts, site.policy)
    solution, facts = show_work(
        ctx, site, (verdict, found.facts), writing.proof, surge=found.surge, now=now
    )
    if facts is not found.facts:
        verdict = screen(draft, tree, facts, site.policy)
    return _Screened(found.leading, facts, verdict, solution)


async def _seen_by_akismet(
    ctx: Context, writing: _Writing, submission: Submission, now: int
) -> _Screened | None:
    """With what Akismet says, before a write is begun: none waits for somebody else's answer.

    None where it is not asked: then all is looked up in the write itself.
    """
    site = writing.site
    if not is_asked(ctx, site):
        return None
    screened = await _screen(ctx, ctx.store, writing, now)
    if screened.verdict.outcome is Outcome.SPAM:
        return screened
    shown = _shown(site, writing.identity, writing.draft, submission)
    said = await ask_akismet(ctx, site, shown, now=now)
    facts = replace(screened.facts, akismet=said)
    verdict = screen(writing.draft, writing.tree, facts, site.policy)
    return replace(screened, facts=facts, verdict=verdict)


async def _there_already(
    ctx: Context, site: Site, origin_key: str, refused: ProofNeeded
) -> Submitted:
    """What is stored already is not asked for work again; else raises the refusal."""
    there = await comments.by_origin_key(ctx.store, site.id, origin_key)
    if there is None:
        raise refused
    return _submitted(ctx, site, there, created=False)


def _refuse_guest(site: Site, reader: KnownReader | None) -> None:
    if reader is None and not site.policy.guests:
        raise SignInNeeded("Please sign in to write here.")


def _refuse_look_alike(ctx: Context, name: str) -> None:
    if name and looks_like(name, ctx.sites.reserved_names):
        message = "Somebody of this site goes by this name. Please choose another."
        raise Invalid(FieldError("name", "taken", message))


def _shown(site: Site, identity: Identity, draft: Draft, submission: Submission) -> Shown:
    """What Akismet is shown, before anything is stored: the email is not."""
    return Shown(
        blog=site.origins[0],
        permalink=identity.url,
        text=draft.body,
        name=draft.name,
        website=draft.website,
        address=submission.address,
        agent=submission.agent,
        is_reply=draft.parent_id is not None,
    )


async def _store_once(
    ctx: Context, writing: _Writing, screened: _Screened | None, now: int
) -> tuple[Comment, bool]:
    try:
        return await ctx.store.at_once(lambda db: _store(ctx, db, writing, screened, now)), True
    except AlreadyThere:
        # Within a write, which sees what waits for its commit and ends after it: the answer must not
        # be sooner than the first one.
        async with ctx.store.write() as db:
            there = await comments.by_origin_key(db, writing.site.id, writing.origin_key)
        if there is None:
            raise
        return there, False


async def _store(
    ctx: Context, db: WriteDb, writing: _Writing, screened: _Screened | None, now: int
) -> Comment:
    """Everything that must be true together, in one transaction."""
    draft = writing.draft
    screened = screened or await _screen(ctx, db, writing, now)
    verdict = await _settled(db, writing, screened, now)
    page = await _page_to_write(db, writing, screened.leading, verdict, now)
    async with pages.changing(db, page.id, now) as page:
        await _check_page(ctx, db, page, writing, now)
        await _describe(db, page, writing.identity, verdict)
        comment = await comments.insert(
            db,
            page,
            parent=await _parent(db, page, draft.parent_id),
            status=verdict.status,
            author=writing.author,
            source=draft.body,
            tree=writing.tree,
            origin_key=writing.origin_key,
            now=now,
            score=sum(reason.weight for reason in verdict.reasons),
        )
        if draft.email is not None:
            _keep_email(ctx, db, page, comment, draft.email, writing.wanted, now)
        if verdict.reasons:
            verdicts.put(db, comment.id, verdict, now=now)
        if sender := sender_of(ctx.hashes, writing.whence.address, now):
            senders.add(db, comment.id, page.site_id, sender)
    return comment


def _keep_email(
    ctx: Context,
    db: WriteDb,
    page: Page,
    comment: Comment,
    email: str,
    wanted: Wanted | None,
    now: int,
) -> None:
    contacts.add(db, comment.id, email, wants_replies=wanted is not None)
    if wanted is not None:
        wish(ctx, db, page, comment, email, wanted, now)


async def _settled(db: WriteDb, writing: _Writing, screened: _Screened, now: int) -> Verdict:
    """The verdict that it has among all that come at the same moment."""
    site, verdict = writing.site, screened.verdict
    if screened.solution:
        verdict = await spend(db, screened.solution, verdict)
    published = verdict.outcome is Outcome.PUBLISH
    tide = await count_comment(db, site, published=published, now=now)
    return await tightened(db, site.id, tide, writing.author, verdict)


async def _check_page(ctx: Context, db: WriteDb, page: Page, writing: _Writing, now: int) -> None:
    """Under the lock, so that of two at the same moment one has to wait."""
    if is_closed(page, writing.site.policy, now):
        raise Forbidden("This page takes no more comments.", code="closed")
    if not page.slow:
        return
    since = now - page.slow * 1000
    last = await senders.latest(
        db,
        page.site_id,
        page.id,
        author_key=writing.author.key,
        addresses=addresses(ctx.hashes, writing.whence.address, since, now),
        since=since,
        origin_key=writing.origin_key,
    )
    if last is not None:
        wait = -(-(last - since) // 1000)
        message = (
            f"People take turns slowly on this page: one comment every {page.slow} seconds. Yours"
            f" can be sent in {wait} seconds."
        )
        raise TooMany(message, retry_after=wait, code="slow")


async def _page_to_write(
    db: WriteDb, writing: _Writing, leading: Mapping[str, Page], verdict: Verdict, now: int
) -> Page:
    """The page of the claim, opened by the first comment; two first comments open one page.

    A key that leads nowhere is learnt with a comment that everybody can read, not with one that
    waits: else any stranger could lead the readers of one page to the thread of another.
    """
    identity = writing.identity
    page = page_of(identity, leading)
    if page is None:
        title = identity.title or ""
        return await pages.open_page(db, writing.site.id, identity.keys, identity.url, title, now)
    missing = [key for key in identity.keys if key not in leading]
    if missing and verdict.status == Status.APPROVED:
        await pages.learn_keys(db, page, missing, now)
    return page


async def _describe(db: WriteDb, page: Page, identity: Identity, verdict: Verdict) -> None:
    """The first comment that everybody can read names the page: not one that waits, or is spam."""
    if page.comment_count or verdict.status != Status.APPROVED:
        return
    url, title = identity.url, identity.title or page.title
    if (url, title) != (page.url, page.title):
        await pages.describe(db, page.id, url, title)


async def _parent(db: WriteDb, page: Page, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = await comments.get(db, parent_id)
    if parent is None or parent.page_id != page.id or parent.status != Status.APPROVED:
        message = "The comment that you answer is no longer there. You can still post below."
        raise Invalid(FieldError("parent", "not_there", message))
    return parent


def _submitted(ctx: Context, site: Site, comment: Comment, *, created: bool) -> Submitted:
    expires_at = comment.created_at + site.policy.edit_window * 1000
    token = ctx.tokens.author_token(comment.id, site.id, expires_at=expires_at)
    return Submitted(comment, token, expires_at, created)
