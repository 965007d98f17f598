"""The queue and its decisions, for programs."""

from __future__ import annotations

from afterword.core.model import Role
from tests.support.api import program
from tests.support.forms import new_member
from tests.support.serving import Served

QUEUE, DECISIONS = "/api/v1/admin/queue", "/api/v1/admin/decisions"


async def test_a_program_reads_decides_and_takes_back(app: Served) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    await app.comment("https://blog.example.org/a", email="mira@example.org")
    client = await program(app, await new_member(app, "jonas@example.org"))
    queue = (await client.get(QUEUE)).json()
    (comment,) = queue["comments"]
    assert queue["counts"] == {"pending": 1, "reported": 0, "spam": 0}
    assert comment["author_email"] == "mira@example.org"
    assert comment["reasons"]
    done = (
        await client.post(DECISIONS, json={"act": "approve", "ids": [comment["id"]] * 2})
    ).json()
    assert done["changed"] == [comment["id"]]
    assert (await client.get(QUEUE)).json()["comments"] == []
    approved = (await client.get(QUEUE, params={"status": "approved"})).json()["comments"]
    assert [each["id"] for each in approved] == [comment["id"]]
    again = await client.post(DECISIONS, json={"act": "approve", "ids": [comment["id"]]})
    assert again.json() == {"decision": None, "changed": []}
    undo = f"{DECISIONS}/{done['decision']}/undo"
    assert (await client.post(undo)).json() == {
        "decision": done["decision"],
        "act": "approve",
        "changed": [comment["id"]],
    }
    assert (await client.post(undo)).status_code == 409
    assert len((await client.get(QUEUE)).json()["comments"]) == 1


async def test_a_viewer_reads_without_addresses_and_decides_nothing(app: Served) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    await app.comment("https://blog.example.org/a", email="mira@example.org")
    client = await program(app, await new_member(app, "jonas@example.org"), Role.VIEWER)
    answer = await client.get(QUEUE)
    assert "mira@example.org" not in answer.text
    number = answer.json()["comments"][0]["id"]
    refused = await client.post(DECISIONS, json={"act": "approve", "ids": [number]})
    assert refused.status_code == 403


async def test_what_is_asked_wrongly_is_named(app: Served) -> None:
    client = await program(app, await new_member(app, "jonas@example.org"))
    for query in ({"status": "odd"}, {"site": "x"}):
        assert (await client.get(QUEUE, params=query)).status_code == 422
    assert (await client.get(QUEUE, params={"after": "x"})).status_code == 400
    for sent in ({"act": "delete", "ids": [1]}, {"act": "spam", "ids": []}, {"act": "spam"}):
        assert (await client.post(DECISIONS, json=sent)).status_code == 422
    missing = await client.post(DECISIONS, json={"act": "spam", "ids": [99]})
    assert missing.status_code == 404
