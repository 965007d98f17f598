"""Rules and words are changed by those who may, with an entry that undo reads field by field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.errors import Forbidden, Invalid, NotFound
from afterword.core.model import Member, Policy, Role, Site
from afterword.services.audit.undo_act import find_act, undo
from afterword.services.context import Context
from afterword.services.sites import change_policy
from afterword.services.sites.change_policy import NEEDS, RULES, WORDS
from afterword.storage import audit
from tests.services import builders
from tests.services.builders import NOW


async def change(
    ctx: Context, member: Member, site: Site, act: str = RULES, **values: object
) -> int | None:
    def changed(policy: Policy) -> Policy:
        return replace(policy, **values)

    return await change_policy.change_policy(ctx, member, site.id, act, changed, now=NOW)


def policy(ctx: Context, site: Site) -> Policy:
    found = ctx.sites.by_id(site.id)
    assert found is not None
    return found.policy


async def test_a_change_counts_at_once_and_says_what_it_changed(
    ctx: Context, site: Site, owner: Member
) -> None:
    entry_id = await change(ctx, owner, site, max_links=5, quiet_rules=("duplicate",))
    assert (policy(ctx, site).max_links, policy(ctx, site).quiet_rules) == (5, ("duplicate",))
    assert entry_id is not None
    entry = await audit.get(ctx.store, entry_id)
    assert entry is not None
    assert (entry.act, entry.site_id, entry.member_id) == (RULES, site.id, owner.id)
    assert (entry.before, entry.after) == (
        {"max_links": 2, "quiet_rules": []},
        {"max_links": 5, "quiet_rules": ["duplicate"]},
    )


async def test_no_change_is_no_entry(ctx: Context, site: Site, owner: Member) -> None:
    assert await change(ctx, owner, site, max_links=2) is None


async def test_a_policy_that_may_not_be_is_refused(ctx: Context, site: Site, owner: Member) -> None:
    with pytest.raises(Invalid):
        await change(ctx, owner, site, max_links=-1)
    assert policy(ctx, site).max_links == 2


async def test_undo_puts_back_what_nobody_has_changed_since(
    ctx: Context, site: Site, owner: Member
) -> None:
    entry_id = await change(ctx, owner, site, max_links=5, close_after=30)
    assert entry_id is not None
    await change(ctx, owner, site, max_links=7)
    await undo(ctx, owner, entry_id, now=NOW)
    assert (policy(ctx, site).max_links, policy(ctx, site).close_after) == (7, 0)


async def test_of_lists_undo_puts_back_each_entry_by_itself(
    ctx: Context, site: Site, owner: Member
) -> None:
    await change(ctx, owner, site, WORDS, hold_words=("a", "b"))
    entry_id = await change(ctx, owner, site, WORDS, hold_words=("a", "c"))
    assert entry_id is not None
    await change(ctx, owner, site, WORDS, hold_words=("a", "c", "d"))
    await undo(ctx, owner, entry_id, now=NOW)
    assert policy(ctx, site).hold_words == ("a", "d", "b")


@pytest.mark.parametrize("act", NEEDS)
@pytest.mark.parametrize("role", Role)
async def test_each_act_has_its_role(ctx: Context, site: Site, act: str, role: Role) -> None:
    member = await builders.add(ctx, role, site)
    ranks = list(Role)  # the least first
    assert ranks == [Role.VIEWER, Role.MODERATOR, Role.OWNER]
    may = ranks.index(role) >= ranks.index(NEEDS[act])
    if not may:
        with pytest.raises(Forbidden):
            await change(ctx, member, site, act, hold_words=("a",))
        return
    entry_id = await change(ctx, member, site, act, hold_words=("a",))
    assert entry_id is not None
    moderator = await builders.add(ctx, Role.MODERATOR, site)
    shown = await find_act(ctx, moderator, entry_id, now=NOW)
    assert shown is not None
    assert shown.may_undo is (NEEDS[act] is Role.MODERATOR)
    if NEEDS[act] is Role.OWNER:
        with pytest.raises(Forbidden):
            await undo(ctx, moderator, entry_id, now=NOW)


async def test_a_site_of_others_is_not_there(ctx: Context, site: Site) -> None:
    other = await builders.add_site(ctx, "other", "https://other.example.org")
    member = await builders.add(ctx, Role.OWNER, other)
    with pytest.raises(NotFound):
        await change(ctx, member, site, max_links=9)
