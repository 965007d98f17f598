"""Files as Blogger writes them, by its settings (`classic_*`) and by Google Takeout."""

from __future__ import annotations

_DATE = "2020-09-13T12:26:40.000Z"
_BLOG = "tag:blogger.com,1999:blog-42"
_KIND = "http://schemas.google.com/g/2005#kind"
_TERM = "http://schemas.google.com/blogger/2008/kind#"


def classic_file(*entries: str) -> bytes:
    """An export of the settings page."""
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<?xml-stylesheet href="http://www.blogger.com/styles/atom.css" type="text/css"?>'
        "<feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:gd='http://schemas.google.com/g/2005' xmlns:thr='http://purl.org/syndication/thread/1.0' "
        "xmlns:app='http://www.w3.org/2007/app'>"
        f"<id>{_BLOG}.archive</id><title type='text'>Blog</title>"
        f"<entry><id>{_BLOG}.layout</id><category scheme='{_KIND}' term='{_TERM}template'/>"
        f"<title type='text'>Template</title><content type='text'>&lt;b:skin/&gt;</content></entry>\n"
        f"{''.join(entries)}</feed>\n"
    ).encode()


def classic_post(number: int, url: str, *, title: str = "", draft: bool = False) -> str:
    """A post; a draft has no address."""
    control = "<app:control><app:draft>yes</app:draft></app:control>" if draft else ""
    link = "" if draft else f"<link rel='alternate' type='text/html' href='{url}' title='{title}'/>"
    return (
        f"<entry><id>{_BLOG}.post-{number}</id><published>{_DATE}</published>{control}"
        f"<category scheme='{_KIND}' term='{_TERM}post'/>"
        "<category scheme='http://www.blogger.com/atom/ns#' term='travel'/>"
        f"<title type='text'>{title}</title><content type='html'>&lt;p&gt;Post&lt;/p&gt;</content>"
        f"<link rel='replies' type='text/html' href='{url}#comment-form'/>{link}"
        "<author><name>Lea</name><email>noreply@blogger.com</email></author></entry>\n"
    )


def classic_comment(
    number: int,
    page: int,
    html: str,
    *,
    parent: int | None = None,
    name: str = "Mira",
    website: str = "",
    removed: bool = False,
    kind: str = "html",
) -> str:
    """A comment; `html` as it stands in XML."""
    answers = (
        ""
        if parent is None
        else f"<link rel='related' type='application/atom+xml' "
        f"href='http://www.blogger.com/feeds/42/{page}/comments/default/{parent}?v=2'/>"
    )
    gone = "<gd:extendedProperty name='blogger.contentRemoved' value='true'/>" if removed else ""
    uri = f"<uri>{website}</uri>" if website else ""
    return (
        f"<entry><id>{_BLOG}.post-{number}</id><published>{_DATE}</published>"
        f"<category scheme='{_KIND}' term='{_TERM}comment'/><title type='text'>The first words</title>"
        f"<content type='{kind}'>{html}</content>"
        f"<link rel='alternate' type='text/html' href='https://b.example/?showComment=1#c{number}'/>{answers}"
        f"<author><name>{name}</name>{uri}<email>noreply@blogger.com</email></author>"
        f"<thr:in-reply-to href='https://b.example/' ref='{_BLOG}.post-{page}' type='text/html'/>{gone}"
        "<gd:extendedProperty name='blogger.displayTime' value='September 13, 2020 at 2:26 PM'/></entry>\n"
    )


def takeout_file(*entries: str) -> bytes:
    """The `feed.atom` of Google Takeout."""
    return (
        "<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:blogger='http://schemas.google.com/blogger/2018'>\n"
        f"<id>{_BLOG}</id><title>Blog</title>\n{''.join(entries)}</feed>\n"
    ).encode()


def takeout_post(
    number: int, path: str, *, title: str = "", status: str = "LIVE", trashed: str = ""
) -> str:
    """A post, with a path instead of an address."""
    return (
        f"<entry><id>{_BLOG}.post-{number}</id><blogger:type>POST</blogger:type>"
        f"<blogger:status>{status}</blogger:status><author><name>Lea</name><uri/>"
        f"<blogger:type>BLOGGER</blogger:type></author><title>{title}</title>"
        f"<content type='html'>Post</content><published>{_DATE}</published>"
        f"<blogger:filename>{path}</blogger:filename><blogger:trashed>{trashed}</blogger:trashed></entry>\n"
    )


def takeout_comment(
    number: int,
    page: int,
    html: str,
    *,
    parent: int | None = None,
    name: str = "Mira",
    status: str = "LIVE",
    trashed: str = "",
) -> str:
    """A comment; `html` as it stands in XML."""
    answers = "" if parent is None else f"{_BLOG}.post-{parent}"
    return (
        f"<entry><id>{_BLOG}.post-{number}</id><blogger:parent>{_BLOG}.post-{page}</blogger:parent>"
        f"<blogger:inReplyTo>{answers}</blogger:inReplyTo><blogger:type>COMMENT</blogger:type>"
        f"<blogger:status>{status}</blogger:status><author><name>{name}</name><uri></uri>"
        f"<blogger:type>ANONYMOUS</blogger:type></author><content type='html'>{html}</content>"
        f"<published>{_DATE}</published><blogger:trashed>{trashed}</blogger:trashed></entry>\n"
    )
