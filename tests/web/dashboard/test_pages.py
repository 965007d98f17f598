"""Pages in the dashboard: every decision about one is a form, and who may not decide has none."""

from __future__ import annotations

import pytest

from afterword.core.model import Role
from tests.support.forms import Form, Page, Visitor, new_member, signed_in
from tests.support.serving import Served

PAGES = "/dashboard/pages"
MOVES = f"{PAGES}/moves"
BLOG = "https://blog.example.org"


async def comment(app: Served, path: str, **more: object) -> int:
    app.clock.advance(60)
    sent = await app.comment(f"{BLOG}{path}", title=f"Title of {path}", **more)
    assert sent.status_code == 201, sent.text
    return int(sent.json()["comment"]["id"])


@pytest.fixture
async def paged(blog: Served) -> list[int]:
    """Comments on two pages: two roots and a reply on the first one, a root on the second."""
    first = await comment(blog, "/old/weir", body="First")
    return [
        first,
        await comment(blog, "/old/weir", body="Reply", parent=first),
        await comment(blog, "/old/weir", body="Second"),
        await comment(blog, "/new/gauge", body="Other <b>"),
    ]


@pytest.fixture
async def owner(app: Served, paged: list[int]) -> Visitor:
    """Ruth, who owns every site."""
    await new_member(app, "ruth@example.org", role=Role.OWNER)
    return await signed_in(app, "ruth@example.org")


def look_of(page: Page) -> Form:
    """The form that carries out what is shown."""
    return next(form for form in page.forms if form.action == MOVES and form.method == "post")


async def thread(app: Served, path: str) -> dict[str, object]:
    answer = await app.client.get("/api/v1/thread", params={"url": f"{BLOG}{path}"})
    found: dict[str, object] = answer.json()
    return found


async def count(app: Served, path: str) -> object:
    return (await thread(app, path))["count"]


async def test_the_list_says_what_each_page_is_like(app: Served, owner: Visitor) -> None:
    page = await owner.get(PAGES)
    assert page.text.index("/new/gauge") < page.text.index("/old/weir")
    assert "3 comments" in page.text
    page = await owner.get(f"{PAGES}?q=GAUGE")
    assert "/old/weir" not in page.text
    assert "/new/gauge" in page.text
    assert "No page is like that" in (await owner.get(f"{PAGES}?closed=1")).text
    assert "Nothing further" in (await owner.get(f"{PAGES}?after=1.1")).text
    assert (await owner.get(f"{PAGES}?after=x")).status == 400
    assert (await owner.get(f"{PAGES}?site=77")).status == 200


@pytest.mark.parametrize(
    ("act", "button", "values", "told", "field", "after"),
    [
        ("close", "Close for new comments", {}, "takes no more comments", "closed", True),
        ("slow", "Set the wait", {"slow": "300"}, "wait between two comments", None, None),
        ("note", "Save the note", {"note": "Be *kind*"}, "note above the thread", None, None),
    ],
)
async def test_a_decision_is_one_form_with_its_undo(
    app: Served,
    owner: Visitor,
    act: str,
    button: str,
    values: dict[str, str],
    told: str,
    field: str | None,
    after: object,
) -> None:
    before = await owner.get(f"{PAGES}/1")
    page = await owner.send(before.form(f"{PAGES}/1", act=act), button, **values)
    assert told in page.text
    if field is not None:
        shown = (await thread(app, "/old/weir"))["page"]
        assert isinstance(shown, dict)
        assert shown[field] == after
    undone = await owner.send(page.form("/dashboard/queue/undo"), "Undo")
    assert undone.address.startswith(f"{PAGES}/1")
    assert undone.has_form(f"{PAGES}/1")
    for name, value in values.items():
        assert undone.form(f"{PAGES}/1", act=act).fields.get(name, [""]) != [value]


