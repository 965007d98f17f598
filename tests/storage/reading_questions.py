"""The questions that are asked to show a thread, with values; see test_query_plans."""

from __future__ import annotations

from afterword.storage import small_threads, threads

SLICE = {"page_id": 3, "after_at": 0, "after_id": 0, "limit": 50, "replies": 10, "end": 2**62}
AROUND = {**SLICE, "opened": 5, "until_at": 9, "until_id": 9}
AFTER = {"after_at": 0, "after_id": 0, "limit": 50}

QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "thread, oldest first": (threads.OLDEST, {**SLICE}),
    "thread, newest first": (threads.NEWEST, {**SLICE}),
    "thread, top first": (threads.TOP, {**SLICE, "after_points": 7}),
    "thread around a comment": (threads.AROUND["oldest"], {**AROUND}),
    "thread around a comment, newest first": (threads.AROUND["newest"], {**AROUND}),
    "thread around a comment, top first": (threads.AROUND["top"], {**AROUND, "after_points": 7}),
    "more replies": (threads.REPLIES, {"root_id": 5, **AFTER}),
    "replies left": (threads.REPLIES_LEFT, {"root_id": 5, "after_at": 0, "after_id": 0}),
    "where a comment is": (threads.TARGET, {"id": 5, "page_id": 3}),
    "roots before": (threads.EARLIER, {"page_id": 3, "at": 9, "id": 9, "back": 5}),
    "roots after": (threads.LATER, {"page_id": 3, "at": 9, "id": 9, "back": 5}),
    "roots with more points": (
        threads.HIGHER,
        {"page_id": 3, "points": 0, "at": 9, "id": 9, "back": 5},
    ),
    "page with a small thread": (
        small_threads.find_text(1),
        {"site_id": 1, "key_0": "k1"},
    ),
    "page of several keys with a small thread": (
        small_threads.find_text(3),
        {"site_id": 1, "key_0": "k0", "key_1": "k1", "key_2": "k2"},
    ),
}
for order, text in threads.BEGINNING.items():
    QUESTIONS[f"page with the beginning of its thread, {order} first"] = (
        small_threads.begin_text(2, order, 50, 20),
        {"site_id": 1, "key_0": "k0", "key_1": "k3"},
    )
    question = f"beginning of a thread, {order} first"
    QUESTIONS[question] = (text, {**SLICE, "after_points": 7} if order == "top" else {**SLICE})
    QUESTIONS[f"{question}, around a comment"] = (
        threads.AROUND_BEGINNING[order],
        {**AROUND, "after_points": 7} if order == "top" else {**AROUND},
    )

ASKED_OFTEN = (
    "comments by id",
    "comment by origin",
    "facts of a draft",
    "what has changed",
    "what has changed on a page",
    "page by keys",
    "page by id",
    "lock of a page",
)
SORTED = {
    "facts of a draft",
    "what has changed",
    "what has changed on a page",
    "page with a small thread",
    "page of several keys with a small thread",
}
"""What PostgreSQL sorts though little of it comes: some rows of one author, of what is new, of one page."""
