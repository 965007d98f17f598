"""Who is known by a site's own sign-in alone has a page too: about that site, by a link that is good once."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx2
import pytest
import pytest_asyncio

from afterword.core.model import Site
from afterword.core.oidc_flow import Arrival, challenge_of
from afterword.core.sign_in_ways import ProviderDraft
from afterword.services.permission import COMMAND_LINE
from afterword.services.persons.own_page_link import LINK_LASTS
from afterword.services.sites.manage_providers import add_provider
from tests.support.dump import contents
from tests.support.own_page import OURS, signed_in
from tests.support.serving import Served
from tests.support.site_users import bearer, take_users

ORIGIN, SHOP = "https://blog.example.org", "https://shop.example.org"
PAGE = f"{ORIGIN}/notes/weir"
VERIFIER = "a-random-text-of-the-page-that-nobody-else-has-seen"


@dataclass
class Club:
    """Two sites that take tokens of the same users."""

    app: Served
    blog: Site
    shop: Site

    async def ask(self, headers: dict[str, str], url: str = PAGE) -> httpx2.Response:
        """Has a link made, as the widget does."""
        return await self.app.client.post(
            "/api/v1/readers/own-page", json={"url": url}, headers=headers
        )

    async def open(self, headers: dict[str, str], url: str = PAGE) -> str:
        """Opens the page in the client; the token of its forms."""
        link = (await self.ask(headers, url)).json()["url"]
        assert link.startswith(f"{self.app.settings.public_url}/me/open/")
        entered = await self.app.client.post(link, data={"open": "1"}, headers=OURS)
        assert (entered.status_code, entered.headers["location"]) == (303, "/me")
        found = re.search(r'name="csrf" value="([^"]+)"', await self.me())
        assert found is not None
        return found[1]

    async def me(self) -> str:
        """What the page says."""
        return (await self.app.client.get("/me")).text

    async def shown(self, url: str = PAGE) -> list[object]:
        """What everybody reads."""
        answer = await self.app.client.get("/api/v1/thread", params={"url": url})
        return [each["body"] for each in answer.json()["comments"]]


@pytest_asyncio.fixture
async def club(app: Served) -> Club:
    """Both hold nobody."""
    made = Club(
        app,
        await app.add_site("blog", ORIGIN, hold="none"),
        await app.add_site("shop", SHOP, hold="none"),
    )
    for site in (made.blog, made.shop):
        await take_users(app, site)
    await app.context.sites.refresh(app.context.store)
    return made


async def test_the_link_opens_the_page_once_and_soon(club: Club, engine: str) -> None:
    mine = bearer(club.app, club.blog)
    await club.app.comment(PAGE, body="Mine, and public", headers=mine)
    link = (await club.ask(mine)).json()["url"]
    before = await contents(club.app.context.store, engine)
    looked = await club.app.client.get(link)
    assert (looked.status_code, "Mine" in looked.text) == (200, False)
    assert looked.headers["cache-control"] == "no-store"
    assert looked.headers["referrer-policy"] == "same-origin"
    assert await contents(club.app.context.store, engine) == before
    await club.app.client.post(link, data={"open": "1"}, headers=OURS)
    assert "Mine, and public" in await club.me()
    assert (await club.app.client.post(link, data={"open": "1"}, headers=OURS)).status_code == 404
    late = (await club.ask(mine)).json()["url"]
    club.app.clock.advance(LINK_LASTS / 1000)
    assert (await club.app.client.post(late, data={"open": "1"}, headers=OURS)).status_code == 404


async def test_it_shows_all_of_theirs_on_that_site_and_nothing_else(club: Club) -> None:
    mine, others = bearer(club.app, club.blog), bearer(club.app, club.blog, "8")
    held = "Mine, see https://a.example https://b.example https://c.example"
    await club.app.comment(PAGE, body=held, headers=mine)
    await club.app.comment(PAGE, body="Of somebody else", headers=others)
    at_shop = bearer(club.app, club.shop)
    await club.app.comment(f"{SHOP}/a", body="In the shop", headers=at_shop)
    await club.open(mine)
    page = await club.me()
    assert "https://a.example" in page
    assert page.count('class="badge held"') == 1
    assert "Of somebody else" not in page
    assert "In the shop" not in page
    copied = (await club.app.client.get("/me/copy")).json()
    assert (copied["sites"], [each["text"] for each in copied["comments"]]) == (["blog"], [held])
    await club.open(at_shop, f"{SHOP}/a")
    assert "In the shop" in await club.me()


async def test_another_device_has_it_by_signing_in_there(club: Club) -> None:
    await club.app.comment(PAGE, body="From the first", headers=bearer(club.app, club.blog))
    club.app.clock.advance(7200)
    await club.open(bearer(club.app, club.blog))
    assert "From the first" in await club.me()


async def test_one_comment_is_changed_and_deleted_there(club: Club) -> None:
    mine = bearer(club.app, club.blog)
    sent = await club.app.comment(PAGE, body="The weri", headers=mine)
    path = f"/me/comments/{sent.json()['comment']['id']}"
    csrf = await club.open(mine)
    await club.app.client.post(path, data={"csrf": csrf, "body": "The weir"}, headers=OURS)
    assert await club.shown() == [[["p", "The weir"]]]
    await club.app.client.post(f"{path}/delete", data={"csrf": csrf}, headers=OURS)
    assert await club.shown() == []


async def test_everything_on_that_site_is_erased_and_the_page_is_closed(
    club: Club, engine: str
) -> None:
    mine = bearer(club.app, club.blog)
    await club.app.comment(PAGE, body="To be erased", headers=mine)
    await club.app.comment(PAGE, body="Of somebody else", headers=bearer(club.app, club.blog, "8"))
    at_shop = bearer(club.app, club.shop)
    await club.app.comment(f"{SHOP}/a", body="In the shop", headers=at_shop)
    csrf = await club.open(mine)
    done = await club.app.client.post("/me/erase", data={"csrf": csrf}, headers=OURS)
    assert "Everything is erased." in done.text
    assert await club.shown() == [[["p", "Of somebody else"]]]
    assert await club.shown(f"{SHOP}/a") == [[["p", "In the shop"]]]
    assert "To be erased" not in str(await contents(club.app.context.store, engine))
    rows = await club.app.context.store.fetch_all("SELECT token_hash FROM own_session")
    assert rows == []


async def test_comments_of_others_are_out_of_reach(club: Club) -> None:
    sent = await club.app.comment(PAGE, body="Not mine", headers=bearer(club.app, club.blog, "8"))
    path = f"/me/comments/{sent.json()['comment']['id']}"
    csrf = await club.open(bearer(club.app, club.blog))
    assert (await club.app.client.get(path)).status_code == 404
    for act in (path, f"{path}/delete"):
        sent = {"csrf": csrf, "body": "Mine now", "id": path.rpartition("/")[2]}
        assert (await club.app.client.post(act, data=sent, headers=OURS)).status_code == 404
    await club.app.client.post("/me/claim", data=sent, headers=OURS)
    await club.app.client.post("/me/wishes/1/end", data=sent, headers=OURS)
    assert await club.shown() == [[["p", "Not mine"]]]


async def test_nobody_else_gets_a_link(club: Club) -> None:
    mine = bearer(club.app, club.blog)
    for headers, url, status in (
        ({"origin": ORIGIN}, PAGE, 401),
        (mine, f"{SHOP}/a", 403),
        ({**mine, "origin": SHOP}, f"{SHOP}/a", 401),
        ({**mine, "origin": "https://evil.example"}, PAGE, 403),
        ({**mine, "authorization": "Bearer made-up"}, PAGE, 401),
    ):
        answer = await club.ask(headers, url)
        assert (answer.status_code, "/me/open/" in answer.text) == (status, False)


async def test_who_is_known_by_an_address_gets_it_by_mail_alone(mailing: Served) -> None:
    """What a page's scripts hold must not open what other sites know of the address."""
    reader = await signed_in(mailing)
    answer = await mailing.client.post(
        "/api/v1/readers/own-page", json={"url": PAGE}, headers=reader.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "own_page_by_mail")


