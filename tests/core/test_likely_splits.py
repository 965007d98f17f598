"""Two pages that have a title or the end of their address in common are likely one."""

from __future__ import annotations

from afterword.core.likely_splits import candidates, likely_splits
from afterword.core.model import Page


def page(number: int, path: str, title: str = "") -> Page:
    url = f"https://blog.example.org{path}"
    return Page(number, 1, url, title, closed=False, version=1, comment_count=1)


def pairs(*recent: Page, keys: dict[int, int] | None = None) -> list[tuple[int, int]]:
    counted = {each.id: 1 for each in recent} | (keys or {})
    return [(page.id, other.id) for page, other in likely_splits(recent, counted)]


def test_the_same_title_or_end_of_the_address_makes_a_pair() -> None:
    assert pairs(page(2, "/new/weir", "Weir"), page(1, "/2019/x", "WEIR ")) == [(2, 1)]
    assert pairs(page(2, "/new/weir/", "A"), page(1, "/old/weir.html", "B")) == [(2, 1)]
    assert pairs(page(2, "/new/weir", "A"), page(1, "/old/gauge", "B")) == []
    assert pairs(page(2, "/", ""), page(1, "/a/", "")) == []


def test_a_pair_is_told_once_and_the_last_change_first() -> None:
    recent = (
        page(3, "/c", "C"),
        page(2, "/new/a", "A"),
        page(1, "/old/a", "A"),
        page(9, "/x/c", "D"),
    )
    assert pairs(*recent) == [(3, 9), (2, 1)]


def test_pages_that_both_have_other_addresses_were_put_together_by_somebody() -> None:
    recent = (page(2, "/new/a"), page(1, "/old/a"))
    assert pairs(*recent, keys={1: 2, 2: 2}) == []
    assert pairs(*recent, keys={1: 2}) == [(2, 1)]


def test_what_many_pages_have_in_common_says_nothing() -> None:
    recent = [page(number, f"/{number}/index", "Blog") for number in range(1, 6)]
    assert pairs(*recent) == []
    assert candidates(recent) == []
    assert candidates(recent[:2]) == [1, 2]
