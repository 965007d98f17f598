"""What is asked of events and the outbox each second, or by a page of the dashboard; see test_query_plans."""

from __future__ import annotations

from afterword.storage import delivery_tries, events, outbox, outbox_list

QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "messages that are due": (outbox.DUE, {"channels": ["mail"], "now": 9, "limit": 50}),
    "events to spread": (events.ANY_TO_SPREAD, {}),
    "messages of a state": (outbox_list.LIST, {"state": "sent", "before": 9, "limit": 51}),
    "how many messages of a state": (outbox_list.COUNT, {"state": "sent", "most": 1000}),
    "the mail that waits longest": (outbox_list.OLDEST, {}),
    "messages that failed": (outbox_list.FAILED, {"after": 0, "limit": 500}),
    "messages told long ago": (outbox_list.DROP_SETTLED, {"before": 9, "limit": 99}),
    "events told long ago": (events.DROP_SPREAD, {"before": 9, "limit": 99}),
    "last tries of a message": (delivery_tries.OF, {"outbox_id": 1, "limit": 9}),
}
