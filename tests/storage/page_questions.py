"""The questions that are asked of pages and authors, with values; see test_query_plans."""

from __future__ import annotations

from afterword.storage import address_checks, authors, changes, moves, page_list

BEFORE = {"after_at": 99, "after_id": 9, "limit": 31}
QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "what has changed": (
        changes.NEW_SINCE,
        {"mark": "9", "after": -1, "after_id": 0, "limit": 9},
    ),
    "what has changed on a page": (
        changes.CHANGED_IN_PAGE,
        {"page_id": 3, "since": 7, "limit": 201},
    ),
    "last change": (changes.LATEST, {}),
    "pages, of every site": (page_list.find_text("", closed=False, sites=None), {**BEFORE}),
    "pages, of a site": (
        page_list.find_text("", closed=False, sites=1),
        {**BEFORE, "site_id": 1},
    ),
    "pages, of some sites": (
        page_list.find_text("", closed=False, sites=2),
        {**BEFORE, "site_ids": [1, 2]},
    ),
    "closed pages": (page_list.find_text("", closed=True, sites=None), {**BEFORE}),
    "closed pages of a site": (
        page_list.find_text("", closed=True, sites=1),
        {**BEFORE, "site_id": 1},
    ),
    "pages, searched": (
        page_list.find_text("x", closed=False, sites=1),
        {**BEFORE, "site_id": 1, "depth": 9, "text_0": "%x%", "text_1": "%X%"},
    ),
    "pages, listed": (page_list.LISTED, {"page_ids": [1, 2], "many": 100}),
    "latest comments of a page": (page_list.LATEST, {"page_id": 3, "limit": 30}),
    "comments of a page by status": (page_list.BY_STATUS, {"page_id": 3}),
    "pages like a rule": (
        page_list.MATCHING,
        {"site_id": 1, "pattern": "%://%/a/%", "limit": 9},
    ),
    "pages unlike a rule": (page_list.OTHERS, {"site_id": 1, "pattern": "%://%/a/%", "limit": 9}),
    "recent pages of a site": (page_list.RECENT, {"site_id": 1, "limit": 9}),
    "number of pages of a site": (page_list.COUNT, {"site_id": 1}),
    "keys by page": (page_list.KEYS, {"page_ids": [1, 2]}),
    "keys of a page": (moves.KEYS, {"page_id": 3}),
    "keys to give": (moves.GIVE_KEYS, {"site_id": 1, "page_id": 3, "keys": ["k1", "k2"], "to": 4}),
    "pinned comments": (moves.PINNED, {"page_id": 3}),
    "reactions at one address": (moves.DOUBLED, {"page_id": 3, "into": 4}),
    "whether a page is unused": (moves.IS_UNUSED, {"page_id": 3}),
    "comments to move": (moves.MOVE_ALL, {"page_id": 3, "to": 4, "version": 9, "part": 9}),
    "comments to move back": (
        moves.MOVE_NOTED,
        {"audit_id": 1, "noted": 3, "page_id": 4, "to": 3, "version": 9, "part": 9},
    ),
    "pages to ask": (
        address_checks.TO_ASK,
        {"site_id": 1, "begun_at": 9, "after_id": 9, "limit": 20},
    ),
    "pages by what they answered": (address_checks.COUNTS, {"site_id": 1}),
    "how many answered so": (address_checks.MANY, {"site_id": 1, "outcome": "gone", "most": 500}),
    "pages asked in a round": (address_checks.ASKED, {"site_id": 1, "begun_at": 9}),
    "pages that answered so": (
        address_checks.OF_OUTCOME,
        {"site_id": 1, "outcome": "gone", "after_id": 9, "limit": 31},
    ),
    "newest comments of a site": (
        authors.NEWEST,
        {"site_ids": [1, 2], "end": 99, "depth": 9, "limit": 9},
    ),
    "authors by name": (
        authors.named_text("x"),
        {"site_ids": [1, 2], "end": 99, "depth": 9, "limit": 9, "text_0": "%x%", "text_1": "%X%"},
    ),
    "authors by email": (
        authors.BY_EMAIL,
        {"site_ids": [1, 2], "email": "a@example.org", "limit": 9},
    ),
    "what an author wrote": (
        authors.HISTORY,
        {"site_id": 1, "author_key": "k1", "after_at": 99, "after_id": 9, "limit": 9},
    ),
    "since when an author writes": (authors.SINCE, {"site_id": 1, "author_key": "k1"}),
    "names of an author": (authors.NAMES, {"site_id": 1, "author_key": "k1", "limit": 9}),
    "top-level comments to note": (moves.NOTE_ALL, {"audit_id": 1, "page_id": 3}),
}

SORTED = {"pages, searched", "keys of a page", "reactions at one address"}
SORTED |= {"authors by email", "names of an author", "what has changed"}
"""What was found is sorted once more, and is little."""
