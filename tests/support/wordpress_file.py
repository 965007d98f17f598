"""Files as WordPress writes them (wp-admin/includes/export.php)."""

from __future__ import annotations

_DATE = "2020-09-13 12:26:40"


def wordpress_file(*items: str, version: str = "1.2", authors: str = "") -> bytes:
    """An export with these items."""
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.5" created="2024-05-01 10:00" -->
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/{version}/"
>
<channel>
\t<title>Blog</title>
\t<link>https://blog.example.org</link>
\t<wp:wxr_version>{version}</wp:wxr_version>
\t{authors}
{"".join(items)}</channel>
</rss>
""".encode()


def author(number: int, email: str) -> str:
    """Somebody who wrote posts."""
    return (
        f"<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login>lea</wp:author_login>"
        f"<wp:author_email>{email}</wp:author_email></wp:author>"
    )


def item(
    number: int,
    url: str,
    *comments: str,
    title: str = "",
    status: str = "publish",
    password: str = "",
    closed: bool = False,
    kind: str = "post",
) -> str:
    """A post, page or attachment with its comments."""
    return f"""\t<item>
\t\t<title><![CDATA[{title}]]></title>
\t\t<link>{url}</link>
\t\t<content:encoded><![CDATA[<p>What the post says</p>]]></content:encoded>
\t\t<wp:post_id>{number}</wp:post_id>
\t\t<wp:post_date><![CDATA[{_DATE}]]></wp:post_date>
\t\t<wp:post_date_gmt><![CDATA[{_DATE}]]></wp:post_date_gmt>
\t\t<wp:comment_status><![CDATA[{"closed" if closed else "open"}]]></wp:comment_status>
\t\t<wp:status><![CDATA[{status}]]></wp:status>
\t\t<wp:post_type><![CDATA[{kind}]]></wp:post_type>
\t\t<wp:post_password><![CDATA[{password}]]></wp:post_password>
\t\t<category domain="category" nicename="a"><![CDATA[A]]></category>
{"".join(comments)}\t</item>
"""


def comment(
    number: int,
    html: str,
    *,
    parent: int = 0,
    name: str = "Mira",
    email: str = "",
    website: str = "",
    approved: str = "1",
    kind: str = "comment",
    user: int = 0,
    gmt: str = _DATE,
    local: str = _DATE,
) -> str:
    """A comment."""
    return f"""\t\t<wp:comment>
\t\t\t<wp:comment_id>{number}</wp:comment_id>
\t\t\t<wp:comment_author><![CDATA[{name}]]></wp:comment_author>
\t\t\t<wp:comment_author_email><![CDATA[{email}]]></wp:comment_author_email>
\t\t\t<wp:comment_author_url>{website}</wp:comment_author_url>
\t\t\t<wp:comment_author_IP><![CDATA[203.0.113.7]]></wp:comment_author_IP>
\t\t\t<wp:comment_date><![CDATA[{local}]]></wp:comment_date>
\t\t\t<wp:comment_date_gmt><![CDATA[{gmt}]]></wp:comment_date_gmt>
\t\t\t<wp:comment_content><![CDATA[{html}]]></wp:comment_content>
\t\t\t<wp:comment_approved><![CDATA[{approved}]]></wp:comment_approved>
\t\t\t<wp:comment_type><![CDATA[{kind}]]></wp:comment_type>
\t\t\t<wp:comment_parent>{parent}</wp:comment_parent>
\t\t\t<wp:comment_user_id>{user}</wp:comment_user_id>
\t\t\t<wp:commentmeta><wp:meta_key>akismet_result</wp:meta_key><wp:meta_value>false</wp:meta_value></wp:commentmeta>
\t\t</wp:comment>
"""
