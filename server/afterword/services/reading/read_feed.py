"""Feeds of what everybody can read, and the private one of what waits; bounded in number and text."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from afterword.core import atom
from afterword.core.errors import NotFound
from afterword.core.languages import ENGLISH
from afterword.core.model import Status, Tab
from afterword.core.tree import excerpt, to_html
from afterword.services.permission import readable_sites
from afterword.services.reading.read_thread import find_thread
from afterword.services.thread_cache import Built, Entry
from afterword.storage import comments, feeds, pages, review
from afterword.storage.review_query import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from afterword.core.model import Comment, Member, Site
    from afterword.services.context import Context
    from afterword.services.reading.read_thread import ThreadQuery
    from afterword.storage.feeds import Shown
    from afterword.storage.review import Held

MOST = 50
"""Entries of a feed."""
MOST_TEXT = 120_000
"""Characters of Markdown in one; what does not fit is left to those who ask more often."""
SAID = 80
"""Characters of a comment in a title."""
_PREFIX = b"feed?"


class FeedEntry(Entry):
    """A feed, ready to be sent."""

    __slots__ = ("modified",)

    def __init__(self, data: bytes, modified: int) -> None:
        tag = blake2b(data, digest_size=12).hexdigest()
        super().__init__(etag=f'W/"{tag}"'.encode(), identity=data, origins=frozenset())
        self.modified = modified
        """When what it is made from last changed."""


async def thread_feed(ctx: Context, raw_query: bytes, query: ThreadQuery, *, own: str) -> FeedEntry:
    """The newest comments of a page; from the cache, until the thread changes.

    Raises `UnknownOrigin` for an address of no site, and `Invalid` for what cannot be read.
    """

    async def make() -> Built:
        found = await find_thread(ctx, query)
        page = found.page
        shown = await feeds.of_page(ctx.store, page.id, MOST) if page else []
        # While nothing is public, title and address are the words of somebody who waits, and when
        # that was is nobody's business.
        changed = await feeds.page_changed(ctx.store, page.id) if page and shown else 0
        url, title = (page.url, page.title) if page and shown else (found.identity.url, "")
        name = f"page {page.id}" if page and shown else f"key {found.site.id} {found.identity.key}"
        feed = atom.Feed(
            id=ctx.hashes.urn(name),
            title=title or url,
            link=url,
            updated=_updated(shown, 0),
            entries=_entries(ctx, shown, query.lang, _by_words),
            own=own,
        )
        return Built(FeedEntry(atom.write(feed), changed), found.versions)

    key = _PREFIX + raw_query
    entry = ctx.cache.get(key) or await ctx.cache.build(key, make)
    assert isinstance(entry, FeedEntry), "nothing else has such a key"
    return entry


async def site_feed(ctx: Context, site: Site, lang: str | None, *, own: str) -> FeedEntry:
    """The newest comments of a site."""
    shown = await feeds.of_site(ctx.store, site.id, MOST)
    changed = await feeds.site_changed(ctx.store, site.id)
    feed = atom.Feed(
        id=ctx.hashes.urn(f"site {site.id}"),
        title=site.name,
        link=f"{site.origins[0]}/",
        updated=_updated(shown, 0),
        entries=_entries(ctx, shown, lang, _by_page),
        own=own,
    )
    return FeedEntry(atom.write(feed), changed)


async def answers_feed(ctx: Context, comment_id: int, lang: str | None, *, own: str) -> FeedEntry:
    """The newest answers to a comment; raises `NotFound` unless everybody can read that one."""
    comment = await comments.get(ctx.store, comment_id)
    if comment is None or comment.status is not Status.APPROVED:
        raise NotFound("This comment is no longer there.")
    page = await pages.get(ctx.store, comment.page_id)
    shown = await feeds.answers(ctx.store, comment_id, MOST)
    feed = atom.Feed(
        id=ctx.hashes.urn(f"answers {comment_id}"),
        title=_by_words(comment, "", _name(ctx, comment, lang)),
        link=_permalink(ctx, comment_id),
        updated=_updated(shown, comment.created_at),
        entries=_entries(ctx, shown, lang, _by_words),
        own=own,
    )
    changed = await feeds.page_changed(ctx.store, page.id) if page else 0
    return FeedEntry(atom.write(feed), changed)


async def queue_feed(ctx: Context, member: Member) -> FeedEntry:
    """What waits on the member's sites, as a viewer sees it: no email of anybody is in it."""
    wanted = Wanted(Tab.PENDING, readable_sites(member))
    spots = await review.find(ctx.store, wanted, order="newest", limit=MOST)
    held = await review.get_held(ctx.store, [spot[2] for spot in spots])
    entries = [_waiting(ctx, each) for each in held[: _fitting([each.comment for each in held])]]
    feed = atom.Feed(
        id=ctx.hashes.urn(f"queue {member.id}"),
        title="Comments that wait",
        link=f"{ctx.settings.public_url}/dashboard/queue",
        updated=max((each.updated for each in entries), default=0),
        entries=entries,
    )
    return FeedEntry(atom.write(feed), 0)


