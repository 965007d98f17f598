from __future__ import annotations

import pytest

from afterword.core.model import Role
from tests.support.forms import Form, Page, Visitor, new_member, signed_in
from tests.support.serving import Served

QUEUE = "/dashboard/queue"
REPLY = "/dashboard/queue/reply"
UNDO = "/dashboard/queue/undo"


@pytest.fixture
async def held(app: Served, page_url: str) -> list[int]:
    """Three comments that wait, by Ana, Ben and Cai."""
    await app.add_site("blog", "https://blog.example.org", hold="all")
    ids = []
    for name in ("Ana", "Ben", "Cai"):
        app.clock.advance(60)
        sent = await app.comment(
            page_url,
            name=name,
            email=f"{name.lower()}@readers.example",
            body=f"*{name}* writes <b>this</b>.",
            title="Notes from the weir",
        )
        assert sent.status_code == 202, sent.text
        ids.append(sent.json()["comment"]["id"])
    return ids


async def public(app: Served, page_url: str) -> list[int]:
    answer = await app.client.get("/api/v1/thread", params={"url": page_url})
    return [comment["id"] for comment in answer.json()["comments"]]


async def shown(visitor: Visitor, status: str) -> list[int]:
    page = await visitor.get(f"{QUEUE}?status={status}")
    return [form_id(page, number) for number in range(len(cards(page)))]


def cards(page: Page) -> list[str]:
    return page.html.split('<li class="item')[1:]


def form_id(page: Page, number: int) -> int:
    return int(cards(page)[number].split('data-id="')[1].split('"')[0])


async def test_a_card_says_who_what_where_and_why(moderator: Visitor, held: list[int]) -> None:
    page = await moderator.get(QUEUE)
    assert "Waiting for you: 3" in page.text
    first = cards(page)[0]
    assert form_id(page, 0) == held[0]
    for words in ("Ana", "ana@readers.example", "Notes from the weir", "Held because", "<em>Ana"):
        assert words in first
    assert "&lt;b&gt;this&lt;/b&gt;" in first
    assert "<b>" not in first


@pytest.mark.parametrize(
    ("button", "becomes", "public_ids"),
    [("Approve", "approved", 1), ("Spam", "spam", 0), ("Remove", "removed", 0)],
)
async def test_each_act_is_one_post(
    app: Served,
    moderator: Visitor,
    held: list[int],
    page_url: str,
    button: str,
    becomes: str,
    public_ids: int,
) -> None:
    form = (await moderator.get(QUEUE)).form(QUEUE, id=held[1])
    page = await moderator.send(form, f"{button} the comment by Ben")
    assert "1 comment" in page.text
    assert page.address.startswith(f"{QUEUE}?done=")
    assert await shown(moderator, becomes) == [held[1]]
    assert await shown(moderator, "pending") == [held[0], held[2]]
    assert len(await public(app, page_url)) == public_ids


async def test_an_act_comes_back_to_the_same_place(moderator: Visitor, held: list[int]) -> None:
    form = (await moderator.get(f"{QUEUE}?status=pending&site=1")).form(QUEUE, id=held[0])
    response = await moderator.post(form, "Approve the comment by Ana")
    assert response.status_code == 303
    location = response.headers["location"]
    assert location.startswith(f"{QUEUE}?site=1&done=")
    assert location.endswith(f"#comment-{held[1]}")


async def test_ticked_comments_change_together_and_undo_puts_them_back(
    app: Served, moderator: Visitor, held: list[int]
) -> None:
    form = (await moderator.get(QUEUE)).form(QUEUE)
    assert form.boxes == [str(each) for each in held]
    page = await moderator.send(form, "Spam", id=held[:2])
    assert "2 comments marked as spam" in page.text
    assert await shown(moderator, "spam") == [held[1], held[0]]
    page = await moderator.send(page.form(UNDO), "Undo")
    assert "Undone" in page.text
    assert await shown(moderator, "pending") == held
    assert await shown(moderator, "spam") == []


async def test_undo_works_once(moderator: Visitor, held: list[int]) -> None:
    form = (await moderator.get(QUEUE)).form(QUEUE)
    undo = (await moderator.send(form, "Remove", id=held)).form(UNDO)
    assert (await moderator.send(undo)).status == 200
    assert (await moderator.send(undo)).status == 409
    assert await shown(moderator, "pending") == held


async def test_decisions_can_be_undone_later_and_by_others(
    app: Served, moderator: Visitor, held: list[int]
) -> None:
    form = (await moderator.get(QUEUE)).form(QUEUE)
    await moderator.send(form, "Spam", id=held[:2])
    await new_member(app, "ilse@example.org")
    other = await signed_in(app, "ilse@example.org")
    page = await other.get("/dashboard/audit")
    assert "2 comments marked as spam on Notes from the weir Jonas" in page.text
    page = await other.send(page.form(UNDO))
    assert page.address.startswith("/dashboard/audit")
    assert "undone" in page.text
    assert await shown(other, "pending") == held


