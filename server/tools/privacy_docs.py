"""Writes docs/privacy.md from what is said of each column: `python server/tools/privacy_docs.py`."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from afterword.storage.kept_data import SECTIONS, Kept

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
UNITS = (
    ("day", 24 * 60 * 60_000),
    ("hour", 60 * 60_000),
    ("minute", 60_000),
)

HEAD = """\
# Privacy

<!-- Made from server/afterword/storage/kept_data.py by server/tools/privacy_docs.py; do not edit. -->

For owners of sites: what an installation keeps of people, where, why and for how long. Quote it; it is
made from the program's own tables and constants, and a test fails when they say something else.

**In short.** Comments are public, with the name that was given. An email is never public, in no form. A
network address is kept as a hash alone, keyed and changed daily, and for weeks at most. There are no
cookies in a reader's browser but for who opens the page of their own, no tracking, nothing is loaded
from third parties, and nobody else is told anything that the owner has not set up. Everybody can have a
copy of what is kept of them, and can have it erased.

All of it lies in one database, on the machine or database server that the owner chose, and in its
backups for as long as they are kept. The server's log holds no address of a reader, no name and no text,
also where each request is logged: of an address it has the kind of place alone, of a query nothing.
"""

TAIL = """\
## In the reader's browser

The widget keeps one entry, `afterword:<server>`, in the `localStorage` of the page: a random token that
makes comments and votes one's own, drafts for 30 days, the name and email that were typed, and when a
thread was last read. It is sent to nobody but this server, and deleting the site's data in the browser
deletes it.

## Who else learns something

Nobody, until an owner or whoever runs the server sets it up: a **mail server** gets the mails with their
addresses; **[webhooks](webhooks.md)** get events with name and text of comments, never an email or a
network address; **Akismet** gets new comments with name, website, network address and browser, where a
site has turned it on; a **sign-in provider** of a site learns who signs in there.

## A copy, and erasure

A reader who has confirmed an address finds all of it on `/me`, takes a copy (JSON) and erases it. One who
signs in by the site's own accounts comes there from the form, and finds what is theirs on that site. Who
does neither, writes to the owner: an author's page in the dashboard has *Download a copy* and *Erase this
person* for owners, and on the server

```sh
afterword person copy mira@example.org
afterword person erase mira@example.org --site blog
```

do the same. Erasure removes comments with all that was written or given with them, contact, wishes,
sessions and what waits in the outbox; where somebody has answered, an empty place stays, so that the
thread keeps its shape. Votes and reactions cannot be told to be anybody's, and stay as counts. That an
address wants no mails is kept, by its hash alone. Backups keep what they hold until they are deleted.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, rows in SECTIONS.items():
        lines = [f"## {title}\n", "| what | why | for how long | where |", "|---|---|---|---|"]
        parts.append("\n".join([*lines, *map(_row, rows)]) + "\n")
    return "\n".join([*parts, TAIL])


def _row(kept: Kept) -> str:
    where = ", ".join(f"`{part.strip().partition(':')[0]}`" for part in kept.where.split(";"))
    until = re.sub(r"\{([\w.]+)(?::(\w+))?\}", _time, kept.until)
    return f"| {kept.what} | {kept.why} | {until} | {where} |"


def _time(found: re.Match[str]) -> str:
    """What the constant says, in words."""
    module, _, name = found[1].rpartition(".")
    value = int(getattr(import_module(f"afterword.{module}"), name))
    if found[2]:
        return f"{value} {found[2]}"
    unit, size = next(each for each in UNITS if value % each[1] == 0)
    return f"{value // size} {unit}{'' if value == size else 's'}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
