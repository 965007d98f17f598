"""One comment and its author, for programs."""

from __future__ import annotations

from uuid import uuid4

from afterword.core.model import Role
from tests.support.api import program
from tests.support.forms import new_member
from tests.support.serving import Served

ADMIN = "/api/v1/admin"
PAGE = "https://blog.example.org/a"


async def test_a_comment_is_edited_answered_pinned_and_each_is_undone(app: Served) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    number = (await app.comment(PAGE, body="Call 555 0100.")).json()["comment"]["id"]
    client, at = await program(app, await new_member(app, "jonas@example.org")), f"{ADMIN}/comments"
    edited = (await client.patch(f"{at}/{number}", json={"body": "Call me."})).json()
    assert edited["changed"] == [number]
    assert (await client.get(f"{at}/{number}")).json()["source"] == "Call me."
    answer = {"body": "Thank you.", "client_id": str(uuid4())}
    assert (await client.post(f"{at}/{number}/replies", json=answer)).status_code == 409
    replied = await client.post(f"{at}/{number}/replies", json={**answer, "approve": True})
    assert replied.status_code == 201
    again = await client.post(f"{at}/{number}/replies", json={**answer, "approve": True})
    assert again.json() == {"comment_id": replied.json()["comment_id"], "decision": None}
    pinned = (await client.put(f"{at}/{number}/pinned", json={"pinned": True})).json()
    assert pinned["page"]["url"] == PAGE
    for act in (pinned, replied.json(), edited):
        assert (await client.post(f"{ADMIN}/decisions/{act['decision']}/undo")).status_code == 200
    found = (await client.get(f"{at}/{number}")).json()
    assert (found["source"], found["status"]) == ("Call 555 0100.", "pending")


async def test_an_author_is_seen_trusted_banned_and_no_longer(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org", hold="all")
    sent = await app.comment(PAGE, name="Mira", email="mira@example.org", visitor_token="v" * 22)
    client = await program(app, await new_member(app, "jonas@example.org"))
    of = f"{ADMIN}/comments/{sent.json()['comment']['id']}"
    (listed,) = (await client.get(f"{ADMIN}/authors", params={"site": site.id})).json()["authors"]
    assert (listed["name"], listed["trusted"]) == ("Mira", False)
    assert (await client.put(f"{of}/trusted", json={"trusted": True})).json()["decision"]
    banned = (await client.post(f"{of}/ban", json={"by": "email", "spam": True})).json()
    assert banned["changed"] == [listed["comment_id"]]
    author = (await client.get(f"{of}/author")).json()
    assert (author["trusted"], author["email"]) == (True, "mira@example.org")
    assert author["counts"]["spam"] == len(author["history"]) == 1
    assert author["bans"] == [banned["ban"]]
    typed = {"site_id": site.id, "by": "name", "text": "Mira", "reason": "Again."}
    by_name = (await client.post(f"{ADMIN}/bans", json=typed)).json()["ban"]
    bans = (await client.get(f"{ADMIN}/bans", params={"site": site.id})).json()
    assert bans == {"bans": [by_name, banned["ban"]], "next": None}
    lifted = await client.delete(f"{ADMIN}/bans/{by_name['id']}")
    assert lifted.json()["changed"] == [by_name["id"]]
    assert (await client.delete(f"{ADMIN}/bans/{by_name['id']}")).status_code == 404


async def test_a_viewer_sees_no_email_and_bans_nobody(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org", hold="all")
    sent = await app.comment(PAGE, name="Mira", email="mira@example.org")
    client = await program(app, await new_member(app, "jonas@example.org"), Role.VIEWER)
    of = f"{ADMIN}/comments/{sent.json()['comment']['id']}"
    assert "mira@example.org" not in (await client.get(f"{of}/author")).text
    assert "mira@example.org" not in (await client.get(of)).text
    for answer in (
        await client.post(f"{of}/ban", json={"by": "author"}),
        await client.patch(of, json={"body": "Other words."}),
        await client.get(f"{ADMIN}/bans", params={"site": site.id}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_what_is_missing_is_named(app: Served) -> None:
    client = await program(app, await new_member(app, "jonas@example.org"))
    for path in ("/authors", "/bans", "/splits/likely"):
        answer = await client.get(ADMIN + path)
        assert answer.json()["errors"][0]["field"] == "site", path
