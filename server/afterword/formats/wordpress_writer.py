"""Comments as WordPress exports them (WXR 1.2), which WordPress and most others read."""

from __future__ import annotations

import re
from email.utils import formatdate
from html import escape

import msgspec

from afterword.core.model import Status
from afterword.core.tree import to_html
from afterword.formats.iso_time import written
from afterword.formats.record import CommentRecord, Own, PageRecord
from afterword.formats.wordpress import OURS, Ours
from afterword.formats.writing import Leaving, Writer

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML has no way to hold."""
_APPROVED = {
    Status.APPROVED: "1",
    Status.PENDING: "0",
    Status.SPAM: "spam",
    Status.REMOVED: "trash",
}
_START = """\
<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:dsq="http://www.disqus.com/"
\txmlns:wp="http://wordpress.org/export/1.2/"
>
<channel>
\t<title>{title}</title>
\t<link>{link}</link>
\t<description></description>
\t<language>en</language>
\t<wp:wxr_version>1.2</wp:wxr_version>
\t<wp:base_site_url>{link}</wp:base_site_url>
\t<wp:base_blog_url>{link}</wp:base_blog_url>
"""
_END = "</channel>\n</rss>\n"
_ITEM_END = "\t</item>\n"


class Items(Writer):
    """Writes them; comments are numbered, parents before their answers, and our own keys stand beside."""

    def __init__(self, leaving: Leaving) -> None:
        super().__init__(leaving)
        self._numbers: dict[str, int] = {}

    def start(self) -> bytes:
        """What stands before the first item."""
        link = _text(self.leaving.origins[0] if self.leaving.origins else "")
        return _START.format(title=_text(self.leaving.site), link=link).encode()

    def end(self) -> bytes:
        """What stands behind the last comment."""
        return f"{_ITEM_END if self.pages else ''}{_END}".encode()

    def _page(self, page: PageRecord) -> bytes:
        self._numbers = {}
        before = _ITEM_END if self.pages > 1 else ""
        at = page.created_at or 0
        date = _date(at)
        threads = [key.removeprefix("id:") for key in page.keys if key.startswith("id:")]
        thread = (
            f"\t\t<dsq:thread_identifier>{_text(threads[0])}</dsq:thread_identifier>\n"
            if threads
            else ""
        )
        return f"""{before}\t<item>
\t\t<title>{_cdata(escape(page.title, quote=False))}</title>
\t\t<link>{_text(page.url)}</link>
\t\t<pubDate>{formatdate(at // 1000)}</pubDate>
\t\t<dc:creator></dc:creator>
\t\t<guid isPermaLink="false">{_text(page.url)}</guid>
\t\t<description></description>
\t\t<content:encoded></content:encoded>
\t\t<excerpt:encoded></excerpt:encoded>
\t\t<wp:post_id>{self.pages}</wp:post_id>
\t\t<wp:post_date>{date}</wp:post_date>
\t\t<wp:post_date_gmt>{date}</wp:post_date_gmt>
\t\t<wp:comment_status>{"closed" if page.closed else "open"}</wp:comment_status>
\t\t<wp:ping_status>closed</wp:ping_status>
\t\t<wp:post_name></wp:post_name>
\t\t<wp:status>publish</wp:status>
\t\t<wp:post_parent>0</wp:post_parent>
\t\t<wp:menu_order>0</wp:menu_order>
\t\t<wp:post_type>post</wp:post_type>
\t\t<wp:post_password></wp:post_password>
\t\t<wp:is_sticky>0</wp:is_sticky>
{thread}""".encode()

    def _comment(self, comment: CommentRecord) -> bytes:
        assert isinstance(comment.body, Own), "our own comments have a tree"
        self._numbers[comment.ref] = self.comments
        date = _date(comment.created_at or 0)
        # An empty line between blocks, for WordPress may take away paragraphs and makes them of such.
        html = "\n\n".join(to_html([block]) for block in comment.body.tree)
        return f"""\t\t<wp:comment>
\t\t\t<wp:comment_id>{self.comments}</wp:comment_id>
\t\t\t<wp:comment_author>{_cdata(escape(comment.name, quote=False))}</wp:comment_author>
\t\t\t<wp:comment_author_email>{_text(comment.email or "")}</wp:comment_author_email>
\t\t\t<wp:comment_author_url>{_text(comment.website or "")}</wp:comment_author_url>
\t\t\t<wp:comment_author_IP></wp:comment_author_IP>
\t\t\t<wp:comment_date>{date}</wp:comment_date>
\t\t\t<wp:comment_date_gmt>{date}</wp:comment_date_gmt>
\t\t\t<wp:comment_content>{_cdata(html)}</wp:comment_content>
\t\t\t<wp:comment_approved>{_APPROVED[comment.status]}</wp:comment_approved>
\t\t\t<wp:comment_type>comment</wp:comment_type>
\t\t\t<wp:comment_parent>{self._numbers.get(comment.parent or "", 0)}</wp:comment_parent>
\t\t\t<wp:comment_user_id>0</wp:comment_user_id>
\t\t\t<wp:commentmeta>
\t\t\t\t<wp:meta_key>{OURS}</wp:meta_key>
\t\t\t\t<wp:meta_value>{_cdata(_ours(comment))}</wp:meta_value>
\t\t\t</wp:commentmeta>
\t\t</wp:comment>
""".encode()


def _ours(comment: CommentRecord) -> str:
    ours = Ours(
        key=comment.ref,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        staff=comment.staff,
        up=comment.up,
        down=comment.down,
        pinned=comment.pinned,
    )
    return msgspec.json.encode(ours).decode()


def _date(at: int) -> str:
    return written(at)[:19].replace("T", " ")


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _cdata(text: str) -> str:
    inside = _NO_XML.sub("\ufffd", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{inside}]]>"
