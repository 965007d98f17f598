"""Two pages that have a title or the end of their address in common are likely one."""

from __future__ import annotations

import time

import pytest

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


WAYS = {
    "scheme": "http://blog.example.org/notes/weir",
    "www": "https://www.blog.example.org/notes/weir",
    "slash": "https://blog.example.org/notes/weir/",
    "index": "https://blog.example.org/notes/weir/index.html",
    "tracking": "https://blog.example.org/notes/weir?utm_source=x&fbclid=y",
    "case": "https://blog.example.org/Notes/Weir",
    "mobile": "https://m.blog.example.org/notes/weir",
    "AMP folder": "https://blog.example.org/amp/notes/weir",
    "AMP at the end": "https://blog.example.org/notes/weir/amp/",
    "AMP file": "https://blog.example.org/notes/weir.amp.html",
    "AMP query": "https://blog.example.org/notes/weir?amp=1",
}


def at(number: int, url: str, title: str) -> Page:
    return Page(number, 1, url, title, closed=False, version=1, comment_count=1)


@pytest.mark.parametrize("way", WAYS)
def test_two_ways_to_write_an_address_are_one_even_where_both_have_others(way: str) -> None:
    recent = (at(2, WAYS[way], "B"), at(1, "https://blog.example.org/notes/weir", "A"))
    assert pairs(*recent, keys={1: 2, 2: 2}) == [(2, 1)]


def test_parts_of_a_page_that_its_query_tells_apart_are_not_one() -> None:
    parts = [at(n, f"https://blog.example.org/list?page={n}", "List") for n in (1, 2, 3)]
    assert pairs(*parts) == []
    assert pairs(parts[0], at(9, "https://blog.example.org/list", "List")) == []
    ids = [at(n, f"https://blog.example.org/?p={n}", "") for n in (1, 2)]
    assert pairs(*ids) == []


def test_ten_thousand_pages_are_looked_at_in_less_than_two_seconds() -> None:
    recent = [at(n, f"https://blog.example.org/2020/post-{n}", f"Title {n}") for n in range(10_000)]
    begun = time.process_time()
    assert pairs(*recent, at(10_001, "http://m.blog.example.org/2020/post-7/", "x")) == [
        (7, 10_001)
    ]
    assert time.process_time() - begun < 2
