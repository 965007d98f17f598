"""The JSON of what members hear by mail."""

from __future__ import annotations

import msgspec

from afterword.core.telling import Notices
from afterword.core.wire import Positive


class NoticesOn(msgspec.Struct, frozen=True, kw_only=True):
    """How much is heard by one role; `site_id` is null for that on every site."""

    site_id: Positive | None = None
    notices: Notices


class AllNotices(msgspec.Struct, frozen=True, kw_only=True):
    """How much is heard by each role."""

    notices: list[NoticesOn]
