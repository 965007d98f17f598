"""Authors change and take back what is theirs, while the window is open, through the same gate."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid, NotFound, Refused, SignInNeeded, UnknownOrigin
from afterword.core.model import Act, Comment, Member, Site, Status
from afterword.services.context import Context
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.services.writing.submit_comment import Submitted
from afterword.storage import comments, contacts, edits, verdicts
from tests.services.builders import MINUTE, NOW, ORIGIN, bodies, decide, read, submit, write

LATER = NOW + 5 * MINUTE


async def revise(ctx: Context, mine: Submitted, body: str, **more: str | int) -> Comment:
    given = {"origin": ORIGIN, "now": LATER} | more
    return await revise_comment(ctx, mine.comment.id, mine.author_token, body, **given)


async def withdraw(ctx: Context, mine: Submitted, now: int = LATER) -> Comment:
    return await withdraw_comment(ctx, mine.comment.id, mine.author_token, origin=ORIGIN, now=now)


async def test_an_edit_is_seen_and_the_earlier_text_kept(ctx: Context, open_site: Site) -> None:
    mine = await submit(ctx, "The weri")
    revised = await revise(ctx, mine, "The weir")
    assert (revised.source, revised.edited_at) == ("The weir", LATER)
    assert bodies(await read(ctx)) == ["The weir"]
    (edit,) = await edits.of(ctx.store, mine.comment.id)
    assert (edit.source, edit.edited_at, edit.by_member) == ("The weri", LATER, None)


async def test_the_same_text_again_is_no_edit(ctx: Context, open_site: Site) -> None:
    mine = await submit(ctx, "The weir")
    assert (await revise(ctx, mine, "\nThe weir \n")).edited_at is None
    assert await edits.of(ctx.store, mine.comment.id) == []


@pytest.mark.parametrize("body", [" ", "x" * 10_001, "a\x00b", "[hidden]: https://example.org"])
async def test_an_edit_passes_the_gate_of_a_new_comment(
    ctx: Context, open_site: Site, body: str
) -> None:
    mine = await submit(ctx, "The weir")
    with pytest.raises(Invalid) as refused:
        await revise(ctx, mine, body)
    assert [field.field for field in refused.value.fields] == ["body"]
    assert bodies(await read(ctx)) == ["The weir"]


async def test_a_link_that_slips_in_by_an_edit_is_held(ctx: Context, open_site: Site) -> None:
    mine = await submit(ctx, "The weir")
    revised = await revise(ctx, mine, "The weir, see https://pills.example")
    assert revised.status == Status.PENDING
    assert (await read(ctx)).count == 0
    reasons = (await verdicts.of(ctx.store, [mine.comment.id]))[mine.comment.id].reasons
    assert [reason.rule for reason in reasons] == ["added_links"]


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM])
async def test_no_edit_wins_an_approval(
    ctx: Context, open_site: Site, owner: Member, act: Act
) -> None:
    mine = await submit(ctx, "The weir")
    await decide(ctx, owner, act, mine.comment)
    revised = await revise(ctx, mine, "The dear old weir")
    assert revised.status == (Status.PENDING if act == Act.HOLD else Status.SPAM)


async def test_what_a_moderator_removed_cannot_be_edited(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    mine = await submit(ctx, "The weir")
    await decide(ctx, owner, Act.REMOVE, mine.comment)
    with pytest.raises(NotFound):
        await revise(ctx, mine, "Back again")


async def test_the_token_ends_with_the_window(ctx: Context, open_site: Site) -> None:
    mine = await submit(ctx, "The weir")
    end = NOW + 15 * MINUTE
    await revise(ctx, mine, "The old weir", now=end - 1)
    for late in (end, end + 365 * 24 * 60 * MINUTE):
        with pytest.raises(SignInNeeded) as refused:
            await revise(ctx, mine, "Too late", now=late)
        assert refused.value.code == "token_ended"
        with pytest.raises(SignInNeeded):
            await withdraw(ctx, mine, now=late)


async def test_a_token_is_good_for_its_own_comment_alone(ctx: Context, open_site: Site) -> None:
    mine, other = await submit(ctx, "Mine"), await submit(ctx, "Other")
    for token in (mine.author_token, "", "x.y", mine.author_token[:-2]):
        with pytest.raises(SignInNeeded):
            await revise_comment(ctx, other.comment.id, token, "Mine now", origin=None, now=NOW)
        with pytest.raises(SignInNeeded):
            await withdraw_comment(ctx, other.comment.id, token, origin=None, now=NOW)
    assert sorted(bodies(await read(ctx))) == ["Mine", "Other"]


async def test_another_website_changes_nothing(ctx: Context, open_site: Site) -> None:
    mine = await submit(ctx, "The weir")
    with pytest.raises(UnknownOrigin):
        await revise(ctx, mine, "The weri", origin="https://evil.example")
    assert bodies(await read(ctx)) == ["The weir"]


async def test_what_is_taken_back_is_scrubbed_at_once(ctx: Context, open_site: Site) -> None:
    mine = await submit(
        ctx, "Regretted", name="Noa", email="noa@example.org", website="https://noa.example"
    )
    await revise(ctx, mine, "Much regretted https://noa.example")
    withdrawn = await withdraw(ctx, mine)
    assert withdrawn.status == Status.REMOVED
    stored = await comments.get(ctx.store, mine.comment.id)
    assert stored is not None
    assert (stored.author.name, stored.author.website, stored.author.key) == ("", None, None)
    assert (stored.source, stored.tree) == ("", [])
    assert stored.origin_key == mine.comment.origin_key
    assert await contacts.of(ctx.store, stored.id) is None
    assert await edits.of(ctx.store, stored.id) == []
    assert await verdicts.of(ctx.store, [stored.id]) == {}
    assert (await read(ctx)).comments == []
    assert await withdraw(ctx, mine) == withdrawn


async def test_an_answered_comment_leaves_an_empty_place(ctx: Context, open_site: Site) -> None:
    mine = await submit(ctx, "Regretted")
    await write(ctx, "An answer", parent_id=mine.comment.id)
    await withdraw(ctx, mine)
    thread = await read(ctx)
    assert (bodies(thread), thread.count) == (["-", "An answer"], 1)
    assert thread.comments[0].author is None
    with pytest.raises(Refused):
        await revise(ctx, mine, "Back again")
