from __future__ import annotations

import pytest

from afterword.core.model import Tab
from afterword.web.dashboard.place import Place, with_note

PLACES = [
    Place(),
    Place(Tab.SPAM),
    Place(Tab.APPROVED, 7, "1773324309000.12"),
    Place(Tab.REMOVED, after="a&b=c#d"),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_read_from_its_own_path(place: Place) -> None:
    assert Place.of(place.path) == place


def test_another_tab_begins_at_its_beginning() -> None:
    assert Place(Tab.SPAM, 7, "x").tab(Tab.REMOVED) == "/dashboard/queue?status=removed&site=7"
    assert Place(Tab.SPAM, 7, "x").on(None) == "/dashboard/queue?status=spam"


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        ("/dashboard/queue", "/dashboard/queue?done=3"),
        ("/dashboard/queue?site=7#comment-2", "/dashboard/queue?site=7&done=3#comment-2"),
        ("/dashboard/queue?said=undone&done=2", "/dashboard/queue?done=3"),
    ],
)
def test_word_of_an_act_replaces_older_word(path: str, noted: str) -> None:
    assert with_note(path, "done", "3") == noted
