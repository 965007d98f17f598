"""What waits in the outbox is delivered once, whatever the mail server does, and nobody else waits."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest
import pytest_asyncio

from afterword.core.backoff import TRIES
from afterword.core.errors import Unavailable
from afterword.core.mail import Mail, Paragraph
from afterword.core.telling import Message, NewMessage
from afterword.delivery.smtp import Patience
from afterword.services.context import Context
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling import deliver_outbox as module
from afterword.services.telling.deliver_outbox import Delivery
from afterword.services.telling.mails import MAILS
from afterword.services.telling.manage_mail import retry
from afterword.storage import delivery_tries, leases, outbox
from tests.support.serving import Served
from tests.support.smtp_sink import Sink, delivered, text_part

TO = "mira@example.net"
HOUR = 60 * 60


async def make(_: Context, message: Message, __: int) -> Mail | None:
    """A mail that says its number; None where nothing is to be told any more."""
    if message.data.get("over"):
        return None
    if message.data.get("mistake"):
        raise ValueError("a mistake")
    return Mail(str(message.data.get("to", TO)), "Hello", (Paragraph(f"Mail {message.once}"),))


@pytest_asyncio.fixture(autouse=True)
async def purpose(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setitem(MAILS, "test", make)
    yield


async def put(app: Served, *names: str, **more: Any) -> list[int]:
    ids = []
    async with app.context.store.write() as db:
        for name in names:
            message = NewMessage(channel="mail", purpose="test", once=name, **more)
            ids.append(await outbox.add(db, message, now=app.clock.now))
    return [each for each in ids if each is not None]


def delivery(app: Served, sink: Sink, **more: Any) -> Delivery:
    return Delivery(sink.context(app.context, **more), app.clock)


async def states(app: Served) -> list[str]:
    rows = await app.context.store.fetch_all("SELECT state FROM outbox ORDER BY id")
    return [row[0] for row in rows]


async def answers(app: Served, message_id: int) -> list[str]:
    tries = await delivery_tries.of(app.context.store, message_id, 99)
    return [each.answer for each in tries]


async def test_what_waits_is_sent_once_and_it_is_noted(app: Served, sink: Sink) -> None:
    ids = await put(app, "a", "b")
    assert await delivery(app, sink).deliver("mail") == 2
    assert await delivery(app, sink).deliver("mail") == 0
    assert [text_part(each) for each in sink.mails] == ["Mail a\n", "Mail b\n"]
    assert sink.recipients == [[TO], [TO]]
    assert await states(app) == ["sent", "sent"]
    assert await answers(app, ids[0]) == ["250 2.0.0 Taken"]


async def test_the_helper_of_tests_needs_no_settings(app: Served) -> None:
    await put(app, "a")
    (mail,) = await delivered(app)
    assert (mail["To"], text_part(mail)) == (TO, "Mail a\n")
    assert await delivered(app) == []


async def test_without_a_mail_server_mails_wait_and_are_not_tried(app: Served) -> None:
    ids = await put(app, "a")
    assert await Delivery(app.context, app.clock).deliver("mail") == 0
    assert await states(app) == ["waiting"]
    assert await answers(app, ids[0]) == []


async def test_what_is_not_to_be_told_any_more_is_dropped(app: Served, sink: Sink) -> None:
    ids = await put(app, "a", data={"over": True})
    await put(app, "b")
    await delivery(app, sink).deliver("mail")
    assert await states(app) == ["dropped", "sent"]
    assert await answers(app, ids[0]) == []


async def test_a_mistake_of_ours_holds_up_no_other_mail(
    app: Served, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    ids = await put(app, "a", data={"mistake": True})
    await put(app, "b", data={"to": "a@b.example,c@d.example"})
    await put(app, "c")
    await delivery(app, sink).deliver("mail")
    assert await states(app) == ["waiting", "failed", "sent"]
    assert await answers(app, ids[0]) == ["A mistake of ours: the log of the server has it"]
    assert "ValueError: a mistake" in caplog.text


async def test_what_fails_is_tried_less_and_less_often_for_a_day(app: Served, sink: Sink) -> None:
    (first,) = await put(app, "a")
    sink.answers["RCPT"] = "451 4.7.1 Greylisted"
    began = app.clock.now
    tried: list[float] = []
    while await states(app) == ["waiting"]:
        tried.append((app.clock.now - began) / 1000)
        assert await delivery(app, sink).deliver("mail") == 1
        assert await delivery(app, sink).deliver("mail") == 0
        (row,) = await app.context.store.fetch_all("SELECT due_at FROM outbox")
        app.clock.now = row[0]
    assert tried[:5] == [0, 30, 90, 210, 450]
    assert len(tried) == TRIES
    assert 23 * HOUR < tried[-1] < 26 * HOUR
    assert await states(app) == ["failed"]
    assert await answers(app, first) == ["451 4.7.1 Greylisted"] * TRIES
    assert sink.mails == []


@pytest.mark.parametrize("command", ["RCPT", "CONTENT"])
async def test_what_is_refused_for_good_is_given_up_at_once(
    app: Served, sink: Sink, command: str
) -> None:
    sink.answers[command] = "550 5.7.1 No"
    await put(app, "a")
    await delivery(app, sink).deliver("mail")
    assert await states(app) == ["failed"]


@pytest.mark.parametrize(
    ("answer", "has_bounced"), [("550 5.1.1 No such user", True), ("554 5.7.1 No relaying", False)]
)
async def test_a_mailbox_that_is_not_there_is_noted(
    app: Served, sink: Sink, answer: str, has_bounced: bool
) -> None:
    async with app.context.store.write() as db:
        row = await db.fetch_one(
            "INSERT INTO mailbox (key, created_at) VALUES ('k', 1) RETURNING id"
        )
    assert row is not None
    await put(app, "a", mailbox_id=row[0])
    sink.answers["RCPT"] = answer
    await delivery(app, sink).deliver("mail")
    found = await app.context.store.fetch_one("SELECT bounced_at IS NOT NULL FROM mailbox")
    assert found is not None
    assert bool(found[0]) is has_bounced


FAULTS: dict[str, dict[str, Any]] = {
    "busy greeting": {"answers": {"BANNER": "421 4.3.2 Busy"}},
    "busy": {"answers": {"MAIL": "451 4.3.0 Later"}},
    "closing": {"answers": {"RCPT": "421 4.3.2 Closing"}},
    "sender refused": {"answers": {"MAIL": "553 5.7.1 Not yours"}},
    "content later": {"answers": {"CONTENT": "452 4.3.1 No room"}},
    "hangs up at once": {"hangs_up_in": "EHLO"},
    "hangs up in DATA": {"hangs_up_in": "DATA"},
    "hangs up after DATA": {"hangs_up_in": "CONTENT"},
    "silent": {"is_silent": True},
    "slow": {"delay": 0.4},
    "endless banner": {"answers": {"BANNER": "220 " + "x" * 2**20}},
    "not SMTP": {"answers": {"BANNER": "SSH-2.0-OpenSSH_9.6"}},
}
WELL: dict[str, Any] = {"answers": {}, "hangs_up_in": "", "is_silent": False, "delay": 0.0}


@pytest.mark.parametrize("fault", FAULTS)
async def test_nothing_is_lost_or_sent_twice_whatever_the_server_did(
    app: Served, sink: Sink, fault: str
) -> None:
    ids = await put(app, "a", "b", "c")
    for name, value in FAULTS[fault].items():
        setattr(sink, name, value)
    haste = Patience(answer=0.3, mail=0.6, farewell=0.3)
    await delivery(app, sink, patience=haste).deliver("mail")
    assert await states(app) == ["waiting"] * 3
    assert [len(await answers(app, each)) for each in ids] == [1, 1, 1]
    assert sink.mails == []
    for name, value in WELL.items():
        setattr(sink, name, value)
    app.clock.advance(30)
    await delivery(app, sink).deliver("mail")
    assert await states(app) == ["sent"] * 3
    assert sorted(text_part(each) for each in sink.mails) == [f"Mail {x}\n" for x in "abc"]
    assert sink.again == []


async def test_a_mail_whose_answer_was_lost_comes_again_with_the_same_id(
    app: Served, sink: Sink
) -> None:
    await put(app, "a")
    sink.forgets_to_answer = True
    await delivery(app, sink, patience=Patience(answer=0.3)).deliver("mail")
    sink.forgets_to_answer = False
    app.clock.advance(30)
    await delivery(app, sink).deliver("mail")
    assert await states(app) == ["sent"]
    assert len(sink.mails) == 1
    assert sink.again == [sink.mails[0]["Message-ID"]]


async def test_a_server_that_is_away_is_asked_once_for_all_that_waits(
    app: Served, sink: Sink
) -> None:
    ids = await put(app, *"abcdef")
    sink.answers["BANNER"] = "554 5.3.2 Away"
    await delivery(app, sink).deliver("mail")
    assert sink.connections == 1
    assert await answers(app, ids[-1]) == ["554 5.3.2 Away"]


async def test_of_several_processes_one_delivers(app: Served, sink: Sink) -> None:
    await put(app, *(f"m{number}" for number in range(20)))
    processes = [delivery(app, sink) for _ in range(4)]
    for _ in range(3):
        await asyncio.gather(*(each.deliver("mail") for each in processes))
    assert await states(app) == ["sent"] * 20
    assert (len(sink.mails), sink.again) == (20, [])


async def test_another_process_goes_on_where_one_has_died(app: Served, sink: Sink) -> None:
    await put(app, "a")
    async with app.context.store.write() as db:
        ends_at = app.clock.now + module.LEASE
        assert await leases.take(db, "deliver:mail", "dead", ends_at=ends_at, now=app.clock.now)
    assert await delivery(app, sink).deliver("mail") == 0
    app.clock.advance(module.LEASE / 1000)
    assert await delivery(app, sink).deliver("mail") == 1
    assert len(sink.mails) == 1


async def test_what_could_not_be_noted_is_not_sent_again(
    app: Served, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(app, "a")
    note = module.note

    async def fails(*_: Any, **__: Any) -> None:
        raise Unavailable("The database cannot be written now.")

    process = delivery(app, sink)
    monkeypatch.setattr(module, "note", fails)
    with pytest.raises(Unavailable):
        await process.deliver("mail")
    monkeypatch.setattr(module, "note", note)
    await process.deliver("mail")
    assert await states(app) == ["sent"]
    assert (len(sink.mails), sink.again) == (1, [])


async def test_a_mail_under_way_comes_to_its_end_when_the_server_ends(
    app: Served, sink: Sink
) -> None:
    await put(app, "a", "b")
    sink.delay = 0.1
    task = asyncio.create_task(delivery(app, sink).deliver("mail"))
    async with asyncio.timeout(10):
        while not sink.connections:
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await states(app) == ["sent", "waiting"]
    sink.delay = 0
    await delivery(app, sink).deliver("mail")
    assert (len(sink.mails), sink.again) == (2, [])


async def test_no_address_comes_into_the_log_or_an_answer(
    app: Served, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    (first,) = await put(app, "a")
    sink.answers["RCPT"] = f"550 5.1.1 <{TO}>: Recipient unknown"
    with caplog.at_level(logging.DEBUG, "afterword"):
        await delivery(app, sink).deliver("mail")
    assert await answers(app, first) == ["550 5.1.1 <(address)>: Recipient unknown"]
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("afterword")]
    assert len(ours) == 1
    assert TO not in ours[0]


@contextmanager
def refusing() -> Iterator[int]:
    """A port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def black_hole() -> Iterator[int]:
    """A port at which connections are never taken up: its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.parametrize("nobody", [refusing, black_hole])
async def test_nothing_is_lost_or_sent_twice_where_nobody_is_there(
    app: Served, sink: Sink, nobody: Callable[[], AbstractContextManager[int]]
) -> None:
    ids = await put(app, "a", "b")
    with nobody() as port:
        haste = Patience(answer=0.3, mail=0.6, farewell=0.3)
        assert await delivery(app, sink, port=port, patience=haste).deliver("mail") == 2
    assert await states(app) == ["waiting"] * 2
    assert [len(await answers(app, each)) for each in ids] == [1, 1]
    app.clock.advance(30)
    await delivery(app, sink).deliver("mail")
    assert await states(app) == ["sent"] * 2
    assert sorted(text_part(each) for each in sink.mails) == ["Mail a\n", "Mail b\n"]
    assert (sink.again, sink.recipients) == ([], [[TO], [TO]])


async def test_what_was_refused_for_good_is_kept_and_sent_once_when_it_is_tried_by_hand(
    app: Served, sink: Sink
) -> None:
    (first,) = await put(app, "a")
    sink.answers["RCPT"] = "550 5.7.1 No"
    await delivery(app, sink).deliver("mail")
    assert (await states(app), sink.mails) == (["failed"], [])
    sink.answers.clear()
    assert await retry(app.context, COMMAND_LINE, first, now=app.clock.now) == 1
    for _ in range(2):
        await delivery(app, sink).deliver("mail")
    assert await states(app) == ["sent"]
    assert (len(sink.mails), sink.again, sink.recipients) == (1, [], [[TO]])