def _waiting(ctx: Context, held: Held) -> atom.Entry:
    comment = held.comment
    name = comment.author.name or "Anonymous"
    why = "".join(f"<li>{to_html([each.text])}</li>" for each in held.reasons)
    return atom.Entry(
        id=ctx.hashes.urn(f"waiting {comment.id}"),
        title=_by_page(comment, held.page_title or held.page_url, name),
        link=f"{ctx.settings.public_url}/dashboard/comments/{comment.id}",
        author=name,
        published=comment.created_at,
        updated=comment.edited_at or comment.created_at,
        html=to_html(comment.tree) + (f"<hr><ul>{why}</ul>" if why else ""),
    )


def _entries(
    ctx: Context,
    shown: Sequence[Shown],
    lang: str | None,
    title: Callable[[Comment, str, str], str],
) -> list[atom.Entry]:
    found = []
    for each in shown[: _fitting([each.comment for each in shown])]:
        comment, name = each.comment, _name(ctx, each.comment, lang)
        parent = comment.parent_id
        found.append(
            atom.Entry(
                id=ctx.hashes.urn(f"comment {comment.id}"),
                title=title(comment, each.page_title or each.page_url, name),
                link=_permalink(ctx, comment.id),
                author=name,
                published=comment.created_at,
                updated=comment.edited_at or comment.created_at,
                html=to_html(comment.tree),
                answers=(ctx.hashes.urn(f"comment {parent}"), _permalink(ctx, parent))
                if parent is not None
                else None,
            )
        )
    return found


def _by_words(comment: Comment, page: str, name: str) -> str:
    """`Mira: The board was low…`, where all is of one page."""
    return f"{name}: {excerpt(comment.tree, SAID)}"


def _by_page(comment: Comment, page: str, name: str) -> str:
    """`Mira · Notes from the weir`."""
    return f"{name} · {page}"


def _name(ctx: Context, comment: Comment, lang: str | None) -> str:
    if comment.author.name:
        return comment.author.name
    return ctx.languages.speech(ctx.languages.nearest([lang or ENGLISH]), {})("anonymous")


def _permalink(ctx: Context, comment_id: int) -> str:
    return f"{ctx.settings.public_url}/c/{comment_id}"


def _updated(shown: Sequence[Shown], default: int) -> int:
    times = (each.comment.edited_at or each.comment.created_at for each in shown)
    return max(times, default=default)


def _fitting(found: Sequence[Comment]) -> int:
    """How many of the first may be in one feed; one at least."""
    room = MOST_TEXT
    for number, comment in enumerate(found):
        room -= len(comment.source)
        if room < 0:
            return max(number, 1)
    return len(found)
