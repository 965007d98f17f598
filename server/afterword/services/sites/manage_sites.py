"""Adding, listing and changing sites; who does it and what was before is in the audit log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from afterword.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from afterword.core.model import ORDERS, Policy, Presence, Proof, Role, Site, Votes
from afterword.core.origin import parse_origin
from afterword.core.own_words import check_amount, reworded
from afterword.core.rules import EDIT_RULES, NEVER_QUIET, RULES
from afterword.core.site_state import differences, state, state_of
from afterword.core.text import is_blank, one_line
from afterword.core.web_address import parse_http
from afterword.core.word_list import bare
from afterword.services.permission import COMMAND_LINE, may, require
from afterword.storage import audit, sites
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.store import Store, WriteDb

ADD, CHANGE, DELETE = "add_site", "change_site", "delete_site"
"""The words of the audit log."""

MAX_NAME = 60
MAX_QUERY_KEYS = 20
MAX_WORDS = 1_000
MAX_WORD = 80
"""Characters of one entry of a word list."""
MAX_HOSTS = 200
MAX_REACTIONS = 8
MAX_REACTION = 16
"""Characters of one reaction."""
LIMITS = {
    "max_length": (1, 20_000),
    "max_links": (0, 1_000),
    "edit_window": (0, 86_400),
    "close_after": (0, 36_500),
    "min_seconds": (0, 600),
    "address_rate": (0, 10_000),
    "page_rate": (0, 10_000),
    "site_rate": (0, 10_000),
    "keep_addresses": (1, 30),
}
"""The least and the most of each number of a policy."""


async def add_site(
    store: Store,
    name: str,
    origins: Sequence[str],
    policy: Policy,
    now: int,
    *,
    member: Member = COMMAND_LINE,
) -> Site:
    """A new site; raises `Invalid` for what is wrong and `Conflict` for what another site has."""
    if not may(member, None, Role.OWNER):
        raise Forbidden("That is for owners of every site.")
    name, served_from = _checked(name, origins, policy)
    try:
        async with store.write() as db:
            site = await sites.add(db, name, served_from, policy, now)
            await _note(db, member, ADD, site.id, None, state_of(site), now)
    except AlreadyThere:
        raise _taken(await sites.all_sites(store), name, served_from, None) from None
    return site


async def edit_site(
    store: Store, site: Site, *, name: str, origins: Sequence[str], policy: Policy, now: int
) -> Site:
    """The site with these values instead; raises as `add_site` does, and `NotFound`."""
    _, changed = await change_stored(
        store, COMMAND_LINE, site, name=name, origins=origins, change=lambda _: policy, now=now
    )
    return changed


async def change_stored(
    store: Store,
    member: Member,
    site: Site,
    *,
    name: str,
    origins: Sequence[str],
    change: Callable[[Policy], Policy],
    now: int,
) -> tuple[int | None, Site]:
    """Changes a site as it is by now; the audit entry's id, None where nothing was to be changed."""
    require(member, [site.id], Role.OWNER)
    name, served_from = _checked(name, origins, change(site.policy))
    try:
        async with store.write() as db:
            here = await sites.lock(db, site.id, now=now)
            old = await sites.get(db, site.id) if here else None
            if old is None:
                raise NotFound(f"There is no site {site.name} any more.")
            policy = change(old.policy)
            before, after = differences(state_of(old), state(name, served_from, policy))
            if not after:
                return None, old
            new = await sites.change(
                db, site.id, name=name, origins=served_from, policy=policy, now=now
            )
            return await _note(db, member, CHANGE, site.id, before, after, now), new or old
    except AlreadyThere:
        raise _taken(await sites.all_sites(store), name, served_from, site.id) from None


async def _note(
    db: WriteDb, member: Member, act: str, site_id: int, before: object, after: object, now: int
) -> int:
    return await audit.add(
        db,
        member_id=member.id,
        act=act,
        site_id=site_id,
        subject=[site_id],
        before=before,
        after=after,
        now=now,
    )


def reword(ctx: Context, policy: Policy, changes: Sequence[str]) -> Policy:
    """The policy with some words of the site's own, or without; raises `Invalid`."""
    return replace(policy, words=reworded(ctx.languages, policy.words, changes))


async def list_sites(store: Store) -> list[Site]:
    """Every site, in the order in which they were added."""
    return await sites.all_sites(store)


