"""What the rules are told of a new comment, beside what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.anonymity import DAY, tells_apart
from afterword.core.rules import Facts
from afterword.services.screening.ask_filter import ask_filter
from afterword.services.screening.check_ban import Writer, check_ban, known_by
from afterword.storage import facts
from afterword.storage.facts import Question
from afterword.storage.senders import Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.anonymity import Hashes
    from afterword.core.model import Author, Draft, Page, Site, Tree
    from afterword.core.page_key import Identity
    from afterword.services.context import Context
    from afterword.storage.store import Db

MINUTE = 60_000
HOUR = 60 * MINUTE
SHORTLY = DAY
"""Milliseconds within which the same text under the same page is a duplicate."""


@dataclass(frozen=True, slots=True)
class Whence:
    """How a draft came in."""

    address: str | None
    """The network address; only hashes of it are stored."""
    seconds: float | None
    """Since the form was begun, as far as its sender says."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known when a draft is screened."""

    leading: Mapping[str, Page]
    """By key, of those keys that lead to a page."""
    facts: Facts
    surge: bool
    """Whether a surge is on."""


async def gather_facts(
    ctx: Context,
    db: Db,
    site: Site,
    identity: Identity,
    draft: Draft,
    tree: Tree,
    author: Author,
    whence: Whence,
    *,
    now: int,
) -> Gathered:
    """Everything in one question, but for bans and the filter where there are any; raises `Banned`."""
    writer = _writer(ctx, site, draft, author, whence)
    asked = _question(ctx, site, identity, draft, writer, now)
    found = await facts.look_up(db, asked)
    ban = await check_ban(ctx, db, site.id, writer, now=now) if found.may_be_banned else None
    opinion = await ask_filter(
        db,
        site,
        tree,
        name=draft.name,
        website=draft.website,
        page_url=identity.url,
        lessons=found.lessons,
    )
    page = page_of(identity, found.pages)
    known = Facts(
        known_author=found.known_author,
        recent_duplicate=page is not None and page.id in found.duplicated_on,
        shadow_ban=ban.label if ban else None,
        from_address=found.from_address,
        on_page=found.on_page[page.id] if page else 0,
        on_site=found.on_site,
        seconds=whence.seconds,
        learnt=opinion,
    )
    return Gathered(found.pages, known, found.surge)


def _writer(ctx: Context, site: Site, draft: Draft, author: Author, whence: Whence) -> Writer:
    token = draft.visitor_token
    device = None if token is None else ctx.hashes.author_by_visitor(site.id, token)
    return Writer(author.key, draft.email, draft.name, whence.address, device)


def _question(
    ctx: Context, site: Site, identity: Identity, draft: Draft, writer: Writer, now: int
) -> Question:
    return Question(
        site_id=site.id,
        keys=identity.keys,
        source=draft.body,
        author_key=writer.author_key,
        addresses=addresses(ctx.hashes, writer.address, now - HOUR, now),
        writer=tuple(known_by(ctx.hashes, site.id, writer)),
        duplicate_since=now - SHORTLY,
        hour_ago=now - HOUR,
        minute_ago=now - MINUTE,
        now=now,
        policy=site.policy,
    )


def page_of(identity: Identity, leading: Mapping[str, Page]) -> Page | None:
    """The page of the first key that leads to one."""
    return next((leading[key] for key in identity.keys if key in leading), None)


def sender_of(hashes: Hashes, address: str | None, now: int) -> Sender | None:
    """What is kept of an address; None where it tells nobody from others."""
    if address is None or not tells_apart(address):
        return None
    return Sender(hashes.address(address, now=now), hashes.network(address, now=now), now)


def addresses(hashes: Hashes, address: str | None, since: int, now: int) -> tuple[str, ...]:
    """What the address was kept as on each day from then until now."""
    if address is None or not tells_apart(address):
        return ()
    days = range(since // DAY, now // DAY + 1)
    return tuple(hashes.address(address, now=day * DAY) for day in days)
