"""Pages, for programs."""

from __future__ import annotations

from afterword.core.model import Role
from tests.support.api import program
from tests.support.forms import new_member
from tests.support.serving import Served

ADMIN = "/api/v1/admin"
ORIGIN = "https://blog.example.org"


async def test_a_page_is_found_closed_slowed_and_given_a_note(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="all")
    await app.comment(f"{ORIGIN}/weir", title="The weir")
    await app.comment(f"{ORIGIN}/mill", title="The mill")
    client = await program(app, await new_member(app, "jonas@example.org"))
    query = {"site": site.id, "search": "WEIR"}
    (listed,) = (await client.get(f"{ADMIN}/pages", params=query)).json()["pages"]
    assert (listed["title"], listed["waiting"]) == ("The weir", 1)
    at = f"{ADMIN}/pages/{listed['id']}"
    closed = (await client.put(f"{at}/closed", json={"closed": True})).json()
    assert closed["page"]["closed"] is True
    assert (await client.put(f"{at}/closed", json={"closed": True})).json()["decision"] is None
    assert (await client.put(f"{at}/slow", json={"seconds": 60})).json()["page"]["slow"] == 60
    noted = (await client.put(f"{at}/note", json={"note": "Be *kind*."})).json()
    found = (await client.get(at)).json()
    assert (found["note"], found["counts"]["pending"]) == ("Be *kind*.", 1)
    assert len(found["keys"]) == len(found["latest"]) == 1
    assert len((await client.get(f"{ADMIN}/pages?closed=1")).json()["pages"]) == 1
    undone = await client.post(f"{ADMIN}/decisions/{noted['decision']}/undo")
    assert undone.json()["act"] == "note_page"
    assert (await client.get(at)).json()["note"] == ""


async def test_owners_rename_merge_split_and_move(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="none")
    first = (await app.comment(f"{ORIGIN}/blog/weir")).json()["comment"]["id"]
    await app.comment(f"{ORIGIN}/blog/mill")
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    pages = (await client.get(f"{ADMIN}/pages")).json()["pages"]
    ids = {each["url"].rpartition("/")[2]: each["id"] for each in pages}
    weir = f"{ADMIN}/pages/{ids['weir']}"
    renamed = await client.put(f"{weir}/address", json={"url": f"{ORIGIN}/blog/weirs"})
    assert renamed.json()["page"]["url"] == f"{ORIGIN}/blog/weirs"
    merged = await client.post(f"{weir}/merge", json={"into": ids["mill"]})
    assert merged.json()["page"]["comment_count"] == 2
    split = await client.post(
        f"{ADMIN}/splits", json={"ids": [first], "url": f"{ORIGIN}/blog/dam", "title": "The dam"}
    )
    assert split.json()["page"]["title"] == "The dam"
    rule = {"site_id": site.id, "old": "/blog/*", "new": "/articles/*"}
    plan = (await client.post(f"{ADMIN}/moves", json={**rule, "dry_run": True})).json()
    assert (plan["decision"], len(plan["moves"])) == (None, 2)
    stale = await client.post(f"{ADMIN}/moves", json={**rule, "digest": "x"})
    assert stale.status_code == 409
    moved = await client.post(f"{ADMIN}/moves", json={**rule, "digest": plan["digest"]})
    assert moved.json()["decision"]
    pages = (await client.get(f"{ADMIN}/pages")).json()["pages"]
    assert {each["url"] for each in pages} == {f"{ORIGIN}/articles/{n}" for n in ("dam", "mill")}
    likely = await client.get(f"{ADMIN}/splits/likely", params={"site": site.id})
    assert likely.json() == {"pairs": []}


async def test_a_moderator_moves_nothing(app: Served) -> None:
    site = await app.add_site("blog", ORIGIN, hold="all")
    client = await program(app, await new_member(app, "jonas@example.org"))
    rule = {"site_id": site.id, "old": "/blog/*", "new": "/articles/*", "dry_run": True}
    assert (await client.post(f"{ADMIN}/moves", json=rule)).status_code == 403
