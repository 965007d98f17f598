"""Changes of a thread as server-sent events: bytes that are made once and sent to every listener.

Each event's `id` is the version of the page up to which everything has been told with it, so that
whoever comes again with it misses nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from afterword.core import wire
from afterword.core.shown import Placed
from afterword.services.present import comment_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.storage.changes import ChangedComment, PageChanges

STILL_HERE = b":\n\n"
"""Is no event: it only shows that the stream is there."""
MOST = 200
"""Changed comments that are told one by one; of more, only that there are."""


def changes_as_events(found: PageChanges, since: int) -> bytes:
    """Everything that readers who know the page as it was at `since` have to be told."""
    if len(found.comments) > MOST or not found.reload_version <= since <= found.version:
        return count_event(found, reload=True)
    ids = list(_told_with(found, since))
    return b"".join(
        _change(each, since, found.count, id) for each, id in zip(found.comments, ids, strict=True)
    )


def count_event(found: PageChanges, *, reload: bool = False) -> bytes:
    """How many comments there are; `reload` where the thread has to be read anew."""
    return _event("count", found.version, wire.Counted(count=found.count, reload=reload))


def _told_with(found: PageChanges, since: int) -> Iterator[int]:
    """For each change the version up to which all is told: one decision may change many comments."""
    versions = [each.version for each in found.comments]
    for version, following in pairwise([*versions, found.version + 1]):
        since = version if following > version else since
        yield since


def _change(changed: ChangedComment, since: int, count: int, id: int) -> bytes:
    comment = changed.comment
    if not comment.is_public:
        return _event("removed", id, wire.Removed(id=comment.id, count=count))
    # Further down, how deep it is only those know who know what it answers.
    depth = 0 if comment.parent_id is None else 1 if comment.parent_id == comment.root_id else 2
    shown = comment_json(Placed(comment, depth, changed.reply_count))
    name = "new" if changed.shown_version > since else "edited"
    return _event(name, id, wire.Changed(comment=shown, count=count))


def _event(name: str, id: int, data: msgspec.Struct) -> bytes:
    return b"event: %s\nid: %d\ndata: %s\n\n" % (name.encode(), id, msgspec.json.encode(data))
