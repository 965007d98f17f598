"""What the thread page shows, as schema.org data for search engines and other readers of JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from afterword.core import tree
from afterword.web.wording import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core import wire
    from afterword.core.languages import Speech
    from afterword.web.links import Links
    from afterword.web.pages.thread_rows import Row

Thing: TypeAlias = dict[str, Any]


def linked_data(page: wire.Page, shown: Sequence[Row], t: Speech, links: Links) -> Thing | None:
    """Each top-level comment as a posting with its replies in it, or None where nothing is shown.

    No website of an author is named: a link here could not tell search engines to ignore it.
    """
    article: Thing = {"@type": "WebPage", "url": page.url}
    if page.title:
        article["name"] = page.title
    postings: list[Thing] = []
    above: list[Thing] = []
    for row in shown:
        thing = _thing(row, t, links)
        del above[row.level :]
        if above:
            above[-1].setdefault("comment", []).append(thing)
        else:
            postings.append(thing | {"isPartOf": article})
            thing = postings[-1]
        above.append(thing)
    return {"@context": "https://schema.org", "@graph": postings} if postings else None


def _thing(row: Row, t: Speech, links: Links) -> Thing:
    comment = row.comment
    address = links.absolute(f"/c/{comment.id}")
    thing: Thing = {
        "@type": "DiscussionForumPosting" if comment.parent_id is None else "Comment",
        "@id": address,
        "datePublished": iso(comment.created_at),
    }
    if comment.parent_id is not None and (row.answers or not row.level):
        thing["parentItem"] = {"@type": "Comment", "@id": links.absolute(f"/c/{comment.parent_id}")}
    if comment.author is None:
        return thing | {"creativeWorkStatus": "Deleted"}
    if comment.edited_at is not None:
        thing["dateModified"] = iso(comment.edited_at)
    author = {"@type": "Person", "name": comment.author.name or t("anonymous")}
    return thing | {"url": address, "author": author, "text": tree.to_text(comment.body)}