async def test_a_comment_is_pinned_and_unpinned(owner: Visitor, paged: list[int]) -> None:
    page = await owner.get(f"{PAGES}/1")
    page = await owner.send(page.form(f"{PAGES}/1", act="pin", id=paged[0]))
    assert "The comment is pinned." in page.text
    page = await owner.send(page.form(f"{PAGES}/1", act="unpin", id=paged[0]))
    assert "no longer pinned" in page.text
    assert not [form for form in page.forms if form.fields.get("id") == [str(paged[1])]]


async def test_a_page_is_renamed_and_both_addresses_work(app: Served, owner: Visitor) -> None:
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act="rename")
    page = await owner.send(form, url=f"{BLOG}/weir", title="Weir")
    assert "new address" in page.text
    assert "https://blog.example.org/old/weir" in page.text
    assert "since it was renamed" in page.text
    assert await count(app, "/weir") == await count(app, "/old/weir") == 3


async def test_an_address_that_leads_to_a_page_by_mistake_is_removed(
    app: Served, owner: Visitor
) -> None:
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act="rename")
    page = await owner.send(form, url=f"{BLOG}/weir", title="Weir")
    page = await owner.send(page.form(f"{PAGES}/1", act="forget"))
    assert "The address leads to the page no more." in page.text
    assert not [each for each in page.forms if each.fields.get("act") == ["forget"]]
    assert (await count(app, "/weir"), await count(app, "/old/weir")) == (3, 0)
    await owner.send(page.form("/dashboard/queue/undo"), "Undo")
    assert await count(app, "/old/weir") == 3


async def test_pages_are_merged_and_the_old_number_leads_to_the_other(
    app: Served, owner: Visitor
) -> None:
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act="merge")
    page = await owner.send(form, into=f"{BLOG}/new/gauge")
    assert "The pages are one now." in page.text
    assert page.address.startswith(f"{PAGES}/2")
    assert await count(app, "/old/weir") == 4
    assert (await owner.get(f"{PAGES}/1")).address == f"{PAGES}/2"
    await owner.send(page.form("/dashboard/queue/undo"), "Undo")
    assert await count(app, "/old/weir") == 3


async def test_ticked_comments_move_to_another_page(
    app: Served, owner: Visitor, paged: list[int]
) -> None:
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act="split")
    assert sorted(map(int, form.boxes)) == [paged[0], paged[2]]
    page = await owner.send(form, id=[str(paged[0])], split_url=f"{BLOG}/third")
    assert "moved to their page" in page.text
    assert (await count(app, "/third"), await count(app, "/old/weir")) == (2, 1)


@pytest.mark.parametrize(
    ("act", "values", "told"),
    [
        ("merge", {"into": f"{BLOG}/nowhere"}, "Nobody has written"),
        ("merge", {"into": "weir"}, "must have an address"),
        ("merge", {"into": f"{BLOG}/old/weir"}, "Choose another page"),
        ("rename", {"url": f"{BLOG}/new/gauge"}, "has a page of its own"),
        ("rename", {"url": "https://evil.example/"}, "not an origin of any site"),
        ("split", {"split_url": f"{BLOG}/third"}, "Tick the comments"),
        ("note", {"note": "x" * 2001}, "at most 2,000"),
        ("slow", {"slow": "86401"}, "0 to 86,400"),
    ],
)
async def test_what_is_refused_says_so_and_keeps_what_was_typed(
    owner: Visitor, act: str, values: dict[str, str], told: str
) -> None:
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act=act)
    page = await owner.send(form, **values)
    assert told in page.text
    assert page.status >= 400


async def test_a_split_that_is_refused_keeps_its_ticks(owner: Visitor, paged: list[int]) -> None:
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act="split")
    assert "id" not in form.fields
    page = await owner.send(form, id=[str(paged[0])], split_url="https://evil.example/")
    assert page.form(f"{PAGES}/1", act="split").fields["id"] == [str(paged[0])]


