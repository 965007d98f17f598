"""What keys and addresses become when a site moves to another host."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid
from afterword.core.host_move import parse_host_move


def test_another_host_takes_all_addresses_that_its_keys_stand_for() -> None:
    move = parse_host_move("https://www.Old.example", "https://new.example/")
    assert (move.old, move.new, move.origin) == (
        "https://www.old.example",
        "https://new.example",
        "https://new.example",
    )
    assert (move.old_key, move.new_key) == ("url:old.example", "url:new.example")
    assert set(move.old_origins) == {
        f"{scheme}://{host}"
        for scheme in ("http", "https")
        for host in ("old.example", "www.old.example")
    }


def test_a_host_becomes_a_path_of_another() -> None:
    move = parse_host_move("https://blog.example.org", "https://example.org/my%20blog//")
    assert (move.new, move.origin) == ("https://example.org/my%20blog", "https://example.org")
    assert move.new_key == "url:example.org/my%20blog"


def test_another_scheme_leaves_the_keys() -> None:
    move = parse_host_move("http://blog.example.org", "https://blog.example.org")
    assert not move.changes_keys
    assert move.old_origins == ("http://blog.example.org",)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("https://a.example", "https://a.example/", "new"),
        ("https://a.example", "https://a.example/blog", "new"),
        ("https://a.example/blog", "https://b.example", "old"),
        ("a.example", "https://b.example", "old"),
        ("https://a.example", "b.example", "new"),
        ("https://a.example", "https://b.example/?x=1", "new"),
        ("https://a.example", "https://user@b.example/", "new"),
    ],
)
def test_what_is_no_move_says_at_which_side(old: str, new: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_host_move(old, new)
    assert [each.field for each in refused.value.fields] == [field]
