"""What a file says of an address is led to this site."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid
from afterword.core.model import Policy, Site
from afterword.core.move_rule import parse_rule
from afterword.formats.record import PageRecord
from afterword.services.importing.clean_record import clean_page

SITE = Site(1, "blog", ("https://example.org", "https://www.example.org"), Policy(), 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/post/1", "https://example.org/post/1"), ("/blog/1", "https://example.org/articles/1")],
)
def test_a_path_alone_is_one_of_the_first_origin(url: str, expected: str) -> None:
    rules = [parse_rule("/blog/*", "/articles/*")]
    assert clean_page(PageRecord("1", url), SITE, rules).url == expected


@pytest.mark.parametrize("url", ["//other.example/1", "post/1", ""])
def test_what_is_neither_path_nor_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        clean_page(PageRecord("1", url), SITE, [])
