"""What is asked of events, the outbox and those who are told; see test_query_plans."""

from __future__ import annotations

from typing import Any

from afterword.storage import (
    contacts,
    delivery_tries,
    events,
    mailboxes,
    outbox,
    outbox_list,
    senders,
    subscriptions,
    tellings,
)

PLACE: dict[str, Any] = {"site_id": 1, "page_ids": [1, 2], "above": [3, 4]}
QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "messages that are due": (outbox.DUE, {"channels": ["mail"], "now": 9, "limit": 50}),
    "the next message of each webhook": (outbox.NEXT_OF_WEBHOOKS, {"now": 9}),
    "events to spread": (events.ANY_TO_SPREAD, {}),
    "messages of a state": (outbox_list.LIST, {"state": "sent", "before": 9, "limit": 51}),
    "how many messages of a state": (outbox_list.COUNT, {"state": "sent", "most": 1000}),
    "the mail that waits longest": (outbox_list.OLDEST, {}),
    "messages that failed": (outbox_list.FAILED, {"after": 0, "limit": 500}),
    "messages told long ago": (outbox_list.DROP_SETTLED, {"before": 9, "limit": 99}),
    "mails of a purpose to a mailbox": (
        outbox.UNDER_WAY,
        {"mailbox_id": 1, "purpose": "confirm"},
    ),
    "events told long ago": (events.DROP_SPREAD, {"before": 9, "limit": 99}),
    "tries of messages": (outbox_list.TRIES, {"ids": [1, 2]}),
    "messages to be tried again": (outbox_list.RETRY, {"ids": [1, 2], "now": 9}),
    "messages to be tried at once": (outbox_list.HURRY, {"ids": [1, 2], "now": 9}),
    "messages that come back with their comment": (
        outbox.COME_BACK,
        {"ids": [1, 2], "purpose": "reply", "now": 9},
    ),
    "last tries of a message": (delivery_tries.OF, {"outbox_id": 1, "limit": 9}),
    "comment of which readers are being told": (tellings.NEXT, {}),
    "new comments that are public": (tellings.PUBLIC, {"ids": [1, 2], "since": 3}),
    "new comments that somebody waits for": (
        subscriptions.WAITED_FOR,
        {"ids": [1, 2], "most": 500},
    ),
    "authors who want to be told": (contacts.WANTING, {"ids": [1, 2]}),
    "mailboxes that hear of a comment": (
        subscriptions.LISTENERS,
        {**PLACE, "own_keys": ["a"], "author_key": "k1", "after_id": 7, "limit": 200},
    ),
    "the wish by which a mailbox hears": (
        subscriptions.WANTED_BY,
        {**PLACE, "mailbox_id": 1},
    ),
    "wish of an author": (
        subscriptions.WISH,
        {
            "key": "a",
            "site_id": 1,
            "page_id": 3,
            "comment_id": 5,
            "author_key": "k1",
            "lang": "de",
            "now": 9,
        },
    ),
    "wishes that wait for an address": (subscriptions.PENDING, {"mailbox_id": 1, "limit": 9}),
    "wishes of a mailbox": (subscriptions.OF, {"mailbox_id": 1, "limit": 9}),
    "pages merged into one": (subscriptions.PAGES, {"page_id": 3}),
    "comments above one": (subscriptions.ABOVE, {"comment_id": 5, "most": 500}),
    "wishes that end with a page": (
        subscriptions.END_OF_PAGES,
        {"mailbox_id": 1, "page_ids": [1, 2], "now": 9},
    ),
    "wishes that are taken up": (subscriptions.TAKE_UP, {"mailbox_id": 1, "ended_at": 9}),
    "wishes that nobody confirmed": (subscriptions.FORGET_PENDING, {"before": 9}),
    "mailbox of an address": (mailboxes.BY_KEY, {"key": "a"}),
    "mailboxes that nobody confirmed": (mailboxes.FORGET_UNCONFIRMED, {"before": 9}),
    "mails asked for from an address": (
        senders.ASKED_SINCE,
        {"comment_id": 1, "purpose": "confirm", "since": 9, "earliest": 1, "limit": 3},
    ),
}

SORTED = {
    "tries of messages",
    "mailboxes that hear of a comment",
    "the wish by which a mailbox hears",
    "wishes that wait for an address",
    "wishes of a mailbox",
}
"""The few tries of a slice of messages, whoever follows one thread, and what one mailbox wishes."""
