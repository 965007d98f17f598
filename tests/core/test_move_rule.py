"""A rule says of each address what it becomes, or nothing."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid
from afterword.core.move_rule import parse_rule

BLOG = "https://blog.example.org"


@pytest.mark.parametrize(
    ("old", "new", "url", "becomes"),
    [
        ("/blog/*", "/articles/*", f"{BLOG}/blog/a/b", f"{BLOG}/articles/a/b"),
        ("/blog/*", "/articles/*", f"{BLOG}/blog/", f"{BLOG}/articles/"),
        ("/blog/*", "/articles/*", f"{BLOG}/blog", None),
        ("/blog/*", "/articles/*", f"{BLOG}/my/blog/a", None),
        ("/blog/*", "/articles/*", "http://www.x.org:81/blog/a", "http://www.x.org:81/articles/a"),
        ("/*.html", "/*", f"{BLOG}/a.html", f"{BLOG}/a"),
        ("/*.html", "/*", f"{BLOG}/a.htm", None),
        ("/a*a", "/b*", f"{BLOG}/a", None),
        ("/about", "/who", f"{BLOG}/about", f"{BLOG}/who"),
        ("/about", "/who", f"{BLOG}/about/us", None),
        ("/?p=*", "/posts/*", f"{BLOG}/?p=7", f"{BLOG}/posts/7"),
        (f"{BLOG}/*", "https://new.example.org/*", f"{BLOG}/a", "https://new.example.org/a"),
        (f"{BLOG}/*", "/blog/*", f"{BLOG}/a", f"{BLOG}/blog/a"),
        ("/*", "https://new.example.org/*", "https://x.org/a", "https://new.example.org/a"),
        ("/über/*", "/about/*", f"{BLOG}/%C3%BCber/a", f"{BLOG}/about/a"),
        (" /a/* ", "/b/*", f"{BLOG}/a/x*y", f"{BLOG}/b/x*y"),
    ],
)
def test_what_an_address_becomes(old: str, new: str, url: str, becomes: str | None) -> None:
    assert parse_rule(old, new).applied(url) == becomes


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("blog/*", "/a/*", ["old"]),
        ("/blog/*", "a/*", ["new"]),
        ("", "", ["old", "new"]),
        ("/*/*", "/a", ["old"]),
        ("/a/*", "/a", ["new"]),
        ("/a", "/a/*", ["new"]),
        ("/a", "/a ", ["new"]),
        ("/a#b", "/b", ["old"]),
        ("/a\nb", "/b", ["old"]),
        ("/" + "a" * 2048, "/b", ["old"]),
        ("ftp://x/*", "/*", ["old"]),
    ],
)
def test_what_is_no_rule_says_which_side(old: str, new: str, wrong: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_rule(old, new)
    assert [field.field for field in refusal.value.fields] == wrong