async def find_site(store: Store, name: str) -> Site:
    """The site of this name; raises `NotFound` with the names there are."""
    site = await sites.by_name(store, one_line(name))
    if site is None:
        names = ", ".join(each.name for each in await sites.all_sites(store)) or "none yet"
        raise NotFound(f"There is no site {name}. Sites: {names}.")
    return site


def _checked(name: str, origins: Sequence[str], policy: Policy) -> tuple[str, tuple[str, ...]]:
    name = one_line(name)
    if not 0 < len(name) <= MAX_NAME:
        raise _wrong("name", "length", f"A site's name has 1 to {MAX_NAME} characters.")
    if not origins:
        raise _wrong("origin", "missing", "Name at least one origin, like https://example.org.")
    check_policy(policy)
    return name, tuple(dict.fromkeys(map(parse_origin, origins)))


WORDS = {
    "name": get_args(Presence),
    "email": get_args(Presence),
    "website": get_args(Presence),
    "sort": ORDERS,
    "votes": get_args(Votes),
    "proof": get_args(Proof),
}
"""What each word of a policy may be."""


def check_policy(policy: Policy) -> None:
    """Raises `Invalid` with the field that is wrong and what it may be."""
    for field, (least, most) in LIMITS.items():
        if not least <= getattr(policy, field) <= most:
            message = f"{field} is a number from {least:,} to {most:,}."
            raise _wrong(field, "out_of_range", message)
    for field, words in WORDS.items():
        if getattr(policy, field) not in words:
            message = f"{field} is {', '.join(words[:-1])} or {words[-1]}."
            raise _wrong(field, "unknown", message)
    check_amount(policy.words)
    if len(policy.query_keys) > MAX_QUERY_KEYS or not all(policy.query_keys):
        message = f"Name at most {MAX_QUERY_KEYS} query parameters, none of them empty."
        raise _wrong("query_keys", "too_many", message)
    _check_reactions(policy.reactions)
    for field in ("hold_words", "block_words"):
        _check_words(field, getattr(policy, field))
    _check_hosts(policy.known_hosts)
    _check_quiet(policy.quiet_rules)


def _check_words(field: str, words: Sequence[str]) -> None:
    if len(words) > MAX_WORDS:
        raise _wrong(field, "too_many", f"A list has at most {MAX_WORDS:,} words.")
    for each in words:
        if not bare(each) or len(each) > MAX_WORD or each != one_line(each):
            message = f"A word or phrase of a list has 1 to {MAX_WORD} characters on one line."
            raise _wrong(field, "unfit", message)


def _check_hosts(hosts: Sequence[str]) -> None:
    if len(hosts) > MAX_HOSTS:
        raise _wrong("known_hosts", "too_many", f"Name at most {MAX_HOSTS} hosts.")
    for each in hosts:
        url = parse_http(f"https://{each}/")
        if url is None or url.host != each:
            message = f"{each} is not a host. Name it like example.org, without https://."
            raise _wrong("known_hosts", "unfit", message)


def _check_quiet(rules: Sequence[str]) -> None:
    known = [rule.__name__ for rule in (*RULES, *EDIT_RULES) if rule.__name__ not in NEVER_QUIET]
    for each in rules:
        if each not in known:
            names = ", ".join(dict.fromkeys(known))
            message = f"No rule {each} can be switched off. Those that can: {names}."
            raise _wrong("quiet_rules", "unknown", message)


def _check_reactions(reactions: Sequence[str]) -> None:
    if len(reactions) > MAX_REACTIONS or len(set(reactions)) < len(reactions):
        message = f"Name at most {MAX_REACTIONS} reactions, each once."
        raise _wrong("reactions", "too_many", message)
    for each in reactions:
        if each != one_line(each) or is_blank(each) or len(each) > MAX_REACTION:
            message = f"A reaction is an emoji or word of at most {MAX_REACTION} characters."
            raise _wrong("reactions", "unfit", message)


def _taken(
    known: Sequence[Site], name: str, origins: Sequence[str], own_id: int | None
) -> Conflict:
    for other in known:
        if other.id == own_id:
            continue
        if other.name == name:
            return Conflict(f"There is a site {name} already. To change it: afterword site edit.")
        shared = sorted(set(origins) & set(other.origins))
        if shared:
            return Conflict(f"{shared[0]} belongs to the site {other.name} already.")
    return Conflict("Another command has changed the sites meanwhile. Please try again.")


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, code, message))