async def test_a_rule_is_looked_at_and_then_carried_out(app: Served, owner: Visitor) -> None:
    page = await owner.get(f"{MOVES}?old=/old/*&new=/articles/*")
    assert f"{BLOG}/articles/weir" in page.text
    assert "1 page stays" in page.text
    assert await count(app, "/articles/weir") == 0
    page = await owner.send(look_of(page), "Move the pages")
    assert "moved to their new addresses" in page.text
    assert await count(app, "/articles/weir") == await count(app, "/old/weir") == 3
    await owner.send(page.form("/dashboard/queue/undo"), "Undo")
    assert await count(app, "/articles/weir") == 0


async def test_pages_that_meet_are_merged_where_that_is_ticked(app: Served, owner: Visitor) -> None:
    page = await owner.get(f"{MOVES}?old=/old/weir&new=/new/gauge")
    assert "meets Title of /new/gauge" in page.text
    form = look_of(page)
    stays = await owner.send(form, "Move the pages")
    assert stays.address == f"{MOVES}?site=1"
    assert await count(app, "/old/weir") == 3
    await owner.send(form, "Move the pages", merge="1")
    assert await count(app, "/old/weir") == 4


async def test_a_look_that_is_out_of_date_is_shown_anew(app: Served, owner: Visitor) -> None:
    form = look_of(await owner.get(f"{MOVES}?old=/old/*&new=/articles/*"))
    await comment(app, "/articles/weir")
    page = await owner.send(form, "Move the pages")
    assert page.status == 409
    assert "look at the list again" in page.text
    assert "meets" in page.text


async def test_a_wrong_rule_says_what_a_rule_is(owner: Visitor) -> None:
    page = await owner.get(f"{MOVES}?old=blog&new=/articles/*")
    assert page.status == 422
    assert "Give a path like /blog/*" in page.text


async def test_likely_splits_are_merged_by_a_button(app: Served, owner: Visitor) -> None:
    await comment(app, "/2024/weir")
    page = await owner.get(MOVES)
    form = page.form(f"{PAGES}/1", act="merge", into_id=3)
    await owner.send(form)
    assert await count(app, "/old/weir") == await count(app, "/2024/weir") == 4
    assert "None among the pages" in (await owner.get(MOVES)).text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.VIEWER])
async def test_who_may_not_is_offered_nothing_and_refused(
    app: Served, owner: Visitor, paged: list[int], role: Role
) -> None:
    await new_member(app, "sam@example.org", role=role)
    sam = await signed_in(app, "sam@example.org")
    page = await sam.get(f"{PAGES}/1")
    offered = {form.fields["act"][0] for form in page.forms if "act" in form.fields}
    expected = {"close", "slow", "note", "pin"} if role is Role.MODERATOR else set()
    assert offered == expected
    assert (await sam.get(MOVES)).status == 403
    csrf = page.form("/dashboard/sign-out").fields["csrf"][0]
    theirs = await owner.get(f"{PAGES}/1")
    acts = {"close", "slow", "note", "pin", "rename", "merge", "split"} - expected
    for act in acts:
        form = theirs.form(f"{PAGES}/1", act=act)
        values = {"into": f"{BLOG}/new/gauge", "split_url": f"{BLOG}/x", "id": str(paged[0])}
        answer = await sam.post(form, csrf=csrf, **values)
        assert answer.status_code == 403, (act, answer.text)
    assert await count(app, "/old/weir") == 3


async def test_pages_of_other_sites_are_not_there(app: Served, owner: Visitor) -> None:
    other = await app.add_site("other", "https://other.example.org")
    await new_member(app, "kim@example.org", role=Role.OWNER, site=other)
    kim = await signed_in(app, "kim@example.org")
    assert "No pages yet" in (await kim.get(PAGES)).text
    assert (await kim.get(f"{PAGES}/1")).status == 404
    assert (await kim.get(f"{MOVES}?site=1")).status == 403
    form = (await owner.get(f"{PAGES}/1")).form(f"{PAGES}/1", act="close")
    csrf = (await kim.get(PAGES)).form("/dashboard/sign-out").fields["csrf"][0]
    assert (await kim.post(form, csrf=csrf)).status_code == 404
