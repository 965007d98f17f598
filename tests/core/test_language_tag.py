from __future__ import annotations

import pytest

from afterword.core.language_tag import LONGEST, nearest

THERE = ["en", "de", "fr", "he", "nb", "pt", "pt-BR", "zh-Hans", "zh-Hant"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("de-CH-1996", "de"),
        ("de-x-plain", "de"),
        ("fr_CA", "fr"),
        ("en-GB", "en"),
        ("pt-br", "pt-BR"),
        ("pt-PT", "pt"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("iw", "he"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-hans-sg", "zh-Hans"),
    ],
)
def test_the_nearest_language_is_found(wanted: str, found: str) -> None:
    assert nearest(wanted, THERE) == found


@pytest.mark.parametrize(
    "wanted",
    ["", "eo", "d", "deutsch", "german!", "de--", "-de", "*", "d\u0435", "de\n", "de-" * 20],
)
def test_what_is_not_there_or_no_tag_finds_nothing(wanted: str) -> None:
    assert nearest(wanted, THERE) is None


def test_a_tag_has_its_length() -> None:
    tag = "de-" + "-".join(["abcdefg"] * 4)
    assert len(tag) <= LONGEST
    assert nearest(tag, THERE) == "de"
    assert nearest(f"{tag}-abcdefg", THERE) is None
