"""What the filter knows is shown to its site's members, and taken or reset by its owners alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from afterword.core.classifier import ENOUGH, Seen, say
from afterword.core.errors import Forbidden, NotFound
from afterword.core.features import EVERY
from afterword.core.model import Act, Member, Role, Site
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.screening.read_filter import (
    RESET,
    export_filter,
    read_filter,
    reset_filter,
    try_filter,
)
from afterword.storage import audit
from tests.services.builders import NOW, add, decide, write

GOOD = "The weir was rebuilt in the spring of that year"
SPAM = "Subscribe to my channel https://tube.example.com/free"


async def reset(ctx: Context, member: Member, site_id: int) -> None:
    await reset_filter(ctx, member, site_id, now=NOW)


async def try_it(ctx: Context, member: Member, site_id: int) -> object:
    return await try_filter(ctx, member, site_id, SPAM)


Service = Callable[[Context, Member, int], Awaitable[object]]


async def teach(ctx: Context, owner: Member) -> None:
    for text, act in ((GOOD, Act.APPROVE), (SPAM, Act.SPAM)):
        held = [await write(ctx, f"{text} {chr(97 + n) * 3}") for n in range(ENOUGH)]
        await decide(ctx, owner, act, *held)


async def test_the_strongest_tokens_of_both_kinds_are_told_apart(
    ctx: Context, site: Site, owner: Member
) -> None:
    await teach(ctx, owner)
    known = await read_filter(ctx, owner, site.id)
    assert known.every == Seen(ENOUGH, ENOUGH)
    spam, good = ({each.token for each in found} for found in (known.spam, known.good))
    assert {"pair:my channel", "host:tube.example.com"} <= spam
    assert "pair:weir was" in good
    assert not spam & good
    assert EVERY not in spam | good
    for found in (known.spam, known.good):
        said = [say(each.token) for each in found]
        assert len(said) == len(set(said)) > 5


async def test_a_text_is_tried_and_kept_nowhere(ctx: Context, site: Site, owner: Member) -> None:
    assert await try_filter(ctx, owner, site.id, SPAM) is None
    await teach(ctx, owner)
    before = await export_filter(ctx, owner, site.id)
    bad, good = [await try_filter(ctx, owner, site.id, text) for text in (SPAM, GOOD)]
    assert bad is not None and bad.score > 5
    assert good is not None and good.score < 0
    assert await export_filter(ctx, owner, site.id) == before


async def test_a_reset_forgets_everything_and_is_written_down(
    ctx: Context, site: Site, owner: Member
) -> None:
    await teach(ctx, owner)
    older = await audit.recent(ctx.store, limit=1)
    await reset(ctx, owner, site.id)
    assert await export_filter(ctx, owner, site.id) == {}
    (entry,) = await audit.recent(ctx.store, limit=1)
    assert (entry.act, entry.site_id, entry.member_id) == (RESET, site.id, owner.id)
    assert entry.before == {"good": ENOUGH, "spam": ENOUGH}
    await undo(ctx, owner, older[0].id, now=NOW)  # what was taught before it stays forgotten
    assert await export_filter(ctx, owner, site.id) == {}
    with pytest.raises(NotFound):
        await undo(ctx, owner, entry.id, now=NOW)


@pytest.mark.parametrize(
    ("service", "least"),
    [
        (read_filter, Role.VIEWER),
        (try_it, Role.VIEWER),
        (export_filter, Role.OWNER),
        (reset, Role.OWNER),
    ],
)
async def test_each_role_may_what_it_may(
    ctx: Context, site: Site, service: Service, least: Role
) -> None:
    for role in Role:
        member = await add(ctx, role, site)
        if role.rank >= least.rank:
            await service(ctx, member, site.id)
        else:
            with pytest.raises(Forbidden):
                await service(ctx, member, site.id)
    with pytest.raises(NotFound):
        await service(ctx, Member(99, "Somebody", "x@example.org"), site.id)
    with pytest.raises(NotFound):
        await service(ctx, await add(ctx, Role.OWNER), site.id + 99)
