"""A person's own page: it opens by the mailed link alone, and does what it says to nobody else's things."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from afterword.storage import outbox
from afterword.web.routes import all_routes
from tests.support.dump import contents
from tests.support.own_page import (
    EMAIL,
    ORIGIN,
    OURS,
    PAGE,
    mailed_link,
    open_page,
    signed_in,
)
from tests.support.serving import Served
from tests.support.site_users import bearer, take_users

OUTSIDE = {"ask_for_own_page", "open_own_page", "leave_own_page"}


def forms() -> list[Route]:
    """Every form of the page."""
    return [
        route
        for route in all_routes(demo=False)
        if route.path.startswith("/me") and "POST" in (route.methods or ())
    ]


async def me(app: Served, **query: str) -> str:
    return (await app.client.get("/me", params=query)).text


async def test_the_link_opens_the_page_once_and_looking_at_it_uses_nothing_up(
    mailing: Served, engine: str
) -> None:
    link = await mailed_link(mailing)
    before = await contents(mailing.context.store, engine)
    for _ in range(3):
        looked = await mailing.client.get(link)
        assert looked.status_code == 200
        assert EMAIL not in looked.text
        await mailing.client.head(link)
    assert await contents(mailing.context.store, engine) == before
    assert "Open my page" in looked.text
    entered = await mailing.client.post(link, data={"open": "1"}, headers=OURS)
    assert (entered.status_code, entered.headers["location"]) == (303, "/me")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert EMAIL in await me(mailing)
    assert (await mailing.client.post(link, data={"open": "1"}, headers=OURS)).status_code == 404


async def test_a_link_ends_after_a_quarter_of_an_hour(mailing: Served) -> None:
    link = await mailed_link(mailing)
    mailing.clock.advance(15 * 60)
    assert (await mailing.client.get(link)).status_code == 404
    assert (await mailing.client.post(link, data={"open": "1"}, headers=OURS)).status_code == 404
    assert (await mailing.client.get("/me/open/made-up")).status_code == 404


async def test_the_page_closes_by_itself_and_by_its_button(mailing: Served) -> None:
    csrf = await open_page(mailing)
    cookies = dict(mailing.client.cookies)
    left = await mailing.client.post("/me/leave", data={"csrf": csrf}, headers=OURS)
    assert left.status_code == 303
    assert EMAIL not in await me(mailing)
    mailing.client.cookies.update(cookies)
    assert EMAIL not in await me(mailing)
    await open_page(mailing)
    mailing.clock.advance(12 * 3600)
    assert EMAIL not in await me(mailing)


async def test_a_readers_token_and_a_members_cookie_open_no_page(mailing: Served) -> None:
    reader = await signed_in(mailing)
    mailing.client.cookies.set("afterword_me", reader.token)
    assert EMAIL not in await me(mailing)
    mailing.client.cookies.clear()
    await mailing.sign_in()
    (member,) = mailing.client.cookies.values()
    mailing.client.cookies.set("afterword_me", member)
    assert 'name="email"' in await me(mailing)


async def test_asking_for_the_link_tells_nothing_of_the_address(mailing: Served) -> None:
    answers = [
        await mailing.client.post("/me", data={"email": email}, headers=OURS)
        for email in (EMAIL, EMAIL, "nobody@example.org")
    ]
    assert {(each.status_code, each.text) for each in answers} == {(200, answers[0].text)}
    wrong = await mailing.client.post("/me", data={"email": "no address"}, headers=OURS)
    assert wrong.status_code == 422
    assert "Please check the address" in wrong.text


async def test_it_shows_what_they_wrote_held_too_and_nothing_of_others(mailing: Served) -> None:
    reader = await signed_in(mailing)
    await mailing.comment(PAGE, body="Mine, and public", headers=reader.headers)
    held = "Mine, see https://a.example https://b.example https://c.example"
    await mailing.comment(PAGE, body=held, headers=reader.headers)
    await mailing.comment(PAGE, body="Not mine", email="max@example.org")
    await open_page(mailing)
    page = await me(mailing)
    assert "Mine, and public" in page
    assert "https://a.example" in page
    assert page.count('class="badge held"') == 1
    assert "Not mine" not in page


async def test_older_comments_come_on_further_pages(mailing: Served) -> None:
    reader = await signed_in(mailing)
    for number in range(25):
        mailing.clock.advance(60)
        await mailing.comment(PAGE, body=f"Number {number}.", headers=reader.headers)
    await open_page(mailing)
    first = await me(mailing)
    assert first.count("Number ") == 20
    found = re.search(r"before=(\d+)", first)
    assert found is not None
    second = await me(mailing, before=found[1])
    assert second.count("Number ") == 5


async def test_what_bears_their_address_is_theirs_only_once_they_say_so(mailing: Served) -> None:
    theirs = (await mailing.comment(PAGE, body="Written before", email=EMAIL)).json()
    forged = (await mailing.comment(PAGE, body="Forged", email=EMAIL.upper())).json()
    other = (await mailing.comment(PAGE, body="Not typed", email="max@example.org")).json()
    csrf = await open_page(mailing)
    page = await me(mailing)
    assert page.index("Written with your address") < page.index("Forged")
    ids = [each["comment"]["id"] for each in (theirs, other)]
    sent = {"csrf": csrf, "id": [str(each) for each in ids]}
    await mailing.client.post("/me/claim", data=sent, headers=OURS)
    thread = (await mailing.client.get("/api/v1/thread", params={"url": PAGE})).json()
    verified = {each["id"]: each["author"].get("verified", False) for each in thread["comments"]}
    assert verified == {ids[0]: True, forged["comment"]["id"]: False, ids[1]: False}
    after = await me(mailing)
    assert "Written before" in after.partition("What you wrote")[2]
    assert "Forged" in after.partition("What you wrote")[0]


async def test_who_typed_an_address_of_somebody_else_changes_nothing_once_it_is_claimed(
    mailing: Served,
) -> None:
    """Else they could give the words of theirs the badge of the person who took them for their own."""
    forged = (await mailing.comment(PAGE, body="Harmless", email=EMAIL)).json()
    path = f"/api/v1/comments/{forged['comment']['id']}"
    headers = {"authorization": f"Bearer {forged['author_token']}", "origin": ORIGIN}
    changed = await mailing.client.patch(path, json={"body": "So far so good"}, headers=headers)
    assert changed.status_code == 200
    csrf = await open_page(mailing)
    sent = {"csrf": csrf, "id": str(forged["comment"]["id"])}
    await mailing.client.post("/me/claim", data=sent, headers=OURS)
    for late in (
        await mailing.client.patch(path, json={"body": "Evil"}, headers=headers),
        await mailing.client.delete(path, headers=headers),
    ):
        assert (late.status_code, late.json()["code"]) == (401, "token_bad")
    thread = (await mailing.client.get("/api/v1/thread", params={"url": PAGE})).json()
    assert thread["comments"][0]["body"] == [["p", "So far so good"]]
    assert thread["comments"][0]["author"]["verified"] is True


async def test_own_comments_are_changed_within_the_window_and_deleted_at_any_time(
    mailing: Served,
) -> None:
    reader = await signed_in(mailing)
    sent = await mailing.comment(PAGE, body="The weri", headers=reader.headers)
    path = f"/me/comments/{sent.json()['comment']['id']}"
    csrf = await open_page(mailing)
    assert "The weri</textarea>" in (await mailing.client.get(path)).text
    empty = await mailing.client.post(path, data={"csrf": csrf, "body": " "}, headers=OURS)
    assert empty.status_code == 422
    await mailing.client.post(path, data={"csrf": csrf, "body": "The weir"}, headers=OURS)
    assert "The weir" in await me(mailing)
    mailing.clock.advance(900)
    late = await mailing.client.post(path, data={"csrf": csrf, "body": "Late"}, headers=OURS)
    assert late.status_code == 401
    assert "is over" in late.text
    assert "Late" not in await me(mailing)
    await mailing.client.post(f"{path}/delete", data={"csrf": csrf}, headers=OURS)
    assert "The weir" not in await me(mailing)


async def test_comments_of_others_are_out_of_reach(mailing: Served) -> None:
    other = await mailing.comment(PAGE, body="Not mine", email=EMAIL, visitor_token="o" * 22)
    path = f"/me/comments/{other.json()['comment']['id']}"
    csrf = await open_page(mailing)
    assert (await mailing.client.get(path)).status_code == 404
    for act in (path, f"{path}/delete"):
        sent = {"csrf": csrf, "body": "Mine now"}
        assert (await mailing.client.post(act, data=sent, headers=OURS)).status_code == 404
    thread = (await mailing.client.get("/api/v1/thread", params={"url": PAGE})).json()
    assert thread["comments"][0]["body"] == [["p", "Not mine"]]


async def test_a_device_is_signed_out_and_those_of_others_are_not(mailing: Served) -> None:
    reader, stranger = await signed_in(mailing), await signed_in(mailing, "max@example.org")
    await open_page(mailing, "max@example.org")
    page = await me(mailing)
    (strangers,) = re.findall(r'name="device" value="([^"]+)"', page)
    mailing.client.cookies.clear()
    csrf = await open_page(mailing)
    (own,) = re.findall(r'name="device" value="([^"]+)"', await me(mailing))
    for device in (own, strangers):
        sent = {"csrf": csrf, "device": device}
        await mailing.client.post("/me/devices/end", data=sent, headers=OURS)
    assert (await mailing.comment(PAGE, headers=reader.headers)).status_code == 401
    assert (await mailing.comment(PAGE, headers=stranger.headers)).status_code == 201


async def test_a_wish_is_ended(mailing: Served) -> None:
    reader = await signed_in(mailing)
    await mailing.comment(PAGE, headers=reader.headers, notify="thread")
    csrf = await open_page(mailing)
    found = re.search(r"/me/wishes/(\d+)/end", await me(mailing))
    assert found is not None
    await mailing.client.post(found[0], data={"csrf": csrf}, headers=OURS)
    assert "/me/wishes/" not in await me(mailing)


async def test_the_copy_is_a_file_with_all_of_it(mailing: Served) -> None:
    reader = await signed_in(mailing)
    await mailing.comment(PAGE, body="To be kept", headers=reader.headers)
    await open_page(mailing)
    copied = await mailing.client.get("/me/copy")
    assert copied.headers["content-disposition"].startswith("attachment")
    assert copied.headers["cache-control"] == "no-store"
    assert [each["text"] for each in copied.json()["comments"]] == ["To be kept"]


async def test_everything_is_erased_after_a_second_button(mailing: Served) -> None:
    reader = await signed_in(mailing)
    await mailing.comment(PAGE, body="To be erased", headers=reader.headers)
    csrf = await open_page(mailing)
    asked = await mailing.client.get("/me/erase")
    assert "Yes, erase everything" in asked.text
    assert "To be erased" in await me(mailing)
    done = await mailing.client.post("/me/erase", data={"csrf": csrf}, headers=OURS)
    assert "Everything is erased." in done.text
    assert 'name="email"' in await me(mailing)
    thread = await mailing.client.get("/api/v1/thread", params={"url": PAGE})
    assert thread.json()["count"] == 0
    assert (await mailing.comment(PAGE, headers=reader.headers)).status_code == 401
    assert await outbox.due(mailing.context.store, 9, now=mailing.clock.now) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
async def test_no_form_is_taken_from_elsewhere(mailing: Served, engine: str, site: str) -> None:
    csrf = await open_page(mailing)
    before = await contents(mailing.context.store, engine)
    for route in forms():
        path = route.path.replace("{id}", "1").replace("{token}", "x")
        sent = {"csrf": csrf, "email": EMAIL}
        answer = await mailing.client.post(path, data=sent, headers={"sec-fetch-site": site})
        assert answer.status_code == 403, path
    assert await contents(mailing.context.store, engine) == before


async def test_no_form_is_taken_without_its_token_or_without_a_session(
    mailing: Served, engine: str
) -> None:
    csrf = await open_page(mailing)
    before = await contents(mailing.context.store, engine)
    acts = [each for each in forms() if each.name not in OUTSIDE]
    for route in acts:
        path = route.path.replace("{id}", "1")
        for wrong in ("", csrf[:-1]):
            answer = await mailing.client.post(path, data={"csrf": wrong}, headers=OURS)
            assert answer.status_code == 403, path
    mailing.client.cookies.clear()
    for route in acts:
        path = route.path.replace("{id}", "1")
        answer = await mailing.client.post(path, data={"csrf": csrf}, headers=OURS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me"), path
    assert await contents(mailing.context.store, engine) == before


async def test_it_speaks_the_language_of_its_reader(mailing: Served) -> None:
    german = await mailing.client.get("/me", headers={"accept-language": "de-AT,de;q=0.9"})
    assert '<html lang="de"' in german.text
    arabic = await mailing.client.get("/me", headers={"accept-language": "ar"})
    assert 'dir="rtl"' in arabic.text


async def test_what_is_known_to_be_of_somebody_else_is_not_theirs_by_their_address(
    mailing: Served,
) -> None:
    """A user of the site has shown who they are; the address is one that anybody may type."""
    site = mailing.context.sites.by_name("blog")
    assert site is not None
    await take_users(mailing, site)
    await mailing.context.sites.refresh(mailing.context.store)
    user = bearer(mailing, site, role="Editor")
    sent = await mailing.comment(PAGE, body="By the editor", email=EMAIL, headers=user)
    csrf = await open_page(mailing)
    assert "By the editor" not in await me(mailing)
    assert "By the editor" not in (await mailing.client.get("/me/copy")).text
    claimed = {"csrf": csrf, "id": str(sent.json()["comment"]["id"])}
    await mailing.client.post("/me/claim", data=claimed, headers=OURS)
    assert "By the editor" not in await me(mailing)
    await mailing.client.post("/me/erase", data={"csrf": csrf}, headers=OURS)
    thread = (await mailing.client.get("/api/v1/thread", params={"url": PAGE})).json()
    assert thread["comments"][0]["body"] == [["p", "By the editor"]]
    assert await mailing.context.store.fetch_all("SELECT email FROM contact") == []
