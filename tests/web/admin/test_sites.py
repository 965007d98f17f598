"""Sites, for programs."""

from __future__ import annotations

import msgspec

from afterword.core.model import Policy, Role
from tests.support.api import program
from tests.support.forms import new_member
from tests.support.serving import Served

ADMIN = "/api/v1/admin"
ORIGIN = "https://blog.example.org"


async def test_an_owner_changes_what_is_given_and_nothing_else(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="none", max_links=5)
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    at = f"{ADMIN}/sites/{site.id}"
    before = (await client.get(at)).json()
    assert set(before) == {"id", "site", "origins", *Policy.__slots__}
    sent = {"site": "journal", "hold": "all", "hold_words": ["casino"], "words": {"leave": "Join"}}
    done = (await client.patch(at, json=sent)).json()
    assert done["changed"] == [site.id]
    assert (await client.get(at)).json() == {**before, **sent}
    assert (await client.patch(at, json=sent)).json() == {"decision": None, "changed": []}
    assert (await client.post(f"{ADMIN}/decisions/{done['decision']}/undo")).status_code == 200
    assert (await client.get(at)).json() == before
    (row,) = (await client.get(f"{ADMIN}/sites")).json()["sites"]
    assert row == {"id": site.id, "name": "blog", "origins": [ORIGIN], "role": "owner"}


async def test_each_field_that_is_wrong_is_named(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN)
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    for field, value in {"hold": "odd", "max_links": -1, "origins": [], "words": 1}.items():
        answer = await client.patch(f"{ADMIN}/sites/{site.id}", json={field: value})
        assert answer.status_code == 422, field
        assert answer.json()["errors"][0]["field"] in (field, "origin"), field
    typed = {"site_id": 999, "by": "name", "text": "Mira"}
    assert (await client.post(f"{ADMIN}/bans", json=typed)).status_code == 404
    assert (await client.put(f"{ADMIN}/sites/999/surge", json={"on": True})).status_code == 404


async def test_an_owner_of_every_site_adds_one(app: Served) -> None:
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    sent = {"site": "shop", "origins": ["https://shop.example.org"], "proof": "off"}
    added = await client.post(f"{ADMIN}/sites", json=sent)
    assert (added.status_code, added.json()["proof"]) == (201, "off")
    assert (await client.post(f"{ADMIN}/sites", json=sent)).status_code == 409
    assert (await app.comment("https://shop.example.org/a")).status_code in (201, 202)


async def test_rules_are_tried_before_they_are_saved(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="none")
    sent = await app.comment(f"{ORIGIN}/a", body="A casino by the weir.")
    client = await program(app, await new_member(app, "jonas@example.org"))
    at = f"{ADMIN}/sites/{site.id}"
    trial = (await client.post(f"{at}/trial", json={"hold_words": ["casino"]})).json()
    (move,) = trial["moves"]
    assert (move["comment_id"], move["tried"]) == (sent.json()["comment"]["id"], "hold")
    assert (trial["looked_at"], trial["tried"]["good_held"]) == (1, 1)
    assert (await client.get(at)).json()["hold_words"] == []
    assert (await client.patch(at, json={"hold_words": ["casino"]})).status_code == 403


async def test_the_filter_is_seen_taken_along_and_reset(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="all")
    number = (await app.comment(f"{ORIGIN}/a", body="Cheap pills.")).json()["comment"]["id"]
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    await client.post(f"{ADMIN}/decisions", json={"act": "spam", "ids": [number]})
    at = f"{ADMIN}/sites/{site.id}/filter"
    assert (await client.get(at)).json()["spam"] == 1
    assert (await client.get(f"{at}/export")).json()["tokens"]
    assert (await client.delete(at)).status_code == 204
    assert (await client.get(f"{at}/export")).json() == {"tokens": []}


async def test_surge_mode_is_begun_and_ended(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN)
    client = await program(app, await new_member(app, "jonas@example.org"))
    for on in (True, False):
        done = await client.put(f"{ADMIN}/sites/{site.id}/surge", json={"on": on})
        assert done.json()["on"] is on
        (seen,) = (await client.get(f"{ADMIN}/surges")).json()["sites"]
        assert (seen["site_id"], seen["on"]) == (site.id, on)


async def test_what_was_done_is_looked_up(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="all")
    number = (await app.comment(f"{ORIGIN}/a")).json()["comment"]["id"]
    client = await program(app, await new_member(app, "jonas@example.org"))
    for act in ("approve", "spam"):
        await client.post(f"{ADMIN}/decisions", json={"act": act, "ids": [number]})
    log = (await client.get(f"{ADMIN}/audit", params={"act": "spam"})).json()
    (line,) = log["lines"]
    assert (line["member_name"], line["subject"], line["may_undo"]) == ("Jonas", [number], True)
    older = (await client.get(f"{ADMIN}/audit", params={"before": line["id"]})).json()["lines"]
    assert older[0]["act"] == "approve"
    found = (await client.get(f"{ADMIN}/sites/{site.id}/statistics?days=90")).json()
    assert (found["days"], found["stretches"][-1]["counts"]["spam"]) == (90, 1)
    assert msgspec.json.encode(found).count(b"@") == 0
