"""Rules are tried on what was written, beside those of today, and nothing is changed by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.errors import Forbidden, Invalid, NotFound
from afterword.core.model import Act, Hold, Member, Outcome, Policy, Role, Site
from afterword.services.context import Context
from afterword.services.screening.try_rules import Errors, Trial, try_rules
from tests.services import builders
from tests.services.builders import MINUTE, NOW

LATER = NOW + 10 * MINUTE
TOKEN = "visitor-token-of-somebody"


async def attempt(ctx: Context, member: Member, site: Site, policy: Policy) -> Trial:
    return await try_rules(ctx, member, site, policy, now=LATER)


async def test_it_says_which_comments_would_fare_otherwise(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    good = await builders.write(ctx, "The casino closed in 1931.")
    spam = await builders.write(ctx, "Cheap watches")
    await builders.decide(ctx, owner, Act.SPAM, spam)
    await builders.write(ctx, "The weir was rebuilt.")
    tried = replace(open_site.policy, hold_words=("casino",), block_words=("watches",))
    trial = await attempt(ctx, owner, open_site, tried)
    assert trial.looked_at == 3
    assert trial.today == Errors(good_held=0, bad_shown=1)
    assert trial.tried == Errors(good_held=1, bad_shown=0)
    first, second = trial.moves
    assert (first.comment.id, first.today, first.tried, first.is_error) == (
        good.id, Outcome.PUBLISH, Outcome.HOLD, True,
    )  # fmt: skip
    assert first.reasons[0].text == "Says “casino”, which this site holds"
    assert (second.comment.id, second.tried, second.is_error) == (spam.id, Outcome.SPAM, False)


async def test_the_same_rules_change_nothing(ctx: Context, site: Site, owner: Member) -> None:
    await builders.approved(ctx, owner, "The weir")
    trial = await attempt(ctx, owner, site, site.policy)
    assert (trial.looked_at, trial.moves) == (1, ())


async def test_an_author_is_known_from_the_first_approved_comment_on(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    first = await builders.write(ctx, visitor_token=TOKEN, now=NOW)
    await builders.write(ctx, visitor_token=TOKEN, now=NOW + MINUTE)
    trial = await attempt(ctx, owner, open_site, replace(open_site.policy, hold=Hold.FIRST))
    assert [move.comment.id for move in trial.moves] == [first.id]


async def test_other_sites_members_and_what_is_gone_are_left_out(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    other = "https://other.example.org"
    await builders.add_site(ctx, "other", other, hold=Hold.NONE)
    await builders.write(ctx, url=f"{other}/post", origin=other)
    mine = await builders.write(ctx)
    await builders.reply(ctx, owner, mine)
    trial = await attempt(ctx, owner, open_site, replace(open_site.policy, hold=Hold.ALL))
    assert [move.comment.id for move in trial.moves] == [mine.id]


async def test_an_email_is_looked_at_and_not_handed_on(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await builders.write(ctx, email="mira@casino.example")
    trial = await attempt(ctx, owner, open_site, replace(open_site.policy, hold_words=("casino",)))
    assert len(trial.moves) == 1
    assert "mira@" not in repr(trial)


async def test_what_could_not_be_saved_is_not_tried(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    with pytest.raises(Invalid):
        await attempt(ctx, owner, open_site, replace(open_site.policy, max_links=-1))


@pytest.mark.parametrize("role", Role)
async def test_who_decides_may_try(ctx: Context, open_site: Site, role: Role) -> None:
    member = await builders.add(ctx, role, open_site)
    if role is Role.VIEWER:
        with pytest.raises(Forbidden):
            await attempt(ctx, member, open_site, open_site.policy)
    else:
        await attempt(ctx, member, open_site, open_site.policy)


async def test_members_of_other_sites_know_nothing_of_it(ctx: Context, open_site: Site) -> None:
    other = await builders.add_site(ctx, "other", "https://other.example.org")
    member = await builders.add(ctx, Role.OWNER, other)
    with pytest.raises(NotFound):
        await attempt(ctx, member, open_site, Policy())
