"""The order of a thread: who stands where, what stays as a placeholder, what is folded."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.core.errors import Invalid
from afterword.core.model import Order, Status
from afterword.core.shown import Placed, Shown
from afterword.core.thread import Cursor, arrange, simple


def comment(
    id: int,
    parent: int | None = None,
    root: int | None = None,
    *,
    at: int | None = None,
    status: Status = Status.APPROVED,
    points: int = 0,
) -> Shown:
    return Shown(
        id=id,
        parent_id=parent,
        root_id=parent if root is None else root,
        status=status,
        name="Mira Osei",
        website=None,
        author_key=None,
        member_id=None,
        verified=0,
        role=None,
        avatar=None,
        tree="[]",
        created_at=id if at is None else at,
        edited_at=None,
        up=max(points, 0),
        down=max(-points, 0),
        pinned=0,
    )


REMOVED, PENDING = Status.REMOVED, Status.PENDING


def drawn(places: list[Placed]) -> list[str]:
    """The thread as an outline: a dot a level, `×` for a placeholder, `+n` for folded replies."""
    return [
        "." * place.depth
        + str(place.comment.id)
        + ("" if place.comment.is_public else "×")
        + (f"+{place.more}" if place.more else "")
        for place in places
    ]


THREAD = [comment(5), comment(1), comment(4, 2, 1), comment(2, 1), comment(3, 1), comment(6, 5)]


def test_replies_follow_what_they_answer_oldest_first() -> None:
    assert drawn(arrange(THREAD)) == ["1", ".2", "..4", ".3", "5", ".6"]


def test_top_has_the_most_points_first_then_the_newest_and_replies_stay_oldest_first() -> None:
    thread = [
        comment(1, points=2),
        comment(2, points=-1),
        comment(3),
        comment(4, points=2),
        comment(5),
        comment(6, 3, 3),
        comment(7, 3, 3, points=9),
    ]
    assert drawn(arrange(thread, "top")) == ["4", "1", "5", "3", ".6", ".7", "2"]


def test_newest_first_turns_the_top_level_and_not_the_replies() -> None:
    assert drawn(arrange(THREAD, "newest")) == ["5", ".6", "1", ".2", "..4", ".3"]


def test_at_the_same_moment_the_lower_id_is_the_older() -> None:
    same = [comment(3, at=7), comment(1, at=7), comment(2, at=7)]
    assert drawn(arrange(same)) == ["1", "2", "3"]
    assert drawn(arrange(same, "newest")) == ["3", "2", "1"]


def test_time_and_not_the_id_decides() -> None:
    assert drawn(arrange([comment(1, at=9), comment(2, at=-5)])) == ["2", "1"]


def test_a_reply_without_its_parent_hangs_under_the_root() -> None:
    assert drawn(arrange([comment(1), comment(9, 7, 1), comment(3, 1)])) == ["1", ".3", ".9"]


def test_replies_without_their_root_stand_at_depth_one_oldest_first() -> None:
    places = arrange([comment(9, 7, 1), comment(10, 9, 1), comment(8, 1)], "newest")
    assert drawn(places) == [".8", ".9", "..10"]


@pytest.mark.parametrize("status", [Status.REMOVED, Status.PENDING, Status.SPAM])
def test_what_is_not_visible_stays_only_above_something_visible(status: Status) -> None:
    gone = [
        comment(1, status=status),
        comment(2, 1, status=status),
        comment(3, 2, 1),
        comment(4, 3, 1, status=status),
        comment(5, status=status),
        comment(6, 5, status=status),
    ]
    assert drawn(arrange(gone)) == ["1×", ".2×", "..3"]


def test_a_removed_root_stays_above_replies_that_the_slice_left_out() -> None:
    assert drawn(arrange([comment(1, status=REMOVED)], totals={1: 4})) == ["1×+4"]
    assert drawn(arrange([comment(1, status=REMOVED)], totals={})) == []


def test_direct_visible_replies_are_counted() -> None:
    thread = [
        comment(1),
        comment(2, 1),
        comment(3, 1),
        comment(4, 2, 1),
        comment(5, 1, status=REMOVED),
    ]
    assert {each.comment.id: each.reply_count for each in arrange(thread)} == {
        1: 2,
        2: 1,
        3: 0,
        4: 0,
    }


def test_what_the_slice_lacks_of_a_root_is_said() -> None:
    thread = [
        comment(1),
        comment(2, 1),
        comment(4, 2, 1),
        comment(3),
        comment(9, 3, status=REMOVED),
    ]
    assert drawn(arrange(thread, totals={1: 25, 3: 1})) == ["1+23", ".2", "..4", "3+1"]
    assert drawn(arrange(thread, totals={1: 2})) == ["1", ".2", "..4", "3"]


def test_a_chain_of_ten_thousand_is_arranged() -> None:
    chain = [comment(1), *(comment(id, id - 1, 1) for id in range(2, 10_001))]
    places = arrange(chain[::-1])
    assert [place.comment.id for place in places] == list(range(1, 10_001))
    assert places[-1].depth == 9_999
    removed = [comment(1), *(comment(id, id - 1, 1, status=REMOVED) for id in range(2, 10_001))]
    assert drawn(arrange(removed)) == ["1"]


@pytest.mark.parametrize(
    "thread",
    [
        [comment(1, 1, 1)],
        [comment(1, 2, 1), comment(2, 1, 1)],
        [comment(1, 3, 3), comment(2, 1, 3), comment(3, 2, 3), comment(4, 1, 3)],
        [comment(1), comment(2, 3, 1), comment(3, 2, 1)],
    ],
)
def test_a_cycle_is_shown_and_does_not_hang(thread: list[Shown]) -> None:
    assert {place.comment.id for place in arrange(thread)} == {each.id for each in thread}


@st.composite
def threads(draw: st.DrawFn) -> list[Shown]:
    """Some comments of a thread as it could be stored, in any order."""
    stored: list[Shown] = []
    for id in range(1, draw(st.integers(1, 12))):
        parent = draw(st.none() | st.sampled_from(stored)) if stored else None
        above = None if parent is None else parent.id
        root = None if parent is None else parent.root_id or parent.id
        status, at = draw(st.sampled_from(Status)), draw(st.integers(0, 5))
        points = draw(st.integers(-1, 1))
        stored.append(comment(id, above, root, at=at, status=status, points=points))
    return draw(st.permutations(stored))[draw(st.integers(0, 3)) :]


orders = st.sampled_from(["oldest", "newest", "top"])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(threads(), orders)
def test_each_comes_once_after_its_parent_and_one_deeper(thread: list[Shown], order: Order) -> None:
    places = arrange(thread, order)
    place_of = {place.comment.id: index for index, place in enumerate(places)}
    assert len(place_of) == len(places)
    assert {each.id for each in thread if each.is_public} <= set(place_of)
    for index, place in enumerate(places):
        above = place.comment.parent_id
        if above not in place_of:
            above = place.comment.root_id
        if above in place_of:
            assert place_of[above] < index
            assert place.depth == places[place_of[above]].depth + 1
        else:
            assert place.depth == (0 if place.comment.root_id is None else 1)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(threads())
def test_a_placeholder_always_has_something_visible_below(thread: list[Shown]) -> None:
    places = arrange(thread)
    for index, place in enumerate(places):
        if not place.comment.is_public:
            below = places[index + 1 : index + 2]
            assert below and below[0].depth == place.depth + 1


@settings(derandomize=True, max_examples=100, deadline=None)
@given(threads(), orders)
def test_the_order_of_arrival_makes_no_difference(thread: list[Shown], order: Order) -> None:
    assert drawn(arrange(thread, order)) == drawn(arrange(thread[::-1], order))


ids = st.integers(1, 6)
nonsense = st.lists(st.builds(comment, ids, st.none() | ids, ids), unique_by=lambda each: each.id)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(nonsense, orders)
def test_whatever_hangs_under_whatever_each_comes_once(thread: list[Shown], order: Order) -> None:
    placed = [place.comment.id for place in arrange(thread, order)]
    assert sorted(placed) == sorted(each.id for each in thread)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(threads() | nonsense, orders)
def test_the_short_way_leads_to_the_same_as_the_long_one(thread: list[Shown], order: Order) -> None:
    public = [replace(each, status="approved", member_id=each.id % 3 or None) for each in thread]
    pinned = [replace(each, pinned=int(each.id % 4 == 0)) for each in public]
    # Totals of something that is not there change nothing but the way.
    assert arrange(pinned, order) == arrange(pinned, order, {0: 0})
    assert arrange(thread, order) == arrange(thread, order, {0: 0})
    assert simple(pinned, order) in (None, arrange(pinned, order, {0: 0}))


def test_the_short_way_is_only_for_what_is_whole() -> None:
    assert simple(THREAD, "oldest") == arrange(THREAD)
    assert simple([comment(1), comment(2, status=REMOVED)], "oldest") is None
    assert simple([comment(1), comment(3, 2, 1)], "oldest") is None
    assert simple(THREAD, "oldest", most_roots=2, most_replies=3) is not None
    assert simple(THREAD, "oldest", most_roots=1, most_replies=3) is None
    assert simple(THREAD, "oldest", most_roots=2, most_replies=2) is None


numbers = st.integers(1, 2**63 - 1)
moments = st.integers(-(2**63), 2**63 - 1)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(moments, numbers, st.none() | numbers, st.none() | moments)
def test_a_cursor_comes_back_from_its_text(
    at: int, id: int, root: int | None, points: int | None
) -> None:
    cursor = Cursor(at, id, root) if points is None else Cursor(at, id, points=points)
    text = cursor.encode()
    assert Cursor.decode(text) == cursor
    assert text.replace("-", "").replace("_", "").isalnum()
    assert Cursor.decode(text).position == (at, id)


ROOT_AND_POINTS = urlsafe_b64encode(struct.pack(">4q", 1, 1, 5, 7)).decode().rstrip("=")
GOOD = Cursor(1_800_000_000_000, 12).encode()


@pytest.mark.parametrize(
    "text",
    ["", "a", "=", GOOD + "=", GOOD + "A", GOOD[:-1], GOOD[:-1] + "B", " " + GOOD, GOOD + "\n",
     "é" * 22, GOOD * 3, "A" * 100_000, Cursor(1, 0).encode(), Cursor(1, -1).encode(),
     Cursor(1, 1, -1).encode(), Cursor(1, 1, 0).encode(), ROOT_AND_POINTS, "12", "null"],
)  # fmt: skip
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Cursor.decode(text)
    assert [wrong.field for wrong in refusal.value.fields] == ["after"]
