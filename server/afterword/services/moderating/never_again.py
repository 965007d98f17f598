"""*Never hold for this again*: a comment shows that a rule is wrong here, and the least that helps is done.

A word leaves its list, the hosts of links become known, an author is trusted, the filter is taught;
what is left is to switch the rule off. The comment itself waits until somebody decides about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.core.model import Act, Comment, Policy, Role, Site
from afterword.core.rules import EDIT_RULES, NEVER_QUIET, RULES
from afterword.core.tree import links, to_text
from afterword.core.web_address import parse_http
from afterword.core.word_list import word_list
from afterword.services.acted_on import comment_for
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.moderating.trust_author import TRUST, trust_author
from afterword.services.permission import own_site
from afterword.services.sites.change_policy import (
    ALLOW_LINKS,
    KNOW_HOST,
    QUIET_RULE,
    UNLIST_WORD,
    change_policy,
)
from afterword.storage import contacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.core.model import Member
    from afterword.services.context import Context

LISTS = ("hold_words", "block_words")
LINKS = ("links", "added_links")
MOST_HOSTS = 3
"""Of a comment that become known; with more, it is their number that has to pass."""
QUIETABLE = frozenset(rule.__name__ for rule in (*RULES, *EDIT_RULES)) - NEVER_QUIET
"""Rules that can be switched off by name."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done."""

    act: str
    audit_id: int | None
    """None where nothing was left to do."""
    changed: tuple[int, ...] = ()
    """Comments that have another status now."""


async def never_hold_again(
    ctx: Context, member: Member, comment_id: int, rule: str, *, now: int
) -> Settled:
    """Does what keeps the rule from holding a comment like this one; audited, and undone as any act.

    Raises `NotFound` and `Forbidden` as moderating does; what concerns all comments is for owners.
    """
    comment, site = await _commented(ctx, member, comment_id)
    if rule == "new_author":
        return Settled(TRUST, await trust_author(ctx, member, comment.id, now=now))
    if rule == "learnt":
        decision = await moderate(ctx, member, Act.APPROVE, [comment.id], now=now)
        return Settled(Act.APPROVE, decision.audit_id, decision.changed)
    if rule in LISTS:
        act, change = UNLIST_WORD, await _unlisted(ctx, comment, rule)
    elif rule in LINKS:
        act, change = _let_links_pass(comment)
    elif rule in QUIETABLE:
        act, change = QUIET_RULE, _quiet(rule)
    else:
        raise Conflict("This is decided elsewhere: among the rules of the site, or its bans.")
    return Settled(act, await change_policy(ctx, member, site.id, act, change, now=now))


async def _commented(ctx: Context, member: Member, comment_id: int) -> tuple[Comment, Site]:
    comment, page = await comment_for(ctx.store, member, comment_id, Role.MODERATOR)
    return comment, own_site(ctx, member, page.site_id, Role.MODERATOR)


async def _unlisted(ctx: Context, comment: Comment, field: str) -> Callable[[Policy], Policy]:
    contact = await contacts.of(ctx.store, comment.id)
    author, email = comment.author, contact.email if contact else None
    given = (author.name, author.website, email, to_text(comment.tree), *links(comment.tree))
    texts = [text for text in given if text]

    def change(policy: Policy) -> Policy:
        entries = policy.hold_words if field == "hold_words" else policy.block_words
        found = word_list(entries).found(texts)
        kept = tuple(entry for entry in entries if entry not in found)
        if field == "hold_words":
            return replace(policy, hold_words=kept)
        return replace(policy, block_words=kept)

    return change


def _let_links_pass(comment: Comment) -> tuple[str, Callable[[Policy], Policy]]:
    addresses = links(comment.tree)
    parsed = (parse_http(address) for address in addresses)
    hosts = dict.fromkeys(url.hostname.removeprefix("www.") for url in parsed if url)
    if hosts and len(hosts) <= MOST_HOSTS:

        def know(policy: Policy) -> Policy:
            known = dict.fromkeys((*policy.known_hosts, *hosts))
            return replace(policy, known_hosts=tuple(known))

        return KNOW_HOST, know

    def allow(policy: Policy) -> Policy:
        return replace(policy, max_links=max(policy.max_links, len(addresses)))

    return ALLOW_LINKS, allow


def _quiet(rule: str) -> Callable[[Policy], Policy]:
    def change(policy: Policy) -> Policy:
        return replace(policy, quiet_rules=tuple(dict.fromkeys((*policy.quiet_rules, rule))))

    return change