async def test_nothing_ticked_is_said_and_does_nothing(moderator: Visitor, held: list[int]) -> None:
    page = await moderator.send((await moderator.get(QUEUE)).form(QUEUE), "Remove")
    assert page.status == 422
    assert "Tick the comments first." in page.text
    assert await shown(moderator, "pending") == held


async def test_a_reply_is_public_at_once_and_approves_what_it_answers(
    app: Served, moderator: Visitor, held: list[int], page_url: str
) -> None:
    form = (await moderator.get(QUEUE)).form(REPLY, id=held[0])
    page = await moderator.send(form, body="Thank you, *Ana*.")
    assert "A reply is published." in page.text
    assert await shown(moderator, "pending") == held[1:]
    answer = await app.client.get("/api/v1/thread", params={"url": page_url})
    asked, reply = answer.json()["comments"]
    assert asked["id"] == held[0]
    assert reply["parent_id"] == held[0]
    assert reply["author"]["name"] == "Jonas"
    assert reply["author"]["staff"] is True


async def test_the_same_reply_sent_twice_is_one_reply(
    app: Served, moderator: Visitor, held: list[int], page_url: str
) -> None:
    form = (await moderator.get(QUEUE)).form(REPLY, id=held[0])
    for _ in range(2):
        assert (await moderator.send(form, body="Thank you.")).status == 200
    assert len(await public(app, page_url)) == 2


async def test_a_reply_that_is_refused_keeps_its_text(moderator: Visitor, held: list[int]) -> None:
    form = (await moderator.get(QUEUE)).form(REPLY, id=held[1])
    text = "too long " * 3_000
    page = await moderator.send(form, body=text)
    assert page.status == 422
    assert page.form(REPLY, id=held[1]).fields["body"][0].strip() == text.strip()
    assert await shown(moderator, "pending") == held


async def test_a_script_gets_the_same_in_json(moderator: Visitor, held: list[int]) -> None:
    form = (await moderator.get(QUEUE)).form(QUEUE, id=held[0])
    moderator.client.headers["accept"] = "application/json"
    done = (await moderator.post(form, "Approve the comment by Ana")).json()
    assert done["changed"] == [held[0]]
    assert done["text"] == "1 comment approved"
    assert done["counts"]["pending"] == 2
    assert f"done={done['undo']}" in done["next"]
    again = (await moderator.post(form, "Approve the comment by Ana")).json()
    assert again["changed"] == []
    assert again["undo"] is None
    refused = await moderator.post(form, "Approve the comment by Ana", csrf="wrong")
    assert refused.status_code == 403
    assert refused.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"sec-fetch-site": "same-site"}, {}),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, {}),
        ({"sec-fetch-site": "", "origin": "https://evil.example"}, {}),
        ({"sec-fetch-site": "", "origin": "null"}, {}),
        ({"sec-fetch-site": ""}, {}),
        ({}, {"csrf": ""}),
        ({}, {"csrf": "a" * 43}),
    ],
)
async def test_what_no_page_of_ours_has_sent_changes_nothing(
    app: Served,
    moderator: Visitor,
    held: list[int],
    headers: dict[str, str],
    fields: dict[str, str],
) -> None:
    page = await moderator.get(QUEUE)
    forms: list[tuple[Form, str | None]] = [
        (page.form(QUEUE, id=held[0]), "Remove the comment by Ana"),
        (page.form(REPLY, id=held[0]), None),
        (page.form("/dashboard/sign-out"), None),
    ]
    browser = Visitor.of(app)
    browser.client.cookies.update(moderator.client.cookies)
    for name, value in headers.items():
        browser.client.headers[name] = value
        if not value:
            del browser.client.headers[name]
    for form, button in forms:
        refused = await browser.post(form, button, **{"body": "Hello"} | fields)
        assert refused.status_code == 403, (form.action, refused.text)
    assert await shown(moderator, "pending") == held


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
async def test_only_forms_are_read(moderator: Visitor, held: list[int], kind: str) -> None:
    refused = await moderator.client.post(QUEUE, content=b"{}", headers={"content-type": kind})
    assert refused.status_code == 415
    assert await shown(moderator, "pending") == held


async def test_a_viewer_reads_and_has_no_buttons(app: Served, held: list[int]) -> None:
    await new_member(app, "vera@example.org", role=Role.VIEWER)
    viewer = await signed_in(app, "vera@example.org")
    page = await viewer.get(QUEUE)
    assert "Ana" in page.text
    assert "@readers.example" not in page.html
    assert not page.has_form(QUEUE)
    assert not page.has_form(REPLY)
    csrf = page.form("/dashboard/sign-out").fields["csrf"][0]
    for path, fields in (
        (QUEUE, {"act": "remove", "id": [str(each) for each in held]}),
        (REPLY, {"id": str(held[0]), "body": "Hello", "client_id": "x"}),
    ):
        refused = await viewer.client.post(path, data={"csrf": csrf, **fields})
        assert refused.status_code == 403
    assert await shown(viewer, "pending") == held


