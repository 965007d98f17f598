"""Discussions of GitHub: every comment and reply comes, and what GitHub held back is told."""

from __future__ import annotations

import pytest

from afterword.core.model import Status
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord, Passed
from tests.formats.reading import comments, pages, passed, read
from tests.support.giscus_file import (
    REPOSITORY,
    answer,
    answer_of_one,
    comment,
    discussion,
    giscus_file,
    reactions,
)

FIRST = f"{REPOSITORY}/1"


def read_one(*found: object, **more: object) -> list[CommentRecord]:
    return comments(read(giscus_file(answer(discussion(1, "a", *found), **more)), "giscus"))


def test_everything_that_it_says_is_read() -> None:
    reply = comment("r1", "> a", authorAssociation="OWNER")
    whole = discussion(
        1, "a", comment("c1", "**a**", reply, upvoteCount=2, lastEditedAt="2020-09-13T12:26:41Z"),
        locked=True, reactionGroups=reactions(HEART=2, EYES=0),
    )  # fmt: skip
    page, first, second = read(giscus_file(answer(whole)), "giscus")
    assert page == PageRecord(
        FIRST, "https://blog.example.org/a", closed=True, created_at=1_600_000_000_000,
        reactions={"❤️": 2},
    )  # fmt: skip
    assert first == CommentRecord(
        "c1", FIRST, None, Status.APPROVED, "mira", Markdown("**a**", html=True), 1_600_000_000_000,
        website="https://github.com/mira", edited_at=1_600_000_001_000, up=2,
    )  # fmt: skip
    assert isinstance(second, CommentRecord)
    assert (second.ref, second.parent, second.staff) == ("r1", "c1", "")


@pytest.mark.parametrize("slurp", [True, False])
def test_answers_may_stand_in_an_array_or_after_each_other(slurp: bool) -> None:
    answers = (answer(discussion(n, str(n), comment(f"c{n}", "a"))) for n in (1, 2))
    assert [each.ref for each in comments(read(giscus_file(*answers, slurp=slurp), "giscus"))] == [
        "c1",
        "c2",
    ]


@pytest.mark.parametrize(
    ("title", "body", "url"),
    [
        ("blog/a", "# blog/a\n\n\n\nhttps://example.org/blog/a?x=1", "https://example.org/blog/a?x=1"),
        ("A title", "# A title\n\nhttps://x.example\nsee https://y.example\n\n<https://example.org/a>\r\n",
         "https://example.org/a"),
        ("https://example.org/b", "", "https://example.org/b"),
        ("blog/a/", "", "/blog/a/"),
        ("/blog/a", "", "/blog/a"),
        ("index", "", "/"),
        ("A title", "", FIRST),
        ("title", "", FIRST),
    ],
)  # fmt: skip
def test_a_page_is_found_by_what_giscus_wrote(title: str, body: str, url: str) -> None:
    written = giscus_file(answer(discussion(1, title, body=body)))
    assert [each.url for each in pages(read(written, "giscus"))] == [url]


@pytest.mark.parametrize(
    ("title", "kept"), [("blog/a", ""), ("index", ""), ("How to bake", "How to bake")]
)
def test_a_title_that_is_a_path_is_none(title: str, kept: str) -> None:
    path = {"index": "", "How to bake": "bake"}.get(title, title)
    body = f"https://blog.example.org/{path}"
    written = giscus_file(answer(discussion(1, title, body=body)))
    assert [each.title for each in pages(read(written, "giscus"))] == [kept]