async def test_a_reader_of_a_provider_sees_their_devices_and_signs_them_out(club: Club) -> None:
    app = club.app
    draft = ProviderDraft("oidc", "Example", "https://id.example", "afterword", key="a-secret")
    provider = await add_provider(
        app.context, COMMAND_LINE, club.blog.id, draft, unchecked=True, now=app.clock.now
    )
    code = app.context.tokens.sign_in.code(
        Arrival(
            "seed", provider.id, ORIGIN, challenge_of(VERIFIER), "key-of-mira", "Mira Osei", None,
            app.clock.now + 60_000,
        )
    )  # fmt: skip
    redeemed = await app.client.post(
        "/api/v1/sign-in", json={"code": code, "verifier": VERIFIER}, headers={"origin": ORIGIN}
    )
    mine = {"authorization": f"Bearer {redeemed.json()['reader_token']}", "origin": ORIGIN}
    await app.comment(PAGE, body="By the provider", headers=mine)
    csrf = await club.open(mine)
    page = await club.me()
    assert "By the provider" in page
    (device,) = re.findall(r'name="device" value="([^"]+)"', page)
    await app.client.post("/me/devices/end", data={"csrf": csrf, "device": device}, headers=OURS)
    assert (await app.comment(PAGE, headers=mine)).status_code == 401
    copied = (await app.client.get("/me/copy")).json()
    assert [each["name"] for each in copied["readers"]] == ["Mira Osei"]


@pytest.mark.parametrize("rule", ["optional", "required", "hidden"])
async def test_a_sites_own_user_may_give_an_address_for_mails(club: Club, rule: str) -> None:
    """It proves as little as a guest's: its owner is asked first."""
    app = club.app
    inn = await app.add_site("inn", "https://inn.example.org", hold="none", email=rule)
    await take_users(app, inn)
    await app.context.sites.refresh(app.context.store)
    sent = await app.comment(
        "https://inn.example.org/a",
        name="",
        email="mira@example.org",
        notify="replies",
        headers=bearer(app, inn),
    )
    assert sent.status_code == 201
    assert "mira@example.org" not in sent.text
    rows = await app.context.store.fetch_all(
        "SELECT m.email, s.confirmed_at FROM subscription AS s"
        " JOIN mailbox AS m ON m.id = s.mailbox_id"
    )
    assert rows == ([] if rule == "hidden" else [("mira@example.org", None)])
