"""The filter learns what people decide, exactly as long as they stand by it, and from nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from afterword.core.classifier import ENOUGH, Seen
from afterword.core.features import EVERY
from afterword.core.model import Act, Member, Site, Status
from afterword.services.audit.undo_act import UNDOABLE, undo
from afterword.services.context import Context
from afterword.services.moderating.moderate_comment import MOST, moderate
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.readers.reader import Reader
from afterword.services.running.housekeeping import tidy_up
from afterword.services.screening import learn_from_decisions
from afterword.services.screening.learn_from_decisions import FROM_AUTHOR, FROM_NETWORK
from afterword.services.sites.manage_sites import add_site, edit_site
from afterword.services.writing.report_comment import report_comment
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.storage import audit, learnt, verdicts
from tests.services.builders import DAY, NOW, ORIGIN, client_id, decide, submit, write

VISITOR = "a-visitor-token-of-one-browser"
GOOD = "The weir was rebuilt in the spring of that year"
SPAM = "Subscribe to my channel https://tube.example.com/free"


async def every(ctx: Context, site: Site) -> Seen:
    return (await learnt.seen(ctx.store, site.id, [EVERY])).get(EVERY, Seen())


async def assert_exact(ctx: Context, site: Site) -> None:
    """The counts are the sum of what the comments teach, and nothing else is counted."""
    rows = await ctx.store.fetch_all("SELECT comment_id FROM learnt_comment")
    known = await learnt.of(ctx.store, [row[0] for row in rows])
    counted: Counter[tuple[str, bool]] = Counter()
    for each in known.values():
        if each.spam is not None:
            counted.update((token, each.spam) for token in each.tokens)
    expected = {token: Seen(counted[token, False], counted[token, True]) for token, _ in counted}
    assert await learnt.everything(ctx.store, site.id) == expected


async def teach(ctx: Context, owner: Member, count: int = ENOUGH) -> None:
    """As many decisions of both kinds; what was public at once is held before, or nothing is decided."""
    for text, act in ((GOOD, Act.APPROVE), (SPAM, Act.SPAM)):
        held = [await write(ctx, f"{text} {chr(97 + n) * 3}") for n in range(count)]
        await decide(ctx, owner, Act.HOLD, *held)
        await decide(ctx, owner, act, *held)


async def test_a_site_begins_with_nothing(ctx: Context, site: Site) -> None:
    await write(ctx)
    assert await every(ctx, site) == Seen()


@pytest.mark.parametrize(
    ("act", "taught"),
    [
        (Act.APPROVE, Seen(1, 0)),
        (Act.SPAM, Seen(0, 1)),
        (Act.REMOVE, Seen()),
    ],
)
async def test_to_approve_and_to_mark_as_spam_teach_and_to_remove_does_not(
    ctx: Context, site: Site, owner: Member, act: Act, taught: Seen
) -> None:
    await decide(ctx, owner, act, await write(ctx))
    assert await every(ctx, site) == taught
    await assert_exact(ctx, site)


async def test_a_changed_decision_is_learnt_anew(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    for act, taught in (
        (Act.APPROVE, Seen(1, 0)),
        (Act.SPAM, Seen(0, 1)),
        (Act.HOLD, Seen()),
        (Act.APPROVE, Seen(1, 0)),
        (Act.REMOVE, Seen()),
    ):
        await decide(ctx, owner, act, comment)
        assert await every(ctx, site) == taught
        await assert_exact(ctx, site)


async def test_undone_decisions_are_forgotten_and_the_one_before_counts_again(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    acts = [await decide(ctx, owner, act, comment) for act in (Act.APPROVE, Act.SPAM, Act.HOLD)]
    for decision, taught in zip(reversed(acts), (Seen(0, 1), Seen(1, 0), Seen()), strict=True):
        assert decision.audit_id is not None
        await undo(ctx, owner, decision.audit_id, now=NOW)
        assert await every(ctx, site) == taught
        await assert_exact(ctx, site)
    assert await learnt.everything(ctx.store, site.id) == {}


async def test_verdicts_and_reports_teach_nothing(ctx: Context, open_site: Site) -> None:
    comment = await write(ctx)
    await write(ctx, trap="filled in")
    reader = Reader("device-" + "0" * 20, "192.0.2.1", ORIGIN)
    await report_comment(ctx, comment.id, "spam", "", reader, now=NOW)
    assert comment.status is Status.APPROVED
    assert await every(ctx, open_site) == Seen()


async def test_to_keep_what_was_reported_teaches_that_it_is_good(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    reader = Reader("device-" + "0" * 20, "192.0.2.1", ORIGIN)
    await report_comment(ctx, comment.id, "spam", "", reader, now=NOW)
    await decide(ctx, owner, Act.APPROVE, comment)
    assert await every(ctx, open_site) == Seen(1, 0)


async def test_what_members_write_teaches_nothing(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    answer = await reply_as_member(
        ctx, owner, comment.id, "Thank you.", client_id=client_id(), approve=True, now=NOW
    )
    await decide(ctx, owner, Act.SPAM, answer.comment)
    assert await every(ctx, site) == Seen(1, 0)  # the answered one was approved by it


async def test_one_author_teaches_no_more_than_a_few_comments(
    ctx: Context, site: Site, owner: Member
) -> None:
    held = [await write(ctx, visitor_token=VISITOR) for _ in range(FROM_AUTHOR + 3)]
    await decide(ctx, owner, Act.SPAM, *held[:-1])
    await decide(ctx, owner, Act.SPAM, held[-1])
    assert await every(ctx, site) == Seen(0, FROM_AUTHOR)
    await decide(ctx, owner, Act.APPROVE, held[0])
    assert await every(ctx, site) == Seen(1, FROM_AUTHOR - 1)
    await assert_exact(ctx, site)


async def test_one_network_teaches_no_more_than_a_few_comments_a_day(
    ctx: Context, site: Site, owner: Member
) -> None:
    held = [await write(ctx, address="192.0.2.7") for _ in range(FROM_NETWORK + 3)]
    held += [
        await write(ctx, address="198.51.100.7"),
        await write(ctx, address="192.0.2.7", now=NOW + DAY),
    ]
    await decide(ctx, owner, Act.SPAM, *held)
    assert await every(ctx, site) == Seen(0, FROM_NETWORK + 2)


async def test_the_oldest_decisions_of_a_kind_make_room(
    ctx: Context, site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn_from_decisions, "MOST", 3)
    kept = await write(ctx)
    await decide(ctx, owner, Act.APPROVE, kept)
    first = await decide(ctx, owner, Act.SPAM, await write(ctx, "The very first one"))
    for number in range(4):
        await decide(ctx, owner, Act.SPAM, await write(ctx), now=NOW + 1 + number)
    assert await every(ctx, site) == Seen(1, 3)
    assert "word:very" not in await learnt.everything(ctx.store, site.id)
    await assert_exact(ctx, site)
    assert first.audit_id is not None
    await undo(ctx, owner, first.audit_id, now=NOW)
    await assert_exact(ctx, site)


async def test_what_its_author_takes_back_is_forgotten(
    ctx: Context, site: Site, owner: Member
) -> None:
    sent = await submit(ctx, "A secret word: quetzal")
    await decide(ctx, owner, Act.APPROVE, sent.comment)
    await withdraw_comment(ctx, sent.comment.id, sent.author_token, origin=ORIGIN, now=NOW)
    assert await learnt.everything(ctx.store, site.id) == {}
    assert await learnt.of(ctx.store, [sent.comment.id]) == {}


async def test_what_was_removed_long_ago_is_forgotten(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, Act.SPAM, comment)
    await decide(ctx, owner, Act.REMOVE, comment)
    await tidy_up(ctx, now=NOW + UNDOABLE + DAY)
    assert await learnt.of(ctx.store, [comment.id]) == {}


async def test_sites_learn_apart(ctx: Context, site: Site, owner: Member) -> None:
    other_origin = "https://other.example.org"
    other = await add_site(ctx.store, "other", [other_origin], site.policy, NOW)
    await ctx.sites.refresh(ctx.store)
    here = await write(ctx)
    there = await write(ctx, url=f"{other_origin}/post", origin=other_origin)
    decision = await decide(ctx, owner, Act.SPAM, here, there)
    assert (await every(ctx, site), await every(ctx, other)) == (Seen(0, 1), Seen(0, 1))
    assert decision.audit_id is not None
    await undo(ctx, owner, decision.audit_id, now=NOW)
    assert (await every(ctx, site), await every(ctx, other)) == (Seen(), Seen())


async def test_two_hundred_decisions_are_one_act(ctx: Context, site: Site, owner: Member) -> None:
    held = [await write(ctx) for _ in range(MOST)]
    await moderate(ctx, owner, Act.SPAM, [each.id for each in held], now=NOW)
    assert await every(ctx, site) == Seen(0, MOST)
    assert len(await audit.recent(ctx.store, member_id=owner.id, limit=10)) == 1
    await assert_exact(ctx, site)


async def test_once_it_knows_enough_it_has_a_say_and_tells_why(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await teach(ctx, owner, ENOUGH - 1)
    assert (await write(ctx, SPAM)).status is Status.APPROVED
    await teach(ctx, owner, 1)
    caught = await write(ctx, f"{SPAM}!")
    assert caught.status is Status.SPAM
    (reason,) = (await verdicts.of(ctx.store, [caught.id]))[caught.id].reasons
    assert reason.rule == "learnt"
    assert reason.text.startswith("Reads like spam here: link to tube.example.com, “")
    assert (await write(ctx, f"{GOOD}.")).status is Status.APPROVED


async def test_an_edit_is_asked_too(ctx: Context, open_site: Site, owner: Member) -> None:
    await teach(ctx, owner)
    sent = await submit(ctx, f"{GOOD}.")
    edited = await revise_comment(
        ctx,
        sent.comment.id,
        sent.author_token,
        SPAM.split(" https", maxsplit=1)[0],
        origin=ORIGIN,
        now=NOW,
    )
    assert edited.status in (Status.PENDING, Status.SPAM)


@pytest.mark.parametrize("off", [{"learning": False}, {"quiet_rules": ("learnt",)}])
async def test_a_site_can_switch_it_off(
    ctx: Context, open_site: Site, owner: Member, off: dict[str, Any]
) -> None:
    await teach(ctx, owner)
    policy = replace(open_site.policy, **off)
    await edit_site(
        ctx.store, open_site, name="blog", origins=open_site.origins, policy=policy, now=NOW
    )
    await ctx.sites.refresh(ctx.store)
    assert (await write(ctx, SPAM)).status is Status.APPROVED
