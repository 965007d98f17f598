"""Whose browser has to work before a comment is taken, and what becomes of comments that show none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from afterword.core.errors import ProofNeeded
from afterword.core.model import Act, Comment, Hold, Member, Site, Status
from afterword.core.proof_of_work import GOOD_FOR, HARDEST, NORMAL, Challenge, solved
from afterword.services.context import Context
from afterword.services.moderating.switch_surge import switch_surge
from afterword.services.sites.manage_sites import edit_site
from afterword.services.writing.prove_work import ask_for_work
from afterword.services.writing.submit_comment import Submitted
from afterword.storage import verdicts
from tests.services import builders
from tests.services.builders import NOW, POST, client_id, decide, work

REGULAR = "regular-visitor-token-0001"


async def submit(
    ctx: Context, body: str = "", *, proof: str | None = None, **more: Any
) -> Submitted:
    """What a browser sends that has not been asked yet, or what it was given."""
    return await builders.submit(ctx, body, proof=proof, **more)


async def write(ctx: Context, body: str = "", **more: Any) -> Comment:
    return (await submit(ctx, body, **more)).comment


async def _policy(ctx: Context, site: Site, **changes: Any) -> None:
    policy = replace(site.policy, **changes)
    await edit_site(ctx.store, site, name=site.name, origins=site.origins, policy=policy, now=NOW)
    await ctx.sites.refresh(ctx.store)


@pytest.fixture
async def careful(ctx: Context, site: Site, owner: Member) -> Site:
    """A site that asks at risk and holds nobody without a reason; with one known author."""
    regular = await builders.write(ctx, visitor_token=REGULAR)
    await decide(ctx, owner, Act.APPROVE, regular)
    await _policy(ctx, site, proof="risk", hold=Hold.NONE)
    return site


async def _asked(ctx: Context, body: str = "", **more: Any) -> Challenge:
    with pytest.raises(ProofNeeded) as refused:
        await submit(ctx, body, **more)
    return refused.value.challenge


async def _why(ctx: Context, comment: Comment) -> list[str]:
    found = await verdicts.of(ctx.store, [comment.id])
    return [reason.text for each in found.values() for reason in each.reasons]


async def test_somebody_known_is_not_asked_while_nothing_is_wrong(
    ctx: Context, careful: Site
) -> None:
    comment = await write(ctx, visitor_token=REGULAR)
    assert comment.status == Status.APPROVED


async def test_somebody_new_is_asked_and_published_with_the_work_done(
    ctx: Context, careful: Site
) -> None:
    sent = {"client_id": client_id(), "name": "Ana", "body": "A first word."}
    challenge = await _asked(ctx, **sent)
    assert challenge.maxnumber == NORMAL
    comment = await write(ctx, proof=solved(challenge), **sent)
    assert comment.status == Status.APPROVED
    assert await _why(ctx, comment) == []


async def test_what_is_refused_for_want_of_work_is_not_stored(ctx: Context, careful: Site) -> None:
    sent = {"client_id": client_id(), "name": "Ana", "body": "A first word."}
    await _asked(ctx, **sent)
    done = await submit(ctx, proof="", **sent)
    assert done.created


async def test_somebody_known_is_asked_where_a_rule_minds_the_comment(
    ctx: Context, careful: Site
) -> None:
    links = " ".join(f"https://{number}.example.org/" for number in range(4))
    await _asked(ctx, links, visitor_token=REGULAR)


async def test_spam_is_not_asked(ctx: Context, careful: Site) -> None:
    comment = await write(ctx, trap="filled")
    assert comment.status == Status.SPAM


async def test_where_everything_is_held_a_newcomer_is_not_asked(
    ctx: Context, careful: Site
) -> None:
    await _policy(ctx, careful, proof="risk", hold=Hold.ALL)
    assert (await write(ctx)).status == Status.PENDING


async def test_a_site_may_ask_always_or_never(ctx: Context, careful: Site) -> None:
    await _policy(ctx, careful, proof="always", hold=Hold.NONE)
    await _asked(ctx, visitor_token=REGULAR)
    await _policy(ctx, careful, proof="off", hold=Hold.NONE)
    assert (await write(ctx)).status == Status.APPROVED


async def test_who_cannot_work_waits_and_moderators_see_why(ctx: Context, careful: Site) -> None:
    comment = await write(ctx, proof="")
    assert comment.status == Status.PENDING
    assert await _why(ctx, comment) == ["No proof of work"]


async def test_a_proof_that_is_wrong_or_late_or_of_another_site_waits(
    ctx: Context, careful: Site
) -> None:
    challenge = await _asked(ctx)
    wrong = await write(ctx, proof="made up")
    assert await _why(ctx, wrong) == ["The proof of work is wrong"]
    late = await write(ctx, proof=solved(challenge), now=NOW + GOOD_FOR)
    assert await _why(ctx, late) == ["The proof of work came too late"]
    foreign = ctx.proofs.ask(careful.id + 1, NORMAL, nonce=b"12345678", number=1, now=NOW)
    other = await write(ctx, proof=solved(foreign))
    assert {wrong.status, late.status, other.status} == {Status.PENDING}


async def test_a_proof_is_good_once(ctx: Context, careful: Site) -> None:
    proof = solved(await _asked(ctx))
    first = await write(ctx, proof=proof)
    second = await write(ctx, proof=proof)
    assert (first.status, second.status) == (Status.APPROVED, Status.PENDING)
    assert await _why(ctx, second) == ["The proof of work was used before"]


async def test_of_many_at_once_one_is_published_by_a_proof(ctx: Context, careful: Site) -> None:
    proof = solved(await _asked(ctx))
    written = await asyncio.gather(*(write(ctx, proof=proof) for _ in range(5)))
    assert sorted(each.status for each in written) == [Status.APPROVED, *[Status.PENDING] * 4]


async def test_the_same_comment_sent_again_is_the_same_and_not_asked_again(
    ctx: Context, careful: Site
) -> None:
    sent = {"client_id": client_id(), "name": "Ana", "body": "A first word."}
    proof = solved(await _asked(ctx, **sent))
    first = await submit(ctx, proof=proof, **sent)
    again = await submit(ctx, proof=proof, **sent)
    without = await submit(ctx, **sent)
    assert first.comment.id == again.comment.id == without.comment.id
    assert (first.created, again.created, without.created) == (True, False, False)


async def test_in_a_surge_everybody_is_asked_for_more(
    ctx: Context, careful: Site, owner: Member
) -> None:
    easy = solved(await _asked(ctx))
    await switch_surge(ctx, owner, careful.id, on=True, now=NOW)
    assert (await _asked(ctx, visitor_token=REGULAR)).maxnumber == HARDEST
    assert (await _asked(ctx, proof=easy)).maxnumber == HARDEST
    asked = await ask_for_work(ctx, POST, None, origin=None, now=NOW)
    assert asked.maxnumber == HARDEST


async def test_in_a_surge_only_the_known_are_published(
    ctx: Context, careful: Site, owner: Member
) -> None:
    await switch_surge(ctx, owner, careful.id, on=True, now=NOW + 1)

    known = await write(ctx, proof=work(ctx, careful), visitor_token=REGULAR, now=NOW + 2)
    await _policy(ctx, careful, proof="off", hold=Hold.NONE)
    new = await write(ctx, now=NOW + 3)
    assert (known.status, new.status) == (Status.APPROVED, Status.PENDING)
    assert "somebody who is not known here" in (await _why(ctx, new))[0]
