"""What the learning filter sees of a comment, and how much of it at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.features import EVERY, MOST, features
from afterword.core.markdown import parse

PAGE = "https://video.example.org/watch?v=7"


def seen(source: str, *, name: str = "", website: str | None = None) -> set[str]:
    return set(features(parse(source), name=name, website=website, page_url=PAGE))


def test_words_are_small_letters_with_their_pairs_beginnings_and_ends() -> None:
    assert seen("Subscribe to MY channel") >= {
        EVERY,
        "word:subscribe",
        "stem:subs",
        "pair:my channel",
        "first:subscribe",
        "begins:subscribe to",
        "last:channel",
        "ends:my channel",
        "capitals:2",
    }


def test_letters_in_other_clothes_are_the_same_letters() -> None:
    assert {"word:subscribe", "pair:subscribe now"} <= seen("Ｓｕｂｓｃｒｉｂｅ 𝐧𝐨𝐰")


def test_a_link_is_its_host_and_the_words_of_its_address() -> None:
    found = seen("Look at [this](https://www.cheap.example.com/shoes?ref=me)")
    assert {"host:cheap.example.com", "url:shoes", "links:1"} <= found
    assert "link:own" not in found


def test_an_address_that_is_no_link_counts_as_one() -> None:
    assert {"host:cheap-shoes.com", "links:1"} <= seen("go to cheap-shoes.com now")


@pytest.mark.parametrize(
    "address",
    [PAGE, f"{PAGE}&t=2m19s", f"{PAGE}#top", "http://www.video.example.org/watch?t=1&v=7"],
)
def test_a_link_to_its_own_page_is_told_from_all_others(address: str) -> None:
    found = seen(f"best part {address}")
    assert {"link:own", "links:0"} <= found
    assert not any(token.startswith("host:") for token in found)


def test_another_page_of_the_same_host_is_another_link() -> None:
    assert {"host:video.example.org", "links:1"} <= seen("https://video.example.org/watch?v=8")


def test_the_author_is_seen_by_name_and_website() -> None:
    found = seen("Hello", name="Cheap Loans", website="https://loans.example.com/")
    assert {"name:cheap", "name:loans", "website:yes", "host:loans.example.com"} <= found


def test_numbers_are_alike_and_shouting_is_seen() -> None:
    found = seen("WIN 1234567 NOW!!!!")
    assert {"word:<number>", "capitals:4", "digits:3", "shouts:3", "stretched:yes"} <= found


@given(st.text(), st.text(max_size=60))
def test_there_are_never_more_than_the_filter_can_hold(text: str, name: str) -> None:
    tree = ["", ["p", text]] if text else [["p", "x"]]
    found = features(tree, name=name, page_url=PAGE)
    assert found[0] == EVERY
    assert len(found) == len(set(found)) <= MOST
    assert max(map(len, found)) < 100
    assert "\x00" not in "".join(found)


def test_of_a_long_text_the_beginning_and_the_links_count() -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600))
    found = seen(f"{words} https://late.example.net/")
    assert len(found) == MOST
    assert {"host:late.example.net", "links:1", "first:wordaa", "word:wordab"} <= found
    assert "word:wordzz" not in found
