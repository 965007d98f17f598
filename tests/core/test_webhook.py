"""Which events a webhook hears of, what it is shown, and when it is left alone."""

from __future__ import annotations

import pytest

from afterword.core.model import Status
from afterword.core.telling import Event, EventKind
from afterword.core.webhook import (
    ENOUGH_FAILURES,
    ENOUGH_TIME,
    FIRST_REST,
    LONGEST_REST,
    MODERATION,
    STILL,
    TOPICS,
    is_given_up,
    rest,
    shows,
    topic,
)


def event(kind: EventKind, status: Status | None = None) -> Event:
    return Event(1, 1, 1 if status else None, kind, status, {}, 5)


@pytest.mark.parametrize("status", list(Status))
def test_a_new_comment_is_told_by_what_became_of_it(status: Status) -> None:
    told = topic(event(EventKind.CREATED, status))
    assert told is not None
    assert STILL[told] == {status}


@pytest.mark.parametrize("kind", [each for each in EventKind if each is not EventKind.CREATED])
def test_every_other_event_can_be_chosen_by_its_own_name(kind: EventKind) -> None:
    assert topic(event(kind)) is kind
    assert kind in TOPICS


@pytest.mark.parametrize("kind", list(TOPICS))
@pytest.mark.parametrize("status", list(Status))
def test_what_is_not_public_is_shown_to_those_alone_who_chose_what_moderators_do(
    kind: EventKind, status: Status
) -> None:
    if status is Status.REMOVED or kind is EventKind.REMOVED:
        assert not shows(kind, status)
    elif status is not Status.APPROVED:
        assert shows(kind, status) is (kind in MODERATION)
    else:
        assert shows(kind, status)


def test_rests_grow_to_an_hour_and_no_further() -> None:
    assert [rest(1), rest(2), rest(3)] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rest(50) == rest(10**6) == LONGEST_REST


def test_it_takes_many_failures_over_a_day_to_be_given_up() -> None:
    assert is_given_up(ENOUGH_FAILURES, 0, ENOUGH_TIME)
    assert not is_given_up(ENOUGH_FAILURES - 1, 0, ENOUGH_TIME)
    assert not is_given_up(10**6, 1, ENOUGH_TIME)
