"""*Never hold for this again* does the least that helps, by whom it may be done, and undo takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.errors import Conflict, Forbidden, NotFound
from afterword.core.model import Comment, Hold, Member, Policy, Role, Site, Status
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.never_again import Settled, never_hold_again
from afterword.storage import comments, trusted_authors
from tests.services import builders
from tests.services.builders import NOW

POLICY = Policy(
    hold=Hold.NONE, hold_words=("casino", "weir"), block_words=("*watches*",), max_links=0
)
TOKEN = "visitor-token-of-somebody"


@pytest.fixture
async def strict(ctx: Context) -> Site:
    return await builders.add_site(
        ctx,
        "blog",
        builders.ORIGIN,
        hold=POLICY.hold,
        hold_words=POLICY.hold_words,
        block_words=POLICY.block_words,
        max_links=0,
    )


@pytest.fixture
async def jonas(ctx: Context, strict: Site) -> Member:
    return await builders.add(ctx, Role.MODERATOR, strict)


async def again(ctx: Context, member: Member, comment: Comment, rule: str) -> Settled:
    return await never_hold_again(ctx, member, comment.id, rule, now=NOW)


def policy(ctx: Context, site: Site) -> Policy:
    found = ctx.sites.by_id(site.id)
    assert found is not None
    return found.policy


@pytest.mark.parametrize(
    ("text", "rule", "changed"),
    [
        ("The Casino", "hold_words", {"hold_words": ("weir",)}),
        ("Cheap wristwatches", "block_words", {"block_words": ()}),
        ("See https://www.a.example/x", "links", {"known_hosts": ("a.example",)}),
    ],
)
async def test_a_moderator_mends_what_one_comment_shows_and_takes_it_back(
    ctx: Context, strict: Site, jonas: Member, text: str, rule: str, changed: dict[str, object]
) -> None:
    comment = await builders.write(ctx, text)
    assert comment.status is not Status.APPROVED
    done = await again(ctx, jonas, comment, rule)
    assert policy(ctx, strict) == replace(strict.policy, **changed)
    assert (await builders.write(ctx, f"{text} again")).status is Status.APPROVED
    assert (await again(ctx, jonas, comment, rule)).audit_id is None, "nothing is left to do"
    assert done.audit_id is not None
    await undo(ctx, jonas, done.audit_id, now=NOW)
    before = policy(ctx, strict)
    assert sorted(before.hold_words) == sorted(strict.policy.hold_words)
    assert replace(before, hold_words=strict.policy.hold_words) == strict.policy


async def test_an_author_is_trusted(ctx: Context, strict: Site, jonas: Member) -> None:
    comment = await builders.write(ctx, visitor_token=TOKEN)
    assert (await again(ctx, jonas, comment, "new_author")).audit_id is not None
    key = comment.author.key or ""
    assert await trusted_authors.among(ctx.store, strict.id, [key]) == {key}


async def test_what_the_filter_holds_is_approved(ctx: Context, strict: Site, jonas: Member) -> None:
    comment = await builders.write(ctx, "A casino")
    done = await again(ctx, jonas, comment, "learnt")
    assert (done.act, done.changed) == ("approve", (comment.id,))
    found = await comments.get(ctx.store, comment.id)
    assert found is not None
    assert found.status is Status.APPROVED


@pytest.mark.parametrize("rule", ["duplicate", "too_fast", "akismet_silent", "links"])
async def test_what_concerns_every_comment_is_for_owners(
    ctx: Context, strict: Site, jonas: Member, owner: Member, rule: str
) -> None:
    many = " ".join(f"https://a{number}.example" for number in range(4))
    comment = await builders.write(ctx, many)
    with pytest.raises(Forbidden):
        await again(ctx, jonas, comment, rule)
    await again(ctx, owner, comment, rule)
    expected = {"max_links": 4} if rule == "links" else {"quiet_rules": (rule,)}
    assert policy(ctx, strict) == replace(strict.policy, **expected)


@pytest.mark.parametrize("rule", ["hold_all", "shadow_ban", "nonsense", ""])
async def test_what_is_decided_elsewhere_is_not_touched(
    ctx: Context, strict: Site, owner: Member, rule: str
) -> None:
    comment = await builders.write(ctx)
    with pytest.raises(Conflict):
        await again(ctx, owner, comment, rule)
    assert policy(ctx, strict) == strict.policy


async def test_viewers_and_strangers_do_nothing(ctx: Context, strict: Site) -> None:
    comment = await builders.write(ctx)
    other = await builders.add_site(ctx, "other", "https://other.example.org")
    for member, refusal in (
        (await builders.add(ctx, Role.VIEWER, strict), Forbidden),
        (await builders.add(ctx, Role.OWNER, other), NotFound),
    ):
        for rule in ("hold_words", "new_author", "learnt", "duplicate", "nonsense"):
            with pytest.raises(refusal):
                await again(ctx, member, comment, rule)
