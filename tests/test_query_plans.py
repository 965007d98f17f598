"""How each hot question is answered: by an index, however much there is, on both engines.

SQLite decides without statistics unless somebody ran ANALYZE; both are pinned. A partial index that
is missed, or a full one that is preferred, costs a reader a hundred times the time.
"""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest
import pytest_asyncio

from afterword.core.model import Policy, Status, Tab
from afterword.services.moderating.find_in_queue import orders
from afterword.storage import (
    bans,
    changes,
    comments,
    contacts,
    edits,
    facts,
    feeds,
    glances,
    learnt,
    members,
    migrate,
    neighbours,
    notices,
    own_comments,
    own_sessions,
    pages,
    reactions,
    reader_codes,
    readers,
    reports,
    review,
    review_query,
    senders,
    sessions,
    sign_in_failures,
    sites,
    spent_tokens,
    trials,
    trusted_authors,
    verdicts,
    votes,
    webhooks,
)
from afterword.storage.store import Store
from tests.storage import import_questions, outbox_questions, page_questions, reading_questions

HOT: dict[str, tuple[str, dict[str, object]]] = {
    "page by keys": (pages.BY_KEYS, {"site_id": 1, "keys": ["k1", "k2"]}),
    "page by id": (pages.BY_IDS, {"page_ids": [1, 2]}),
    "lock of a page": (pages.LOCK, {"page_id": 3, "now": 1}),
    "recount of a page": (pages.RECOUNT, {"page_id": 3}),
    "site by origin": (sites.BY_ORIGIN, {"origin": "https://blog.example.org"}),
    "session of a known reader": (readers.BY_TOKEN, {"token_hash": "a", "now": 1}),
    "devices of a person": (readers.SESSIONS_OF, {"ids": [1, 2], "now": 1}),
    "readers of a mailbox": (readers.OF_MAILBOX, {"mailbox_id": 1}),
    "session of a person's own page": (own_sessions.BY_HASH, {"token_hash": "a", "now": 1}),
    "codes mailed to an address": (reader_codes.MAILED, {"mailbox_id": 1, "after": 1}),
    "code of a ticket": (reader_codes.BY_TICKET, {"ticket_hash": "a"}),
    "code of a mail": (reader_codes.BY_SEED, {"seed": "a"}),
    "comments of a person": (
        own_comments.OF_KEYS,
        {"site_ids": [1, 2], "author_keys": ["a", "b"], "before": 9, "limit": 20},
    ),
    "comments that an address was typed with": (
        own_comments.TYPED,
        {"email": "ana@example.org", "author_keys": ["a"], "limit": 50},
    ),
    "comments of a browser with an address": (
        own_comments.OF_DEVICE,
        {"email": "ana@example.org", "author_key": "a", "site_id": 1, "limit": 50},
    ),
    "webhooks that hear of a site": (webhooks.HEARING, {"site_id": 1}),
    "last tries of a webhook": (webhooks.TRIES, {"id": 1, "limit": 20}),
    "comments by id": (comments.BY_IDS, {"ids": [1, 2]}),
    "comment by origin": (comments.BY_ORIGIN_KEY, {"site_id": 1, "origin_key": "c:1"}),
    "what is to be scrubbed": (comments.REMOVED_BEFORE, {"at": 9, "limit": 9}),
    "facts of a draft": (
        facts.LOOK_UP,
        {
            "site_id": 1,
            "keys": ["k1", "k2"],
            "author_key": "k1",
            "source": "x",
            **dict.fromkeys(("since", "hour_ago", "minute_ago", "now"), 1),
            "addresses": ["x", "y"],
            "most_from_address": 20,
            "most_on_page": 30,
            "most_on_site": 60,
            "writer": ["x", "y"],
        },
    ),
    "bans of a writer": (bans.COMPARED, {"site_id": 1, "values": ["x", "y"], "now": 9}),
    "bans by address": (bans.COUNT_SALTED, {"site_id": 1, "now": 9}),
    "bans of a site": (bans.ACTIVE, {"site_id": 1, "before_id": 9, "limit": 9, "now": 9}),
    "bans that are over": (bans.DROP_ENDED, {"before": 9}),
    "who wrote last on a slow page": (
        senders.LATEST,
        {
            "site_id": 1,
            "page_id": 3,
            "author_key": "k1",
            "addresses": ["x", "y"],
            "since": 1,
            "origin_key": "c:1",
        },
    ),
    "newest of a site": (feeds.OF_SITE, {"site_id": 1, "limit": 50}),
    "newest of a page": (feeds.OF_PAGE, {"page_id": 3, "limit": 50}),
    "newest answers": (feeds.ANSWERS, {"comment_id": 5, "limit": 50}),
    "last change of a site": (feeds.SITE_CHANGED, {"site_id": 1}),
    "whom to tell of a site": (notices.OF_SITE, {"site_id": 1}),
    "what a member wants to hear": (notices.OF_MEMBER, {"member_id": 1}),
    "the last mails to a member": (notices.NTH_LAST, {"member_id": 1, "nth": 10}),
    "what was spent": (spent_tokens.FIND, {"token": "x"}),
    "sender": (senders.OF, {"comment_id": 1}),
    "addresses of senders": (senders.FORGET, {"before": 9}),
    "trusted authors": (trusted_authors.AMONG, {"site_id": 1, "author_keys": ["k1", "k2"]}),
    "an author's newest": (
        comments.NEWEST_OF,
        {"site_id": 1, "author_key": "k1", "limit": 9},
    ),
    "pages past their days": (pages.TO_CLOSE, {"site_id": 1, "opened_before": 9, "limit": 9}),
    "counts of tokens": (learnt.SEEN, {"site_id": 1, "tokens": ["all", "word:a"]}),
    "what was learnt of comments": (learnt.OF, {"ids": [1, 2]}),
    "what was learnt first": (learnt.OLDEST, {"site_id": 1, "spam": 1, "limit": 9}),
    "what an author taught": (learnt.BY_AUTHORS, {"site_id": 1, "sources": ["a", "b"]}),
    "what a network taught": (learnt.BY_NETWORKS, {"site_id": 1, "sources": ["a", "b"]}),
    "strongest tokens": (learnt.TO_SPAM, {"site_id": 1, "limit": 400}),
    "strongest tokens against spam": (learnt.TO_GOOD, {"site_id": 1, "limit": 400}),
    **{
        f"last comments of a site, {status}": (sql, {"site_id": 1, "limit": 500, "now": 9})
        for status, sql in trials.NEWEST.items()
    },
    "comments with their score sheets": (trials.WITH_SHEETS, {"ids": [1, 2]}),
    "since when authors are known": (
        trials.FIRST_APPROVED,
        {"site_id": 1, "ids": [1, 2]},
    ),
    "lock of a site": (sites.LOCK, {"site_id": 1, "now": 1}),
    "vote": (votes.OF, {"comment_id": 1, "voter": "x"}),
    "addresses of voters": (votes.FORGET, {"before": 9}),
    "reaction": (reactions.OF, {"page_id": 1, "voter": "x"}),
    "addresses of reacting readers": (reactions.FORGET, {"before": 9}),
    "reports": (reports.OPEN, {"ids": [1, 2]}),
    "reports from an address": (reports.AT_ADDRESS, {"comment_id": 1, "address": "x"}),
    "reports that are settled": (reports.CLOSE, {"ids": [1, 2], "now": 9}),
    "recount of reports": (reports.RECOUNT, {"ids": [1, 2]}),
    "addresses of reporters": (reports.FORGET, {"before": 9}),
    "earlier texts": (edits.OF, {"ids": [1, 2]}),
    "contact": (contacts.OF, {"comment_id": 1}),
    "verdicts": (verdicts.OF, {"ids": [1, 2]}),
    "glance at authors": (glances.OF, {"ids": [1, 2], "others": 3, "never": -1, "now": 9}),
    "queue": (review.HELD, {"ids": [1, 2]}),
    "last of the queue": (review.LATEST, {}),
    "what a comment answers": (neighbours.ABOVE, {"id": 5, "limit": 9}),
    "answers beside a comment": (
        neighbours.SIBLINGS,
        {"root_id": 5, "parent_id": 5, **reading_questions.AFTER},
    ),
    "top-level comments beside one": (
        neighbours.TOP_LEVEL,
        {"page_id": 3, **reading_questions.AFTER},
    ),
    "history": (review.HISTORY, {"site_id": 1, "author_keys": ["k1", "k2"]}),
    "session": (sessions.BY_HASH, {"token_hash": "x"}),
    "member": (members.BY_EMAIL, {"email": "a@example.org"}),
    "failures": (sign_in_failures.SINCE, {"subject": "x", "since": 1}),
    "queue counts": (review.COUNTS, {}),
    "queue counts of some sites": (review.COUNTS_ON_SITES, {"site_ids": [1, 2]}),
}
NARROWED: dict[str, dict[str, Any]] = {
    "": {},
    ", some sites": {"site_ids": [1, 2]},
    ", a page": {"page_id": 3},
    ", an author": {"author": (1, "k1"), "site_ids": [1]},
    ", a search": {"text": "Ünter", "rule": "links", "links": True, "email": "a@b.example"},
    ", what is new": {"newer": (9, 9), "up_to": 99},
}
for tab, (name, narrowed) in product(Tab, NARROWED.items()):
    wanted = review_query.Wanted(tab, **narrowed, since=7)
    for order in orders(tab, ranked=not (wanted.page_id or wanted.author)):
        spots = review_query.spot_values(order, (1, 1, 1), (9, 9, 9))
        after = review_query.spot_values(order, (1, 1, 1), None)
        HOT[f"queue, {tab}{name}, {order} first"] = (
            review_query.find_text(wanted, order, until=True),
            {**review_query.values(wanted), **spots, "limit": 201},
        )
        HOT[f"reach in the queue, {tab}{name}, {order} first"] = (
            review_query.reach_text(wanted, order),
            {**review_query.values(wanted), **after, "depth": 9_999},
        )
    if wanted.newer:
        HOT[f"news of the queue, {tab}"] = (
            review_query.new_text(wanted),
            {**review_query.values(wanted), "limit": 99},
        )

