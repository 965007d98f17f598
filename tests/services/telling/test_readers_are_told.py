"""Whatever happens in whatever order: readers are sent what is public, what they asked for, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from afterword.core.model import Act, Hold
from afterword.services.telling import manage_subscriptions, tell_readers
from afterword.storage import subscriptions, tellings
from tests.services.telling.told_model import Telling

EXAMPLES = {"sqlite": 24, "postgres": 10}
LENGTH = 35


@pytest.fixture
def walks(engine: str, request: pytest.FixtureRequest) -> type[Telling]:
    """Walks on this engine, of which nothing has been counted yet."""

    class Walks(Telling):
        counts: ClassVar[Counter[str]] = Counter()

    if engine == "postgres":
        Walks.databases = staticmethod(request.getfixturevalue("postgres_databases"))
    return Walks


def test_nothing_leaks_whatever_happens(walks: type[Telling], engine: str) -> None:
    run_state_machine_as_test(
        walks,
        settings=settings(
            max_examples=EXAMPLES[engine],
            stateful_step_count=LENGTH,
            deadline=None,
            phases=[Phase.generate],
        ),
    )
    counted = walks.counts
    print(
        f"{engine}: {counted['steps']} steps, {counted['events']} events, {counted['looked']} mails"
        f" looked at, {counted['delivered']} delivered, leaks: 0"
    )
    assert counted["steps"] >= EXAMPLES[engine] * LENGTH // 2
    assert counted["events"] >= counted["steps"] // 5
    assert counted["looked"] >= 2 * EXAMPLES[engine]
    assert counted["delivered"] >= 2 * EXAMPLES[engine]


@contextmanager
def walked() -> Iterator[Telling]:
    """A walk by hand: Ana has confirmed, and a reply to her waits in the outbox."""
    told = Telling()
    try:
        told.begin(Hold.NONE)
        somebody(told, reader="ana", notify="thread")
        told.mails_are_delivered()
        told.somebody_confirms(0, all_of_it=True)
        somebody(told, browser=1)
        told.readers_are_sent_what_is_public_and_what_they_asked_for()
        yield told
    finally:
        told.teardown()


def somebody(told: Telling, **more: Any) -> None:
    """Writes, in an ordinary way apart from what is said."""
    usual = {"pick": 0, "path": "/one", "is_reply": False, "trap": "", "reader": ""}
    told.somebody_writes(**{**usual, "notify": None, "browser": 0, **more})


def look(told: Telling) -> None:
    told.readers_are_sent_what_is_public_and_what_they_asked_for()


def test_the_walk_by_hand_leaks_nothing_and_comes_to_mails() -> None:
    with walked() as told:
        look(told)
        told.mails_are_delivered()
        assert [message.purpose for message, _ in told.post.sent] == ["confirm", "reply"]


def held_at_sending_and_approved_again(told: Telling) -> None:
    told.a_moderator_decides(1, Act.HOLD, 1)
    told.mails_are_delivered()
    assert told.withheld
    told.a_moderator_decides(1, Act.APPROVE, 1)
    look(told)


def test_what_was_held_at_sending_is_told_once_it_is_approved_again() -> None:
    with walked() as told:
        for _ in range(2):
            held_at_sending_and_approved_again(told)
        told.mails_are_delivered()
        for act in (Act.HOLD, Act.APPROVE):
            told.a_moderator_decides(1, act, 1)
            told.mails_are_delivered()
        assert [message.purpose for message, _ in told.post.sent] == ["confirm", "reply"]


def test_a_mail_that_is_withheld_for_ever_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell_readers.outbox, "come_back", lambda *_, **__: None)
    with walked() as told, pytest.raises(AssertionError, match="withheld for ever"):
        held_at_sending_and_approved_again(told)


def test_a_mail_of_what_is_not_public_any_more_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public = tell_readers._public

    async def careless(ctx: Any, db: Any, comment_id: int) -> Any:
        comment = await tell_readers.comments.get(db, comment_id)
        assert comment is not None
        page = await tell_readers.pages.get(db, comment.page_id)
        assert page is not None
        site = ctx.sites.by_id(page.site_id)
        return await public(ctx, db, comment_id) or tell_readers._Public(comment, page, site)

    with walked() as told:
        monkeypatch.setattr(tell_readers, "_public", careless)
        look(told)
        told.a_moderator_decides(1, Act.HOLD, 1)
        with pytest.raises(AssertionError, match="not public"):
            look(told)


def test_a_mail_to_somebody_who_never_confirmed_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with walked() as told:
        for name in ("LISTENERS", "WANTED_BY"):
            text = getattr(subscriptions, name)
            careless = text.replace("s.confirmed_at IS NOT NULL AND", "")
            monkeypatch.setattr(
                subscriptions, name, careless.replace("m.confirmed_at IS NOT NULL AND", "")
            )
        somebody(told, reader="ben", notify="thread", browser=2)
        somebody(told, browser=1)
        with pytest.raises(AssertionError, match="never confirmed"):
            look(told)


def test_a_mail_after_unsubscribing_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with walked() as told:
        told.mails_are_delivered()
        somebody(told, browser=1)
        text = subscriptions.WANTED_BY.replace("AND s.ended_at IS NULL", "")
        monkeypatch.setattr(subscriptions, "WANTED_BY", text)
        look(told)
        told.somebody_unsubscribes(0, "thread")
        with pytest.raises(AssertionError, match="never confirmed, or ended"):
            look(told)


def test_a_strangers_title_in_the_mail_that_asks_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manage_subscriptions, "page_name", lambda page: page.title)
    with walked() as told:
        somebody(told, path="/two", reader="ben", notify="thread", browser=2, trap="")
        told.a_moderator_decides(2, Act.HOLD, 1)
        with pytest.raises(AssertionError, match="confirm: canary"):
            look(told)


def test_a_mail_that_is_sent_twice_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with walked() as told:
        told.mails_are_delivered()
        add = tell_readers.outbox.add

        async def careless(db: Any, message: Any, **more: Any) -> Any:
            return await add(db, replace(message, once=None), **more)

        async def forget() -> None:
            async with told.ctx.store.write() as db:
                tellings.break_off(db, told.some(1).comment.id)

        monkeypatch.setattr(tell_readers.outbox, "add", careless)
        told.run(forget())
        told.a_moderator_decides(1, Act.HOLD, 1)
        told.a_moderator_decides(1, Act.APPROVE, 1)
        with pytest.raises(AssertionError, match="told twice"):
            told.mails_are_delivered()
