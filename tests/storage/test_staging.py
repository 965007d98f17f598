"""A staging: whatever the order of a file, parents come first, and nothing of it is left behind."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from afterword.storage.staging import Staging, staging


def fill(
    staged: Staging, parents: dict[str, str | None], *, removed: frozenset[str] = frozenset()
) -> None:
    staged.add_page("page", "url:a", "https://a/", b"{}")
    for ref, parent in parents.items():
        status = "removed" if ref in removed else "approved"
        staged.add_comment(
            ref, "page", parent, status=status, origin_key=f"x:{ref}", author=ref, data=b"{}"
        )


def in_order(staged: Staging) -> list[tuple[str, str | None]]:
    list(staged.find_pages())
    list(staged.find_parents())
    list(staged.put_in_order())
    ((number, *_),) = staged.pages()
    found = [each for batch in staged.comments(number, 2) for each in batch]
    return [(each.origin_key, each.parent_key) for each in found]


def test_the_order_of_the_file_is_kept_where_it_can_be(tmp_path: Path) -> None:
    with staging(tmp_path) as staged:
        fill(staged, {"a": None, "b": "d", "c": "a", "d": None, "e": "b"})
        assert in_order(staged) == [
            ("x:a", None), ("x:c", "x:a"), ("x:d", None), ("x:b", "x:d"), ("x:e", "x:b"),
        ]  # fmt: skip


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with staging(tmp_path) as staged:
        fill(staged, {"a": None})
    assert list(tmp_path.iterdir()) == []


def test_removed_leaves_go_from_the_outside_in(tmp_path: Path) -> None:
    with staging(tmp_path) as staged:
        fill(staged, {"a": None, "b": "a", "c": "b", "d": "a"}, removed=frozenset("abc"))
        in_order(staged)
        assert staged.drop_leaves() == 2
        assert staged.by_status() == {"approved": 1, "removed": 1}


def test_a_long_chain_of_removed_ones_goes_in_one_pass(tmp_path: Path) -> None:
    refs = [f"r{n}" for n in range(5_000)]
    with staging(tmp_path) as staged:
        fill(staged, dict(zip(refs, [None, *refs], strict=False)), removed=frozenset(refs))
        asked: list[str] = []
        staged._db.set_trace_callback(asked.append)
        list(staged.find_pages())
        list(staged.find_parents())
        list(staged.put_in_order())
        assert staged.drop_leaves() == 5_000
        assert sum("DELETE FROM comment WHERE status" in each for each in asked) == 1


_REFS = st.sampled_from("abcdefgh")


@given(st.dictionaries(_REFS, st.none() | _REFS | st.just("elsewhere")))
def test_every_comment_comes_once_and_behind_its_parent(parents: dict[str, str | None]) -> None:
    with TemporaryDirectory() as folder, staging(Path(folder)) as staged:
        fill(staged, parents)
        found = in_order(staged)
    assert sorted(key for key, _ in found) == sorted(f"x:{ref}" for ref in parents)
    seen: set[str] = set()
    for key, parent in found:
        assert parent is None or parent in seen
        seen.add(key)
