"""Asking for a proof of work: each gets a challenge of their own that no cache keeps."""

from __future__ import annotations

from base64 import b64encode

import msgspec

from afterword.core.proof_of_work import NORMAL, Challenge, Solution, solved
from tests.support.serving import Served

URL = "/api/v1/challenge"


async def test_a_challenge_is_what_altcha_asks_for(blog: Served, page_url: str) -> None:
    answer = await blog.client.get(URL, params={"url": page_url})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    asked = answer.json()
    assert asked.keys() == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert asked["algorithm"] == "SHA-256"
    assert asked["maxnumber"] == NORMAL
    other = (await blog.client.get(URL, params={"url": page_url})).json()
    assert other["challenge"] != asked["challenge"]


async def test_its_solution_is_taken_for_that_site(blog: Served, page_url: str) -> None:
    asked = (await blog.client.get(URL, params={"url": page_url})).json()
    proof = solved(Challenge(**asked))
    found = blog.context.proofs.check(1, proof, now=blog.clock.now)
    assert isinstance(found, Solution)
    wrong = b64encode(msgspec.json.encode(asked | {"number": -1})).decode()
    assert not isinstance(blog.context.proofs.check(1, wrong, now=blog.clock.now), Solution)


async def test_a_page_of_no_site_gets_none(blog: Served, page_url: str) -> None:
    unknown = await blog.client.get(URL, params={"url": "https://elsewhere.example/"})
    assert unknown.json()["code"] == "unknown_origin"
    headers = {"origin": "https://elsewhere.example"}
    foreign = await blog.client.get(URL, params={"url": page_url}, headers=headers)
    assert foreign.status_code == 403


async def test_one_address_is_not_given_any_number(blog: Served, page_url: str) -> None:
    for _ in range(30):
        assert (await blog.client.get(URL, params={"url": page_url})).status_code == 200
    refused = await blog.client.get(URL, params={"url": page_url})
    assert refused.status_code == 429
    assert refused.json()["retry_after"] == 2
