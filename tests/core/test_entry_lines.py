"""Lists are taken as people type them, and what cannot be an entry is named with its line."""

from __future__ import annotations

import pytest

from afterword.core.entry_lines import MAX_HOSTS, MAX_WORD, MAX_WORDS, hosts, words
from afterword.core.errors import Invalid


def refusal(text: str, *, of_hosts: bool = False) -> str:
    with pytest.raises(Invalid) as refused:
        (hosts if of_hosts else words)("list", text)
    assert refused.value.fields[0].field == "list"
    return refused.value.message


def test_words_are_cleaned_and_kept_once() -> None:
    text = "  casino \n\n*watches*\nCASINO\ncheap \t pills\r\nｃａｓｉｎｏ\n"
    assert words("list", text) == ("casino", "*watches*", "cheap pills")


def test_an_empty_text_is_an_empty_list() -> None:
    assert words("list", " \n ") == hosts("list", "") == ()


def test_a_line_that_is_no_word_is_named() -> None:
    said = refusal(f"good\n\n**\n{'x' * (MAX_WORD + 1)}")
    assert (
        said
        == f"Line 3: there is nothing to look for beside stars. Line 4: longer than {MAX_WORD} characters."
    )


def test_of_many_wrong_lines_some_are_named() -> None:
    assert refusal("*\n" * 9).endswith(
        "Line 3: there is nothing to look for beside stars. And 6 more lines."
    )


def test_a_list_has_an_end() -> None:
    assert len(words("list", "\n".join(map(str, range(MAX_WORDS))))) == MAX_WORDS
    assert "at most 1,000 entries; this one has 1,001" in refusal(
        "\n".join(map(str, range(MAX_WORDS + 1)))
    )
    assert "at most 200" in refusal(
        "\n".join(f"a{n}.example" for n in range(MAX_HOSTS + 1)), of_hosts=True
    )


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.org", "example.org"),
        ("  Example.ORG  ", "example.org"),
        ("https://www.example.org/a?b#c", "example.org"),
        ("http://docs.example.org:8080", "docs.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_hosts_may_be_typed_as_addresses(typed: str, host: str) -> None:
    assert hosts("list", typed) == (host,)


@pytest.mark.parametrize(
    "typed", ["example", "exa mple.org", "ftp://example.org", "*.example.org", "a@b.example"]
)
def test_what_is_no_host_is_named(typed: str) -> None:
    assert refusal(f"example.org\n{typed}", of_hosts=True).startswith("Line 2: ")
