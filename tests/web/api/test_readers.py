"""Confirming an address over HTTP: one answer for every address, few mails, and a session that ends."""

from __future__ import annotations

from ipaddress import ip_network

from afterword.storage import outbox
from tests.support.own_page import ORIGIN, PAGE, ask, confirm, mailed_code
from tests.support.serving import Served


async def test_a_reader_is_known_from_the_code_until_the_session_is_ended(mailing: Served) -> None:
    asked = await ask(mailing)
    assert asked.status_code == 202
    done = (await confirm(mailing, asked.json()["ticket"], await mailed_code(mailing))).json()
    assert set(done) == {"reader_token", "ends_at", "name", "claimed"}
    bearer = {"authorization": f"Bearer {done['reader_token']}", "origin": ORIGIN}
    sent = await mailing.comment(PAGE, headers=bearer)
    assert sent.json()["comment"]["author"]["verified"] is True
    number = sent.json()["comment"]["id"]
    changed = await mailing.client.patch(
        f"/api/v1/comments/{number}", json={"body": "Better"}, headers=bearer
    )
    assert changed.status_code == 200
    assert b"ines@example.org" not in sent.content + changed.content
    for _ in range(2):
        over = await mailing.client.delete("/api/v1/readers/session", headers=bearer)
        assert over.status_code == 204
    made_up = {**bearer, "authorization": "Bearer made-up"}
    unknown = await mailing.client.delete("/api/v1/readers/session", headers=made_up)
    assert (unknown.status_code, unknown.json()["code"]) == (401, "reader_ended")
    refused = await mailing.comment(PAGE, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (401, "reader_ended")


async def test_a_language_is_kept_as_one_of_ours(mailing: Served) -> None:
    await ask(mailing, lang="de-" + "x" * 60_000)
    rows = await mailing.context.store.fetch_all("SELECT lang FROM mailbox")
    data = await mailing.context.store.fetch_all("SELECT data FROM outbox")
    assert rows == [("en",)]
    assert len(data[0][0]) < 200


async def test_the_answer_tells_nothing_of_the_address(mailing: Served) -> None:
    first, known = await ask(mailing), await ask(mailing)
    stranger = await ask(mailing, "max@example.org")
    for answer in (first, known, stranger):
        assert answer.status_code == 202
        assert list(answer.json()) == ["ticket"]
        assert len(answer.json()["ticket"]) == 43


async def test_a_wrong_code_is_said_of_its_field(mailing: Served) -> None:
    ticket = (await ask(mailing)).json()["ticket"]
    wrong = await confirm(mailing, ticket, "no code")
    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.json()["errors"]] == ["code"]


async def test_one_address_asks_for_few_mails_an_hour(mailing: Served) -> None:
    object.__setattr__(mailing.settings, "codes_per_hour", 3)
    answers = [await ask(mailing, f"reader{number}@example.org") for number in range(4)]
    assert [each.status_code for each in answers] == [202, 202, 202, 429]
    mailing.clock.advance(1200)
    assert (await ask(mailing)).status_code == 202


async def test_a_network_asks_for_few_mails_an_hour_from_however_many_addresses(
    mailing: Served,
) -> None:
    """A provider gives 65,536 networks of the size of one customer to whoever asks for a /48."""
    object.__setattr__(mailing.settings, "codes_per_hour", 3)
    object.__setattr__(mailing.settings, "trusted_proxies", (ip_network("203.0.113.0/24"),))

    async def asked(number: int, address: str) -> int:
        sent = {"url": PAGE, "email": f"r{number}@example.org", "visitor_token": "v" * 22}
        headers = {"origin": ORIGIN, "x-forwarded-for": address}
        answer = await mailing.client.post("/api/v1/readers", json=sent, headers=headers)
        return answer.status_code

    for network in ("2001:db8:7:{:x}::1", "192.0.2.{}"):
        seen = [await asked(number, network.format(number)) for number in range(40)]
        assert seen == [202] * 30 + [429] * 10
    assert await asked(99, "2001:db8:8::1") == 202


async def test_where_no_mail_can_be_sent_it_is_said(blog: Served) -> None:
    answer = await ask(blog)
    assert (answer.status_code, answer.json()["code"]) == (403, "codes_off")


async def test_a_page_of_elsewhere_cannot_ask(mailing: Served) -> None:
    answer = await mailing.client.post(
        "/api/v1/readers",
        json={"url": PAGE, "email": "ines@example.org", "visitor_token": "v" * 22},
        headers={"origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert await outbox.due(mailing.context.store, 9, now=mailing.clock.now) == []
