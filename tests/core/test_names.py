"""Names: what may be shown as one, and which pretend to be somebody else's."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.confusables import CONFUSABLES
from afterword.core.errors import Invalid
from afterword.core.names import clean_name, looks_like, skeleton


@pytest.mark.parametrize(
    "name",
    [
        "Mira Osei",
        "O'Neill-Smith, Jr.",
        "\u041c\u0430\u0440\u0438\u044f \u0419\u0451\u043b\u043a\u0438\u043d\u0430",  # Cyrillic
        "\u0393\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2",  # Greek
        "\u0639\u0644\u064a \u0628\u0646 \u0623\u062d\u0645\u062f",  # Arabic
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",  # Persian, with the joiner it needs
        "\u05de\u05b4\u05d9\u05db\u05b8\u05dc",  # Hebrew with vowels
        "\u738b\u5c0f\u660e",  # Chinese
        "\u845b\U000e0100\u57ce",  # Japanese, with the variant of a family
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala conjunct
        "\u0915\u094d\u0937\u093f\u0924\u093f\u091c",  # Devanagari
        "Nguy\u1ec5n Th\u1ecb \u00c1nh Tuy\u1ebft",  # Vietnamese
        "\u0e2a\u0e21\u0e28\u0e23\u0e35 \u0e17\u0e35\u0e48",  # Thai
        "\U0001f469\u200d\U0001f4bb \u2764\ufe0f",  # emoji made of several
    ],
)
def test_an_honest_name_of_any_script_is_shown_unchanged(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Mira \t\r\n Osei ", "Mira Osei"),
        ("Mira\u00a0\u2003\u2028Osei", "Mira Osei"),
        ("Mi\x00ra\x1b", "Mira"),
        ("Jose\u0301", "Jos\u00e9"),
        ("e\u200b\u0301", "\u00e9"),
        ("\u202egro.livE\u202c", "gro.livE"),
        ("\u2066Mira\u2069\u200e\u200f\u061c", "Mira"),
        ("M\u200bi\u200cr\u200da\ufeff\u2060\u00ad", "Mira"),
        ("Mira\U000e0041\ufe0f", "Mira"),
        ("Z" + "\u0335" * 20 + "a", "Z" + "\u0335" * 3 + "a"),
        ("\u0301Mira", "Mira"),
        ("\u3164Mira\u2800", "Mira"),
    ],
)
def test_what_hides_or_sprawls_is_taken_out_of_a_name(typed: str, shown: str) -> None:
    assert clean_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        (" \u200b\u2800\u3164\u0301", "missing"),
        ("a" * 61, "too_long"),
        ("Mira\ud800", "unreadable"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused_with_a_sentence(typed: str, code: str) -> None:
    with pytest.raises(Invalid, match=r"^Please ") as refusal:
        clean_name(typed)
    assert [(field.field, field.code) for field in refusal.value.fields] == [("name", code)]


def test_sixty_characters_are_a_name() -> None:
    assert clean_name("\U0001f600" * 60) == "\U0001f600" * 60


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_clean_name_is_clean(text: str) -> None:
    try:
        name = clean_name(text)
    except Invalid:
        return
    assert clean_name(name) == name == normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "reserved"),
    [
        ("\u0410dmin", "admin"),  # Cyrillic
        ("\uff21\uff44\uff4d\uff49\uff4e", "Admin"),  # fullwidth
        ("\U0001d4d0\U0001d4ed\U0001d4f6\U0001d4f2\U0001d4f7", "admin"),  # mathematical script
        ("A\u200dd\u200bm\u00adin", "admin"),
        ("aDMIN", "Admin"),
        ("Adm\u0131n", "admin"),
        ("rnira", "mira"),
        ("M1RA 0SEI", "Mira Osei"),
        ("Mlra Osel", "Mira Osei"),
        ("M\u00edra \u00d3sei", "Mira Osei"),
        ("Mira\u00a0 Osei", "Mira Osei"),
        ("\u2713 Mira.Osei", "Mira Osei"),
        ("vvilliam", "William"),
        ("\u039c\u0399RA", "Mira"),  # Greek
        ("\u054d\u0578", "Un"),  # Armenian
        ("\u041dannah", "Hannah"),
        ("M\u0438pa", "\u041c\u0438\u0440\u0430"),  # Latin in a Cyrillic name
        ("\u041d\u0418\u041d\u0410", "\u043d\u0438\u043d\u0430"),
        ("\u5f20\u4f1f", "\u5f20\u4f1f"),
    ],
)
def test_nobody_passes_for_a_reserved_name(name: str, reserved: str) -> None:
    assert looks_like(name, ["somebody", reserved])


@pytest.mark.parametrize(
    ("name", "reserved"),
    [
        ("Mia", "Mira"),
        ("Mara", "Mira"),
        ("Mira Osei", "Mira"),
        ("Rob", "Bob"),
        ("\u0645\u064a\u0631\u0627", "Mira"),
        ("\u5f20\u4e09", "\u5f20\u4f1f"),
        ("\u0930\u093e\u092e", "\u0930\u0940\u092e"),  # differ in a vowel sign only
        ("\u2713", "\u2605"),
    ],
)
def test_another_name_is_another_name(name: str, reserved: str) -> None:
    assert not looks_like(name, [reserved])


def test_everything_that_looks_like_a_letter_has_the_skeleton_of_that_letter() -> None:
    assert len(CONFUSABLES) > 600
    for copy, shape in CONFUSABLES.items():
        assert skeleton(chr(copy)) == skeleton(shape)


def test_the_skeleton_of_a_skeleton_is_itself() -> None:
    for number in (*range(0xD800), *range(0xE000, 0x20000)):
        assert skeleton(skeleton(chr(number))) == skeleton(chr(number))