def test_the_text_of_a_discussion_itself_is_no_comment_and_told() -> None:
    found = read(giscus_file(answer(discussion(1, "Ideas", body="What do you think?"))), "giscus")
    assert passed(found) == [Passed(FIRST, "The text of a discussion itself, which is no comment.")]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"isMinimized": True, "minimizedReason": "spam"}, Status.SPAM),
        ({"isMinimized": True, "minimizedReason": "ABUSE"}, Status.SPAM),
        ({"isMinimized": True, "minimizedReason": "off-topic"}, Status.PENDING),
        ({"isMinimized": True, "minimizedReason": None}, Status.PENDING),
        ({"deletedAt": "2020-09-14T00:00:00Z", "author": None, "body": ""}, Status.REMOVED),
    ],
)
def test_what_was_hidden_is_not_published(more: dict[str, object], status: Status) -> None:
    assert [each.status for each in read_one(comment("c1", "a") | more)] == [status]


def test_who_has_left_github_has_no_name() -> None:
    (found,) = read_one(comment("c1", "a", author=None))
    assert (found.name, found.website) == ("", None)


def test_votes_and_thumbs_are_one_and_other_reactions_are_told() -> None:
    groups = reactions(THUMBS_UP=3, THUMBS_DOWN=1, ROCKET=2, NEW=1, EYES=0)
    written = giscus_file(
        answer(discussion(1, "a", comment("c1", "a", upvoteCount=2, reactionGroups=groups)))
    )
    found = read(written, "giscus")
    assert [(each.up, each.down) for each in comments(found)] == [(3, 1)]
    assert [each.reason for each in passed(found)] == [
        "A comment has no 🚀 here.",
        "A comment has no NEW here.",
    ]


def test_who_reacted_has_two_names() -> None:
    groups = [{"content": "THUMBS_UP", "reactors": {"totalCount": 2}}, {"content": "EYES"}]
    (found,) = read_one(comment("c1", "a", reactionGroups=groups))
    assert found.up == 2


def test_html_is_read_where_there_is_nothing_else() -> None:
    (found,) = read_one(comment("c1", "", bodyHTML="<p>a</p>"))
    assert found.body == Html("<p>a</p>")


def test_what_github_held_back_is_told() -> None:
    whole = discussion(1, "a", comment("c1", "a", comment("r1", "b"), total=103), total=250)
    told = {each.place for each in passed(read(giscus_file(answer(whole)), "giscus"))}
    assert told == {f"{FIRST}: 249 of 250", f"{FIRST} c1: 102 of 103"}


@pytest.mark.parametrize("goes_on", [True, False])
def test_that_there_are_more_discussions_is_told(goes_on: bool) -> None:
    answers = [answer(discussion(n, str(n))) for n in (1, 2)]
    for each, more in zip(answers, (True, goes_on), strict=True):
        each["data"]["repository"]["discussions"]["pageInfo"] = {"hasNextPage": more}
    assert bool(passed(read(giscus_file(*answers), "giscus"))) is goes_on


def test_more_answers_bring_the_rest_and_nothing_twice() -> None:
    first = answer(discussion(1, "a", comment("c1", "a"), comment("c2", "b"), total=3))
    again = answer_of_one(discussion(1, "a", comment("c1", "a"), comment("c2", "b"), total=3))
    rest = answer_of_one(discussion(1, "a", comment("c3", "c"), total=3))
    found = read(giscus_file(first, again, rest), "giscus")
    assert [each.ref for each in comments(found)] == ["c1", "c2", "c3"]
    assert len(pages(found)) == 1
    assert passed(found) == []


def test_what_github_refused_is_told() -> None:
    wrong = {"data": {"repository": None}, "errors": [{"message": "No such repository"}]}
    told = [
        each.reason
        for each in passed(read(giscus_file(wrong, {"message": "Bad credentials"}), "giscus"))
    ]
    assert told == ["GitHub says: No such repository", "GitHub says: Bad credentials"]


@pytest.mark.parametrize(
    "written", [3, {"data": 3}, answer(3), answer(discussion(1, "a", {"body": "no number"}, 4))]
)
def test_what_is_like_nothing_is_passed(written: object) -> None:
    found = read(giscus_file(written), "giscus")
    assert passed(found)
    assert comments(found) == []


def test_gaps_say_nothing() -> None:
    assert read_one(None) == []
    assert read(giscus_file(answer(None)), "giscus") == []
