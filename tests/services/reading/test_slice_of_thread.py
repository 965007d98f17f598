"""The short way to an answer from a thread that was read whole, beside the long one."""

from __future__ import annotations

import random

import msgspec
import pytest

from afterword.core.model import ORDERS, Order, Status
from afterword.core.shown import Placed, Shown
from afterword.services.present import comments_json, comments_to_send
from afterword.services.reading import slice_of_thread
from afterword.services.reading.slice_of_thread import Slice, begin

TEXTS = ['[["p","short"]]', '[["p","' + "lang " * 20 + '"]]', '[["p","„Ja“ 🎉 \\u0007"]]', "[]"]


def a_comment(chance: random.Random, id: int, parent: Shown | None, *, public: bool) -> Shown:
    return Shown(
        id=id,
        parent_id=parent and parent.id,
        root_id=parent and (parent.root_id or parent.id),
        status="approved" if public else chance.choice(["approved", "removed"]),
        name=chance.choice(["Mira Osei", 'Ж🎉"', "x"]),
        website=chance.choice([None, "https://example.org/"]),
        author_key=chance.choice([None, "0a" * 16]),
        member_id=chance.choice([None, None, 3]),
        verified=chance.randint(0, 1),
        role=chance.choice([None, "Editor"]),
        avatar=chance.choice([None, "M"]),
        tree=chance.choice(TEXTS),
        created_at=chance.randint(0, 5),
        edited_at=chance.choice([None, 9]),
        up=chance.randint(0, 2),
        down=chance.randint(0, 2),
        pinned=int(parent is None and chance.random() < 0.2),
    )


def a_thread(chance: random.Random) -> list[Shown]:
    written: list[Shown] = []
    public = chance.random() < 0.6
    for id in range(1, chance.randint(1, 12)):
        parent = chance.choice(written) if written and chance.random() < 0.5 else None
        written.append(a_comment(chance, id, parent, public=public))
    chance.shuffle(written)
    return written


def seen(part: Slice) -> object:
    return part.placed, part.next, [part.more(placed) for placed in part.placed]


def test_the_short_way_leads_to_what_the_long_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, short = random.Random(11), 0
    monkeypatch.setattr(slice_of_thread, "ROOTS_PER_SLICE", 3)
    monkeypatch.setattr(slice_of_thread, "REPLIES_PER_ROOT", 2)
    monkeypatch.setattr(slice_of_thread, "MOST_TEXT", 400)
    by_short_way = slice_of_thread.simple
    for _ in range(600):
        thread = a_thread(chance)
        order: Order = chance.choice(ORDERS)
        found = begin(thread, order)
        short += by_short_way(thread, order, most_roots=3, most_replies=2) is not None
        with monkeypatch.context() as patch:
            patch.setattr(slice_of_thread, "simple", lambda *_, **__: None)
            assert seen(found) == seen(begin(thread, order)), (thread, order)
    assert 100 < short < 500, "both are tried"


def test_what_is_sent_at_once_is_what_is_sent_one_by_one() -> None:
    chance = random.Random(12)
    for _ in range(200):
        part = begin(a_thread(chance), "oldest")
        sent = msgspec.json.encode(comments_to_send(part.placed, part.more))
        one_by_one = comments_json(part.placed, part.more)
        assert msgspec.json.decode(sent) == msgspec.to_builtins(one_by_one)


def test_each_member_is_where_it_belongs() -> None:
    comment = Shown(
        id=7, parent_id=5, root_id=4, status=Status.APPROVED, name="Mira", website="https://m.example",
        author_key="0a", member_id=3, verified=1, role="Editor", avatar="M", tree='[["p","Yes."]]',
        created_at=11, edited_at=12, up=2, down=1, pinned=1,
    )  # fmt: skip
    placed = Placed(comment, 2, 6, 0, staff_replied=True)
    [sent] = msgspec.json.decode(msgspec.json.encode(comments_to_send([placed], Slice().more)))
    assert sent.pop("author").items() >= {
        "name": "Mira", "website": "https://m.example", "staff": True, "verified": True,
        "role": "Editor", "avatar": "M",
    }.items()  # fmt: skip
    assert sent == {
        "id": 7, "parent_id": 5, "root_id": 4, "depth": 2, "status": "approved", "created_at": 11,
        "edited_at": 12, "body": [["p", "Yes."]], "up": 2, "down": 1, "reply_count": 6, "more": None,
        "pinned": True, "staff_replied": True,
    }  # fmt: skip


def test_of_what_is_removed_only_the_place_is_told() -> None:
    chance = random.Random(13)
    gone = msgspec.structs.replace(a_comment(chance, 1, None, public=True), status="removed")
    for sent in (
        msgspec.json.decode(
            msgspec.json.encode(comments_to_send([Placed(gone, 0, 1)], Slice().more))
        ),
        msgspec.to_builtins(comments_json([Placed(gone, 0, 1)], Slice().more)),
    ):
        assert (sent[0]["body"], sent[0]["author"], sent[0]["status"]) == ([], None, "removed")
