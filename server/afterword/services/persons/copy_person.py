"""A copy of all that is kept of a person, as plain data that is written down as JSON.

Who may have it is for the caller to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.storage import (
    comments,
    contacts,
    edits,
    mailboxes,
    pages,
    persons,
    readers,
    subscriptions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from afterword.core.known_reader import Person
    from afterword.core.model import Comment, Page
    from afterword.services.context import Context
    from afterword.storage.edits import Edit

BATCH = 500
MOST_WISHES = 10_000


async def copy_person(
    ctx: Context, person: Person, site_ids: Sequence[int] | None = None, *, now: int
) -> dict[str, Any]:
    """Everything of the person on these sites, on all where none is named; times are ms UTC."""
    on = [site.id for site in ctx.sites] if site_ids is None else list(site_ids)
    return {
        "made_at": now,
        "email": person.email,
        "sites": [site.name for site in ctx.sites if site.id in on],
        "comments": await _comments(ctx, person, on),
        "mails": await _mails(ctx, person, on),
        "readers": await _readers(ctx, person, on, now),
    }


async def _comments(ctx: Context, person: Person, site_ids: Sequence[int]) -> list[dict[str, Any]]:
    copied: list[dict[str, Any]] = []
    after = 0
    while ids := await persons.comments_of(ctx.store, person, site_ids, after=after, limit=BATCH):
        after = ids[-1]
        found = await comments.get_many(ctx.store, ids)
        on = await pages.get_many(ctx.store, sorted({each.page_id for each in found.values()}))
        texts = await edits.of_each(ctx.store, ids)
        addresses = await contacts.of_each(ctx.store, ids)
        for each in found.values():
            page = on[each.page_id]
            copied.append(_comment(ctx, each, page, texts.get(each.id, []), addresses.get(each.id)))
    return copied


def _comment(
    ctx: Context, comment: Comment, page: Page, earlier: Sequence[Edit], email: str | None
) -> dict[str, Any]:
    site = ctx.sites.by_id(page.site_id)
    author = comment.author
    return {
        "id": comment.id,
        "site": site.name if site else None,
        "page": page.url,
        "title": page.title,
        "status": comment.status.value,
        "name": author.name,
        "website": author.website,
        "email": email,
        "verified": author.verified,
        "role": author.role,
        "avatar": author.avatar,
        "text": comment.source,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "up": comment.up,
        "down": comment.down,
        "earlier_texts": [{"text": e.source, "replaced_at": e.edited_at} for e in earlier],
    }


async def _mails(ctx: Context, person: Person, site_ids: Sequence[int]) -> Mapping[str, Any] | None:
    """What is kept of the mailbox; None where nobody gave it for mails, on one of these sites."""
    if person.mailbox_id is None:
        return None
    mailbox = await mailboxes.get(ctx.store, person.mailbox_id)
    if mailbox is None:
        return None
    wishes = await subscriptions.of(ctx.store, mailbox.id, limit=MOST_WISHES)
    wishes = [each for each in wishes if each.site_id in site_ids]
    if not wishes and len(site_ids) < len(list(ctx.sites)):
        return None  # what its owner said elsewhere is nothing of these sites
    on = await pages.get_many(ctx.store, sorted({each.page_id for each in wishes}))
    return {
        "language": mailbox.lang,
        "confirmed_at": mailbox.confirmed_at,
        "refused_at": mailbox.refused_at,
        "bounced_at": mailbox.bounced_at,
        "wishes": [
            {
                "page": on[each.page_id].url,
                "comment": each.comment_id,
                "asked_at": each.created_at,
                "confirmed_at": each.confirmed_at,
            }
            for each in wishes
            if each.page_id in on
        ],
    }


async def _readers(
    ctx: Context, person: Person, site_ids: Sequence[int], now: int
) -> list[dict[str, Any]]:
    known = await readers.known_by(ctx.store, person.author_keys, site_ids)
    sessions = await readers.sessions_of(ctx.store, [each.id for each in known], now=now)

    def devices(reader_id: int) -> Iterator[dict[str, Any]]:
        for each in sessions:
            if each.reader.id == reader_id:
                yield {"device": each.agent, "since": each.created_at, "last_used": each.seen_at}

    copied = []
    for each in known:
        site = ctx.sites.by_id(each.site_id)
        copied.append(
            {
                "site": site.name if site else None,
                "name": each.name,
                "website": each.website,
                "role": each.role,
                "avatar": each.avatar,
                "known_since": each.created_at,
                "signed_in_on": list(devices(each.id)),
            }
        )
    return copied