HOT |= reading_questions.QUESTIONS | page_questions.QUESTIONS
HOT |= outbox_questions.QUESTIONS | import_questions.QUESTIONS

# What a plan may walk through from end to end: the few rows that a part of the query has found.
SMALL = (
    r"(s|removed|waiting|listed|found|reached|cut|shown|up|fresh|same|others|latest|recent_\w+|changes|p"
    r"|CONSTANT ROW|change_count|w|counted|event USING INDEX event_to_spread|of_\w+|f|family|a|above"
    r"|telling USING INDEX telling_on|approved|pending|spam|\(subquery-\d+\))"
)
# One row for each changed page, sorted once more after its keys were joined; the few of some comments;
# what one author wrote.
SORTED = {"what a network taught",
    "reports", "earlier texts", "news of the queue, reported", "an author's newest",
    "devices of a person", "comments of a person", "comments that an address was typed with",
    "comments of a browser with an address",
}  # fmt: skip
SORTED |= page_questions.SORTED | outbox_questions.SORTED | import_questions.SORTED


@pytest_asyncio.fixture(scope="module")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """An SQLite database whose comments are spread unevenly, as they are in life."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'afterword.db'}"
    await migrate.upgrade(url)
    store = await Store.open(url)
    await fill(store)
    yield store
    await store.close()


async def fill(store: Store, number: int = 20_000) -> None:
    chance = random.Random(1)
    async with store.write() as db:
        for name in ("one", "two"):
            await sites.add(db, name, [f"https://{name}.example.org"], Policy(), now=1)
        for page in range(1, 201):
            await pages.open_page(db, 1 + page % 2, [f"k{page}"], "https://x", "T", now=page)
        rows: list[dict[str, object]] = []
        roots: dict[int, list[int]] = {}
        for number_ in range(1, number + 1):
            page = chance.choice((3, chance.randint(1, 200)))
            above = roots.setdefault(page, [])
            root = chance.choice(above) if above and chance.random() < 0.6 else None
            rows.append(
                {
                    "site": 1 + page % 2,
                    "page": page,
                    "root": root,
                    "status": chance.choices(list(Status), (85, 5, 8, 2))[0].value,
                    "key": f"k{number_ % 500}",
                    "origin": f"c:{number_}",
                    "at": number_,
                    "id": number_,
                }
            )
            if root is None:
                above.append(number_)
        # A part at a time: PostgreSQL's patience with one statement ends after a few seconds.
        for part in range(0, number, 2_000):
            await db.execute_many(
                "INSERT INTO comment (id, site_id, page_id, parent_id, root_id, status, author_name,"
                " author_key, source, tree, tree_version, origin_key, created_at)"
                " VALUES (:id, :site, :page, :root, :root, :status, 'A', :key, '', '[]', 1, :origin, :at)",
                rows[part : part + 2_000],
            )


async def _plan(store: Store, question: str) -> list[str]:
    sql, values = HOT[question]
    sql = store.order.fill(sql)
    return [row[-1] for row in await store.fetch_all(f"EXPLAIN QUERY PLAN {sql}", values)]


def _walks(plan: list[str]) -> list[str]:
    """Steps that read more than an index says, or that sort."""
    return [
        step
        for step in plan
        if re.match(rf"SCAN (?!{SMALL}$)", step) or "TEMP B-TREE" in step or "AUTOMATIC" in step
    ]


@pytest.mark.parametrize("question", HOT)
async def test_sqlite_answers_by_an_index(ready_sqlite_url: str, question: str) -> None:
    store = await Store.open(ready_sqlite_url)
    plan = await _plan(store, question)
    await store.close()
    _assert_no_walk(question, plan)


async def test_sqlite_answers_by_an_index_after_analyze(filled: Store) -> None:
    async with filled.write() as db:
        await db.execute("ANALYZE")
    # Other connections read the statistics too, because making them has changed the schema.
    for question in HOT:
        _assert_no_walk(question, await _plan(filled, question))


def _assert_no_walk(question: str, plan: list[str]) -> None:
    walks = _walks(plan)
    if question in SORTED:
        walks = [step for step in walks if "TEMP B-TREE" not in step]
    assert walks == [], f"{question}:\n" + "\n".join(plan)


async def test_sqlite_reads_a_thread_by_the_two_indexes_made_for_it(filled: Store) -> None:
    used = set(re.findall(r"INDEX (\w+)", "\n".join(await _plan(filled, "thread, oldest first"))))
    assert used == {"comment_roots", "comment_replies"}
    plan = "\n".join(await _plan(filled, "beginning of a thread, oldest first"))
    used = set(re.findall(r"INDEX (\w+)", plan))
    assert used == {"comment_roots", "comment_replies", "comment_pinned"}


async def test_sqlite_reads_a_thread_by_points_by_the_index_made_for_it(filled: Store) -> None:
    for question in ("thread, top first", "roots with more points"):
        plan = "\n".join(await _plan(filled, question))
        assert set(re.findall(r"INDEX (\w+)", plan)) == {"comment_top", "comment_replies"}


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("queue, pending, a page, oldest first", "comment_by_page"),
        ("queue, approved, a page, newest first", "comment_by_page"),
        ("queue, reported, a page, newest first", "comment_reported"),
        ("queue, approved, an author, newest first", "comment_of_author"),
        ("queue, reported, reports first", "comment_most_reported"),
        ("queue, spam, some sites, score first", "comment_by_score"),
    ],
)
async def test_sqlite_reads_the_queue_by_the_index_made_for_it(
    filled: Store, question: str, index: str
) -> None:
    assert re.findall(r"INDEX (\w+)", "\n".join(await _plan(filled, question))) == [index]


async def test_sqlite_leads_replies_back_by_their_root(filled: Store) -> None:
    used = re.findall(r"INDEX (\w+)", "\n".join(await _plan(filled, "comments to move back")))
    assert "comment_replies" in used
    assert "comment_by_page" not in used


async def test_a_walk_is_noticed(filled: Store) -> None:
    for sql in (
        "SELECT * FROM comment WHERE source = 'x'",
        "SELECT id FROM comment WHERE page_id = 3 ORDER BY source",
    ):
        plan = [row[-1] for row in await filled.fetch_all(f"EXPLAIN QUERY PLAN {sql}")]
        assert _walks(plan)


@pytest_asyncio.fixture
async def filled_postgres(postgres_url: str) -> AsyncIterator[Store]:
    await migrate.upgrade(postgres_url)
    store = await Store.open(postgres_url)
    await fill(store)
    yield store
    await store.close()


async def test_postgres_answers_by_an_index(filled_postgres: Store) -> None:
    async with filled_postgres.write() as db:
        await db.execute("ANALYZE")
        # With these tables in memory it may think nothing of reading one; can it do otherwise?
        await db.execute("SET LOCAL enable_seqscan = off")
        mark = {"mark": (await changes.mark(filled_postgres)).committed}
        for question, (sql, values) in HOT.items():
            asked = {name: mark.get(name, value) for name, value in values.items()}
            rows = await db.fetch_all(f"EXPLAIN {db.order.fill(sql)}", asked)
            plan = "\n".join(row[0] for row in rows)
            walked = set(re.findall(r"Seq Scan on (\w+)", plan))
            assert not walked & {"comment", "page", "page_key", "session"}, f"{question}\n{plan}"
        # And does it of its own accord, where not half of all comments are asked for?
        await db.execute("SET LOCAL enable_seqscan = on")
        for question in (*reading_questions.QUESTIONS, *reading_questions.ASKED_OFTEN):
            sql, values = HOT[question]
            asked = {name: mark.get(name, value) for name, value in values.items()}
            rows = await db.fetch_all(f"EXPLAIN {db.order.fill(sql)}", asked)
            plan = "\n".join(row[0] for row in rows)
            assert "Seq Scan on comment" not in plan, f"{question}\n{plan}"
            if question not in reading_questions.SORTED:
                assert " Sort " not in plan, f"{question}\n{plan}"