async def test_a_viewer_cannot_undo(app: Served, moderator: Visitor, held: list[int]) -> None:
    form = (await moderator.get(QUEUE)).form(QUEUE)
    undo = (await moderator.send(form, "Spam", id=held)).form(UNDO)
    await new_member(app, "vera@example.org", role=Role.VIEWER)
    viewer = await signed_in(app, "vera@example.org")
    assert not (await viewer.get("/dashboard/audit")).has_form(UNDO)
    csrf = (await viewer.get(QUEUE)).form("/dashboard/sign-out").fields["csrf"][0]
    assert (await viewer.post(undo, csrf=csrf)).status_code == 403
    assert await shown(viewer, "spam") == held[::-1]


async def test_a_moderator_of_another_site_finds_nothing(app: Served, held: list[int]) -> None:
    other = await app.add_site("other", "https://other.example")
    await new_member(app, "otto@example.org", site=other)
    stranger = await signed_in(app, "otto@example.org")
    page = await stranger.get(QUEUE)
    assert cards(page) == []
    csrf = page.form("/dashboard/sign-out").fields["csrf"][0]
    fields = {"csrf": csrf, "act": "remove", "id": str(held[0])}
    assert (await stranger.client.post(QUEUE, data=fields)).status_code == 404
    assert "blog" not in (await stranger.get("/dashboard/sites")).text


async def test_a_tab_that_there_is_not_is_refused(moderator: Visitor) -> None:
    assert (await moderator.get(f"{QUEUE}?status=deleted")).status == 422


async def test_long_queues_have_further_parts(
    app: Served, moderator: Visitor, held: list[int], page_url: str
) -> None:
    for number in range(35):
        app.clock.advance(1)
        await app.comment(page_url, body=f"Comment number {number}.")
    page = await moderator.get(QUEUE)
    assert "Waiting for you: 38" in page.text
    further = page.html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    page = await moderator.get(further)
    assert len(cards(page)) == 18
    form = page.form(QUEUE, id=form_id(page, 0))
    page = await moderator.send(form, next(iter(form.buttons)))
    assert "after=" in page.address
    assert len(cards(page)) == 17


@pytest.fixture
async def reported(app: Served, page_url: str) -> list[int]:
    """Two public comments; readers reported the first."""
    await app.add_site("blog", "https://blog.example.org", hold="none")
    ids = [
        (await app.comment(page_url, name=name)).json()["comment"]["id"] for name in ("Ana", "Ben")
    ]
    for number, reason in enumerate(("abuse", "spam", "spam")):
        sent = {"reason": reason, "visitor_token": f"{number:022}", "text": f"<i>So {reason}</i>"}
        answer = await app.client.post(f"/api/v1/comments/{ids[0]}/report", json=sent)
        assert answer.status_code == 202, answer.text
    return ids


async def test_a_reported_comment_says_what_readers_said(
    moderator: Visitor, reported: list[int]
) -> None:
    page = await moderator.get(f"{QUEUE}?status=reported")
    (card,) = cards(page)
    assert "Reported 1" in page.text
    said = ("2 readers say that it is spam", "1 reader says that it is abusive")
    assert card.index(said[0]) < card.index(said[1])
    assert "&lt;i&gt;So abuse&lt;/i&gt;" in card
    assert "<i>" not in card


@pytest.mark.parametrize(
    ("button", "public_ids"), [("Keep", 2), ("Spam", 1), ("Remove", 1), ("Hold", 1)]
)
async def test_each_decision_takes_a_comment_out_of_the_reported_ones_and_undo_puts_it_back(
    app: Served,
    moderator: Visitor,
    reported: list[int],
    page_url: str,
    button: str,
    public_ids: int,
) -> None:
    form = (await moderator.get(f"{QUEUE}?status=reported")).form(QUEUE, id=reported[0])
    page = await moderator.send(form, f"{button} the comment by Ana")
    assert page.address.startswith(f"{QUEUE}?status=reported&done=")
    assert "Nothing is reported." in page.text
    assert len(await public(app, page_url)) == public_ids
    await moderator.send(page.form(UNDO), "Undo")
    assert await shown(moderator, "reported") == [reported[0]]
    assert len(await public(app, page_url)) == 2


async def test_many_reported_comments_are_kept_at_once(
    moderator: Visitor, reported: list[int]
) -> None:
    form = (await moderator.get(f"{QUEUE}?status=reported")).form(QUEUE)
    page = await moderator.send(form, "Keep", id=reported)
    assert "1 comment approved" in page.text, "the other one was public and not reported"
    assert await shown(moderator, "reported") == []


async def test_the_earlier_texts_of_an_edited_comment_are_shown_as_written(
    blog: Served, moderator: Visitor, page_url: str
) -> None:
    sent = (await blog.comment(page_url, body="*First* <b>text</b>")).json()
    bearer = {"authorization": f"Bearer {sent['author_token']}"}
    address = f"/api/v1/comments/{sent['comment']['id']}"
    blog.clock.advance(60)
    await blog.client.patch(address, json={"body": "Second text"}, headers=bearer)
    page = await moderator.get(f"{QUEUE}?status=approved")
    (card,) = cards(page)
    assert "Earlier text, 15 January 2027, 08:00 UTC" in card
    assert "*First* &lt;b&gt;text&lt;/b&gt;" in card
    assert card.count("Earlier text") == 1
