"""Whether a form came from a page of our own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.requests import Request

from afterword.web.same_origin import is_same_origin

OURS = "https://comments.example.org"
SAME_ORIGIN = {
    "fetch metadata": {"sec-fetch-site": "same-origin"},
    "fetch metadata, another host name of ours": {
        "sec-fetch-site": "same-origin",
        "origin": "http://127.0.0.1:8000",
    },
    "sent again by the visitor": {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
    "origin": {"origin": OURS},
    "referer of an old browser": {"referer": f"{OURS}/dashboard/queue"},
}
OTHER = {
    "nothing said": {},
    "cross-site": {"sec-fetch-site": "cross-site"},
    "same-site": {"sec-fetch-site": "same-site"},
    "cross-site with our origin": {"sec-fetch-site": "cross-site", "origin": OURS},
    "same-site with our origin": {"sec-fetch-site": "same-site", "origin": OURS},
    "none from a script": {"sec-fetch-site": "none", "sec-fetch-mode": "cors"},
    "none with an origin": {
        "sec-fetch-site": "none",
        "sec-fetch-mode": "navigate",
        "origin": "https://evil.example",
    },
    "unknown word": {"sec-fetch-site": "same-origin-ish"},
    "empty word": {"sec-fetch-site": "", "origin": OURS},
    "origin null": {"origin": "null"},
    "origin null, our referer": {"origin": "null", "referer": f"{OURS}/"},
    "origin empty": {"origin": "", "referer": f"{OURS}/"},
    "suffix": {"origin": f"{OURS}.evil.example"},
    "http": {"origin": "http://comments.example.org"},
    "port": {"origin": f"{OURS}:8443"},
    "trailing slash": {"origin": f"{OURS}/"},
    "referer elsewhere": {"referer": "https://evil.example/?" + OURS},
    "referer with our name as user": {"referer": "https://comments.example.org@evil.example/"},
    "referer that is none": {"referer": "https://[comments"},
    "referer without host": {"referer": "about:blank"},
}


def _request(headers: dict[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    web = SimpleNamespace(settings=SimpleNamespace(public_origin=OURS))
    return Request({"type": "http", "method": "POST", "headers": raw, "state": {"web": web}})


@pytest.mark.parametrize("headers", SAME_ORIGIN.values(), ids=SAME_ORIGIN.keys())
def test_a_form_of_ours_is_taken(headers: dict[str, str]) -> None:
    assert is_same_origin(_request(headers))


@pytest.mark.parametrize("headers", OTHER.values(), ids=OTHER.keys())
def test_a_form_of_others_is_not(headers: dict[str, str]) -> None:
    assert not is_same_origin(_request(headers))
