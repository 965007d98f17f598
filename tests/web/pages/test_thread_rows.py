from __future__ import annotations

from afterword.core import wire
from afterword.core.languages import Speech
from afterword.web.pages.thread_rows import DEEPEST, Row, rows

ENGLISH = Speech("en", {})


def comment(number: int, depth: int, parent: int | None) -> wire.Comment:
    author = wire.Author(name=f"Author {number}", website=None, staff=False, hue=0)
    return wire.Comment(
        id=number,
        parent_id=parent,
        root_id=None,
        depth=depth,
        status="approved",
        author=author,
        created_at=0,
        edited_at=None,
        body=[],
    )


def outline(found: list[Row]) -> str:
    """`1 2> 3< `: a list opens before 2, and one closes before 3."""
    return " ".join(
        f"{row.comment.id}{'>' if row.opens else ''}{'<' * row.closes}" for row in found
    )


def test_lists_open_and_close_as_depth_says() -> None:
    thread = [comment(1, 0, None), comment(2, 1, 1), comment(3, 2, 2), comment(4, 1, 1)]
    thread += [comment(5, 0, None)]
    assert outline(rows(thread, ENGLISH)) == "1 2> 3> 4< 5<"


def test_replies_deeper_than_the_lists_say_whom_they_answer() -> None:
    chain = [comment(1, 0, None)] + [comment(n, n - 1, n - 1) for n in range(2, 3_000)]
    found = rows(chain, ENGLISH)
    assert max(row.level for row in found) == DEEPEST
    assert found[DEEPEST].answers is None
    assert found[DEEPEST + 1].answers == f"Author {DEEPEST + 1}"


def test_a_slice_that_begins_inside_a_thread_stays_in_shape() -> None:
    found = rows([comment(7, 3, 6), comment(8, 5, 9), comment(9, 1, 2)], ENGLISH)
    assert [row.level for row in found] == [0, 1, 1]
