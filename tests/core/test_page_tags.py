from __future__ import annotations

import time

import pytest

from afterword.core.page_tags import tags_of


def test_tags_are_read_with_their_attributes_and_place() -> None:
    head, body, tag, count = tags_of(
        "<!-- <script src=a></script> --><HEAD><link rel=canonical href='/a?b=1&amp;c'></HEAD>"
        '<body class="x > y"><SCRIPT ASYNC Src = "https://c.example/embed.js"></SCRIPT>'
        "<afterword-count url=/b></afterword-count><scripture src=no>"
    )
    assert (head.name, dict(head.attributes)) == ("link", {"rel": "canonical", "href": "/a?b=1&c"})
    assert (body.name, head.in_body) == ("body", False)
    assert dict(tag.attributes) == {"async": "", "src": "https://c.example/embed.js"}
    assert (tag.in_body, count.attributes["url"]) == (True, "/b")


@pytest.mark.parametrize(
    "part", ["<script ", "<!--", "<link a='", "<", "<meta a=", "<script a<!--", "&#", '<base "']
)
def test_no_page_keeps_the_reader_busy(part: str) -> None:
    begun = time.process_time()
    tags_of(part * (256 * 1024 // len(part)))
    assert time.process_time() - begun < 10
