"""Which thread a page has. The cases are in page_key_vectors.json, for other languages to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.errors import Invalid, UnknownOrigin
from afterword.core.model import Policy, Site
from afterword.core.page_key import PageClaim, address_key, identify

VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("page_key_vectors.json").read_text("utf-8")
)
ALLOWED = [vector for vector in VECTORS if "keys" in vector]
REFUSED = [vector for vector in VECTORS if "refused" in vector]

quick = settings(derandomize=True, max_examples=200, deadline=None)


def promise(vector: dict[str, Any]) -> str:
    return str(vector["promise"])


def site(
    origins: tuple[str, ...] = ("https://example.org",), query_keys: tuple[str, ...] = ()
) -> Site:
    return Site(1, "Example", tuple(origins), Policy(query_keys=tuple(query_keys)), 1)


@pytest.mark.parametrize("vector", ALLOWED, ids=promise)
def test_of_a_page(vector: dict[str, Any]) -> None:
    identity = identify(PageClaim(**vector["claim"]), site(**vector.get("site", {})))
    assert identity.keys == tuple(vector["keys"])
    assert identity.url == vector.get("url", identity.url)
    assert identity.title == (vector.get("title") or None)


@pytest.mark.parametrize("vector", REFUSED, ids=promise)
def test_of_no_page(vector: dict[str, Any]) -> None:
    with pytest.raises((Invalid, UnknownOrigin)) as refusal:
        identify(PageClaim(**vector["claim"]), site(**vector.get("site", {})))
    assert refusal.value.code == vector["refused"]
    if isinstance(refusal.value, UnknownOrigin):
        assert refusal.value.origin == vector["origin"]
        assert refusal.value.command.endswith(f"--origin {vector['origin']}")
    elif isinstance(refusal.value, Invalid):
        assert [field.field for field in refusal.value.fields] == [vector["field"]]


@pytest.mark.parametrize("vector", ALLOWED, ids=promise)
def test_the_shown_address_leads_to_the_same_page(vector: dict[str, Any]) -> None:
    here = site(**vector.get("site", {}))
    identity = identify(PageClaim(**vector["claim"]), here)
    assert address_key(identity.url, here) in identity.keys
    assert identify(PageClaim(identity.url), here).url == identity.url


paths = st.text("aZ09/.?&=#%+;\\ ~_-|\"'<>\u00e9\u0301\u202e\U0001f600", max_size=40)
escapes = st.text("0123456789abcdefABCDEF", min_size=2, max_size=2).map("%{}".format)
addresses = st.lists(
    st.one_of(paths, escapes, st.just("/index.html"), st.just("p=")), max_size=8
).map(lambda parts: "https://example.org/" + "".join(parts))


@given(addresses)
@quick
def test_every_key_is_the_key_of_itself_and_of_the_shown_address(address: str) -> None:
    here = site(query_keys=("p", "q"))
    try:
        identity = identify(PageClaim(address), here)
    except Invalid:
        return
    assert address_key(identity.url, here) == identity.key
    assert address_key("https://" + identity.key.removeprefix("url:"), here) == identity.key
    assert identity.key.isascii()


@given(st.text(), st.text(), st.text(), st.text())
@quick
def test_no_text_gets_anything_but_an_identity_or_a_refusal(
    url: str, canonical: str, thread_id: str, title: str
) -> None:
    for address in (url, f"https://{url}", f"https://example.org/{url}"):
        try:
            identity = identify(PageClaim(address, canonical, thread_id, title), site())
        except (Invalid, UnknownOrigin):
            continue
        assert identity.url.startswith("https://example.org/")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf"]), max_size=20)


@given(words)
@quick
def test_a_path_has_one_key_whichever_way_it_is_composed_or_escaped(word: str) -> None:
    here = site()
    written = {normalize(form, word) for form in ("NFC", "NFD")}
    keys = {address_key(f"https://example.org/a{quote(w, safe='')}z", here) for w in written}
    assert len(keys) == 1


@given(st.permutations(["p=1", "q=2", "q=3", "x=4", "utm_id=5"]))
@quick
def test_the_order_of_the_query_makes_no_difference(pairs: list[str]) -> None:
    key = address_key(f"https://example.org/a?{'&'.join(pairs)}", site(query_keys=("p", "q")))
    assert key == "url:example.org/a?p=1&q=2&q=3"


def test_an_escaped_slash_makes_another_page() -> None:
    assert address_key("https://example.org/a%2Fb", site()) != address_key(
        "https://example.org/a/b", site()
    )


def test_a_site_that_names_no_origin_has_no_pages() -> None:
    with pytest.raises(UnknownOrigin):
        address_key("https://example.org/", site(origins=()))
