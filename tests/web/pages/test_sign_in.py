"""Signing in by a pop-up: out to the provider, back to this browser alone, and a code for one page, once."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey

from afterword.core.oidc_flow import CODE_LASTS, LASTS, challenge_of
from afterword.core.sign_in_ways import ProviderDraft
from afterword.services.permission import COMMAND_LINE
from afterword.services.readers.reader_session import end_reader_session
from afterword.services.sites.manage_providers import add_provider, remove_provider
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.support.serving import Served, serving, settings_for

ORIGIN = "https://blog.example.org"
PAGE = f"{ORIGIN}/notes/weir"
VERIFIER = "a-random-text-of-the-page-that-nobody-else-has-seen"
SECRET = "a secret that is shared by two servers"


@pytest_asyncio.fixture
async def site(tmp_path: Path, ready_url: str, provider: OidcProvider) -> AsyncIterator[Served]:
    """The application with `blog` and `shop`, of which the first has the provider."""
    allowed = (urlsplit(provider.issuer).netloc,)
    settings = settings_for(tmp_path / "data", ready_url, allow_hosts=allowed)
    async with serving(settings) as served:
        blog = await served.add_site("blog", ORIGIN, hold="none")
        await served.add_site("shop", "https://shop.example.org", hold="none")
        draft = ProviderDraft("oidc", "Example", provider.issuer, CLIENT_ID, key=CLIENT_SECRET)
        await add_provider(
            served.context, COMMAND_LINE, blog.id, draft, unchecked=True, now=served.clock.now
        )
        yield served


async def begin(site: Served, **other: str) -> httpx2.Response:
    asked = {"origin": ORIGIN, "challenge": challenge_of(VERIFIER), "lang": "de", **other}
    return await site.client.get("/sign-in/1", params=asked)


def sent(begun: httpx2.Response) -> dict[str, str]:
    """What the browser brings to the provider."""
    return dict(parse_qsl(urlsplit(begun.headers["location"]).query))


async def come_back(site: Served, **answer: str) -> httpx2.Response:
    return await site.client.get(f"/sign-in/callback?{urlencode(answer)}")


async def arrive(site: Served, provider: OidcProvider) -> str:
    """The code that the page gets once somebody has said yes."""
    asked = sent(await begin(site))
    back = await come_back(site, code=provider.code_for(asked), state=asked["state"])
    assert back.status_code == 200, back.text
    return told(back)["code"]


def told(page: httpx2.Response) -> dict[str, str]:
    """What the script of the pop-up finds."""
    return dict(re.findall(r'data-(\w+)="([^"]*)"', html.unescape(page.text)))


async def redeem(site: Served, code: str, *, verifier: str = VERIFIER, origin: str = ORIGIN) -> Any:
    return await site.client.post(
        "/api/v1/sign-in", json={"code": code, "verifier": verifier}, headers={"origin": origin}
    )


async def test_a_reader_signs_in_writes_and_signs_out(site: Served, provider: OidcProvider) -> None:
    answer = await redeem(site, await arrive(site, provider))
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "Mira Osei"
    bearer = {"authorization": f"Bearer {answer.json()['reader_token']}"}
    written = await site.comment(PAGE, name="Somebody else", headers=bearer)
    author = written.json()["comment"]["author"]
    assert (author["name"], author["verified"]) == ("Mira Osei", True)
    await end_reader_session(site.context, answer.json()["reader_token"])
    assert (await site.comment(PAGE, headers=bearer)).json()["code"] == "reader_ended"


async def test_the_pop_up_keeps_its_opener_and_its_ticket_to_itself(
    site: Served, provider: OidcProvider
) -> None:
    begun = await begin(site)
    assert begun.status_code == 302
    cookie = begun.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Max-Age=600"):
        assert part in cookie
    asked = sent(begun)
    back = await come_back(site, code=provider.code_for(asked), state=asked["state"])
    for page in (begun, back):
        assert page.headers["cross-origin-opener-policy"] == "unsafe-none"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in back.headers["content-security-policy"]
    assert "Max-Age=0" in back.headers["set-cookie"]
    assert told(back)["origin"] == ORIGIN
    assert 'lang="de"' in back.text
    assert VERIFIER not in str(begun.headers)


async def test_a_code_is_good_once_for_a_minute_and_for_its_page(
    site: Served, provider: OidcProvider
) -> None:
    code = await arrive(site, provider)
    shop = "https://shop.example.org"
    for refused in (
        await redeem(site, code, verifier="another-random-text-that-is-as-long-as-the-first-one"),
        await redeem(site, code, verifier=challenge_of(VERIFIER)),
        await redeem(site, code, verifier=""),
        await redeem(site, code, origin=shop),
        await redeem(site, code[:-2]),
        await redeem(site, ""),
    ):
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_refused")
    assert (await redeem(site, code)).status_code == 200
    assert (await redeem(site, code)).status_code == 401
    late = await arrive(site, provider)
    site.clock.advance(CODE_LASTS / 1000)
    assert (await redeem(site, late)).status_code == 401


async def test_an_answer_counts_once_and_in_the_browser_that_asked(
    site: Served, provider: OidcProvider
) -> None:
    asked = sent(await begin(site))
    code = provider.code_for(asked)
    for state in ("", "another", asked["state"][:-1], asked["nonce"]):
        refused = await come_back(site, code=code, state=state)
        assert refused.status_code == 403
        assert "data-code" not in refused.text
    site.client.cookies.clear()
    assert (await come_back(site, code=code, state=asked["state"])).status_code == 403
    asked = sent(await begin(site))
    code = provider.code_for(asked)
    assert (await come_back(site, code=code, state=asked["state"])).status_code == 200
    assert (await come_back(site, code=code, state=asked["state"])).status_code == 403


async def test_an_attempt_takes_ten_minutes_at_most(site: Served, provider: OidcProvider) -> None:
    asked = sent(await begin(site))
    site.clock.advance(LASTS / 1000)
    late = await come_back(site, code=provider.code_for(asked), state=asked["state"])
    assert late.status_code == 403


async def test_a_ticket_of_another_attempt_is_not_taken(
    site: Served, provider: OidcProvider
) -> None:
    first, second = sent(await begin(site)), sent(await begin(site))
    assert first["state"] != second["state"]
    mixed = await come_back(site, code=provider.code_for(first), state=first["state"])
    assert mixed.status_code == 403
    swapped = await come_back(site, code=provider.code_for(first), state=second["state"])
    assert (swapped.status_code, told(swapped)["code"]) == (502, "")


async def test_who_refuses_is_not_signed_in_and_the_page_is_told(
    site: Served, provider: OidcProvider
) -> None:
    asked = sent(await begin(site))
    back = await come_back(site, error="access_denied", state=asked["state"])
    assert (back.status_code, told(back)) == (403, {"origin": ORIGIN, "code": ""})


@pytest.mark.parametrize("claims", [{"nonce": "another"}, {"aud": "x"}, {"exp": 1}])
async def test_what_cannot_be_believed_signs_nobody_in(
    site: Served, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    provider.claims |= claims
    asked = sent(await begin(site))
    back = await come_back(site, code=provider.code_for(asked), state=asked["state"])
    assert (back.status_code, told(back)["code"]) == (502, "")


async def test_an_answer_from_another_provider_is_not_taken(
    site: Served, provider: OidcProvider
) -> None:
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    for answer, status in (
        ({}, 403), ({"iss": "https://evil.example"}, 403), ({"iss": provider.issuer}, 200),
    ):  # fmt: skip
        asked = sent(await begin(site))
        code = provider.code_for(asked)
        back = await come_back(site, code=code, state=asked["state"], **answer)
        assert back.status_code == status


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example.org",
        "https://evil.example",
        "https://blog.example.org.evil.example",
        "https://blog.example.org/",
        "http://blog.example.org",
        "null",
        "*",
        "",
    ],
)
async def test_only_pages_of_the_site_may_ask(site: Served, origin: str) -> None:
    refused = await begin(site, origin=origin)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize("challenge", ["", "short", "é" * 43, "a" * 44, VERIFIER])
async def test_an_attempt_needs_the_hash_of_a_random_text(site: Served, challenge: str) -> None:
    assert (await begin(site, challenge=challenge)).status_code == 422


async def test_a_provider_that_is_gone_signs_nobody_in(
    site: Served, provider: OidcProvider
) -> None:
    code = await arrive(site, provider)
    asked = sent(await begin(site))
    await remove_provider(site.context, COMMAND_LINE, 1, now=site.clock.now)
    assert (await redeem(site, code)).status_code == 401
    back = await come_back(site, code=provider.code_for(asked), state=asked["state"])
    assert back.status_code == 404
    assert (await begin(site)).status_code == 404


async def test_a_provider_that_is_away_is_said_so(site: Served, provider: OidcProvider) -> None:
    provider.metadata["issuer"] = "https://evil.example"
    begun = await begin(site)
    assert begun.status_code == 502
    assert "set-cookie" not in begun.headers


async def test_somebody_is_the_same_on_another_day_and_nobody_on_another_site(
    site: Served, provider: OidcProvider
) -> None:
    async def key() -> str:
        token = (await redeem(site, await arrive(site, provider))).json()["reader_token"]
        bearer = {"authorization": f"Bearer {token}"}
        written = (await site.comment(PAGE, headers=bearer)).json()["comment"]["id"]
        elsewhere = await site.comment("https://shop.example.org/a", headers=bearer)
        assert elsewhere.json()["code"] == "reader_ended"
        row = await site.context.store.fetch_one(
            "SELECT author_key FROM comment WHERE id = :id", {"id": written}
        )
        assert row
        return str(row[0])

    first = await key()
    site.clock.advance(86_400)
    provider.clock += 86_400
    provider.user["name"] = "Mira Osei-Lund"
    assert await key() == first
    provider.user["sub"] = "user-8"
    assert await key() != first


async def test_without_guests_only_who_is_signed_in_writes(
    site: Served, provider: OidcProvider
) -> None:
    alone = await site.add_site("club", "https://club.example.org", guests=False, hold="none")
    draft = ProviderDraft("token", "Members", "club", "comments", "HS256", SECRET)
    await add_provider(site.context, COMMAND_LINE, alone.id, draft, now=site.clock.now)
    page = "https://club.example.org/a"
    refused = await site.comment(page)
    assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_needed")
    claims = {
        "iss": "club", "aud": "comments", "sub": "7", "name": "Ada", "avatar": "🦊",
        "exp": site.clock.now // 1000 + 60, "role": "Subscriber",
    }  # fmt: skip
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
    bearer = {"authorization": f"Bearer {token}"}
    written = await site.comment(page, name="", headers=bearer)
    author = written.json()["comment"]["author"]
    assert written.status_code == 201
    assert (author["name"], author["avatar"], author["role"]) == ("Ada", "🦊", "Subscriber")
    site.clock.advance(121)
    ended = await site.comment(page, headers=bearer)
    assert (ended.status_code, ended.json()["code"]) == (401, "user_ended")
    elsewhere = await site.comment(PAGE, headers=bearer)
    assert elsewhere.json()["code"] == "user_refused"
    thread = (await site.client.get("/api/v1/thread", params={"url": page})).json()
    assert thread["site"]["sign_in"] == {"guests": False, "users": True}
    shown = await site.client.get("/thread", params={"url": page})
    assert 'name="body"' not in shown.text
    assert "Please sign in" in shown.text


async def test_no_member_can_be_imitated_by_signing_in(
    site: Served, provider: OidcProvider
) -> None:
    await site.sign_in()
    await site.context.sites.refresh(site.context.store)
    provider.user["name"] = "Lea Brаndt"  # with a Cyrillic letter
    token = (await redeem(site, await arrive(site, provider))).json()["reader_token"]
    refused = await site.comment(PAGE, headers={"authorization": f"Bearer {token}"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "taken")
