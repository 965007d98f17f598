"""The gate: what becomes a draft, and what its author is told to do about the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.draft import RawDraft, clean, clean_body
from afterword.core.errors import Invalid
from afterword.core.model import Draft, Policy

if TYPE_CHECKING:
    from pathlib import Path

CLIENT_ID = "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506"
RAW = RawDraft(body="Well put.", client_id=CLIENT_ID, name="Mira Osei")
POLICY = Policy()


def wrong_fields(raw: RawDraft, policy: Policy = POLICY) -> dict[str, str]:
    """Code by field of the refusal; an empty one where there is none."""
    try:
        clean(raw, policy)
    except Invalid as refusal:
        return {field.field: field.code for field in refusal.fields}
    return {}


def test_every_field_arrives_clean() -> None:
    raw = RawDraft(
        body="\r\nWell\rput.\r\n",
        client_id=CLIENT_ID.upper(),
        name=" Mira  Osei ",
        email=" Mira@EXAMPLE.org ",
        website="example.org",
        visitor_token="v" * 22,
        parent_id=7,
        trap="x",
    )
    assert clean(raw, POLICY) == Draft(
        body="Well\nput.",
        name="Mira Osei",
        email="Mira@example.org",
        website="https://example.org/",
        client_id=CLIENT_ID,
        visitor_token="v" * 22,
        parent_id=7,
        honeypot=True,
    )


def test_all_wrong_fields_are_named_at_once_each_with_a_sentence() -> None:
    raw = RawDraft(
        body=" ",
        client_id="1",
        name="",
        email="mira",
        website="javascript:alert(1)",
        visitor_token="short",
        parent_id=0,
    )
    with pytest.raises(Invalid) as refusal:
        clean(raw, POLICY)
    fields = refusal.value.fields
    assert [field.field for field in fields] == [
        "body",
        "name",
        "email",
        "website",
        "client_id",
        "visitor_token",
        "parent",
    ]
    assert all(field.message[0].isupper() and field.message[-1] == "." for field in fields)


def test_a_required_field_that_is_left_out_is_missing() -> None:
    policy = Policy(name="required", email="required", website="required")
    whole = replace(RAW, email="mira@example.org", website="https://example.org/")
    assert wrong_fields(whole, policy) == {}
    for nothing in ("", "  "):
        assert wrong_fields(replace(whole, name=nothing), policy) == {"name": "missing"}
        assert wrong_fields(replace(whole, email=nothing), policy) == {"email": "missing"}
        assert wrong_fields(replace(whole, website=nothing), policy) == {"website": "missing"}


def test_an_optional_field_may_be_left_out() -> None:
    policy = Policy(name="optional", email="optional", website="optional")
    draft = clean(replace(RAW, name=" ", email="", website=" "), policy)
    assert (draft.name, draft.email, draft.website) == ("", None, None)


def test_a_hidden_field_is_ignored_whatever_is_in_it() -> None:
    policy = Policy(name="hidden", email="hidden", website="hidden")
    draft = clean(replace(RAW, name="a" * 99, email="x", website="javascript:x"), policy)
    assert (draft.name, draft.email, draft.website) == ("", None, None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd\u2028e\u2029f\u0085g", "a\nb\nc\nd\ne\nf\ng"),
        ("\n \t\n\n  a  \n\n", "  a"),
        ("    indented code\n", "    indented code"),
        ("a\tb", "a\tb"),
        ("e\u0301", "\u00e9"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_body_keeps_its_words_and_gets_plain_line_ends(typed: str, kept: str) -> None:
    assert clean_body(typed, POLICY) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        (" \n\t\u00a0", "missing"),
        ("\u200b\ufeff\u2800", "missing"),
        ("a\x00b", "unreadable"),
        ("a\x1bb", "unreadable"),
        ("a\x0bb", "unreadable"),
        ("a\x9bb", "unreadable"),
        ("a\ud800b", "unreadable"),
        ("\udc00", "unreadable"),
        ("a" * 10_001, "too_long"),
    ],
)
def test_a_body_that_cannot_be_stored_as_it_is_is_refused(typed: str, code: str) -> None:
    assert wrong_fields(replace(RAW, body=typed)) == {"body": code}


def test_the_limit_counts_characters_and_says_how_many_are_too_many() -> None:
    policy = Policy(max_length=5)
    assert clean_body("\n\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\n", policy)
    with pytest.raises(Invalid, match="at most 5 characters; please shorten it by 2"):
        clean_body("seven 7", policy)


@given(st.text())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_creating_and_editing_agree_on_every_body(text: str) -> None:
    wrong = wrong_fields(replace(RAW, body=text))
    if wrong:
        with pytest.raises(Invalid) as refusal:
            clean_body(text, POLICY)
        assert wrong == {field.field: field.code for field in refusal.value.fields}
        return
    body = clean_body(text, POLICY)
    assert clean(replace(RAW, body=text), POLICY).body == body
    assert clean_body(body, POLICY) == body == normalize("NFC", body)


@pytest.mark.parametrize(
    "address",
    [
        "mira",
        "mira@example.org\r\nBcc: all@example.org",
        "mira@example.org\n",
        "mira@example.org\u2028",
        "mira@example.org,all@example.org",
        "Mira <mira@example.org>",
        "a" * 65 + "@example.org",
        "mira@example.org\x00",
        "\ud800@example.org",
    ],
)
def test_what_is_not_exactly_one_mail_address_is_refused(address: str) -> None:
    assert wrong_fields(replace(RAW, email=address)) == {"email": "not_an_address"}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("javascript:alert(1)", "not_a_web_address"),
        ("http://u:p@example.org/", "not_a_web_address"),
        ("data:text/html,x", "not_a_web_address"),
        ("\ud800.org", "not_a_web_address"),
        ("https://example.org/" + "a" * 281, "too_long"),
    ],
)
def test_what_is_no_short_web_address_is_refused(address: str, code: str) -> None:
    assert wrong_fields(replace(RAW, website=address)) == {"website": code}


@pytest.mark.parametrize(
    "client_id", ["", "1", CLIENT_ID[:-1], f"{{{CLIENT_ID}}}", f"{CLIENT_ID}\n", "\u0661" * 36]
)
def test_a_client_id_is_a_uuid(client_id: str) -> None:
    assert wrong_fields(replace(RAW, client_id=client_id)) == {"client_id": "not_a_uuid"}


@pytest.mark.parametrize("token", ["", "a" * 21, "a" * 65, "a" * 22 + "\n", "a b" * 10])
def test_a_visitor_token_is_22_to_64_url_safe_characters(token: str) -> None:
    assert wrong_fields(replace(RAW, visitor_token=token)) == {"visitor_token": "not_a_token"}


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_a_parent_is_an_id_that_a_database_can_hold(number: int) -> None:
    assert wrong_fields(replace(RAW, parent_id=number)) == {"parent": "not_an_id"}
    assert clean(replace(RAW, parent_id=2**63 - 1), POLICY).parent_id == 2**63 - 1


def test_no_naughty_string_gets_anything_but_a_draft_or_a_refusal(corpora: Path) -> None:
    for text in json.loads((corpora / "strings" / "blns.json").read_text("utf-8")):
        raw = replace(RAW, body=text, name=text, email=text, website=text, trap=text)
        assert wrong_fields(raw).keys() <= {"body", "name", "email", "website"}
