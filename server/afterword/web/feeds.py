"""`/feeds/…`: Atom of a site, a thread, the answers to a comment, and a member's queue."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors
from afterword.core.atom import MEDIA
from afterword.core.errors import FieldError, Invalid, NotFound, SignInNeeded
from afterword.core.page_key import PageClaim
from afterword.services.members.issue_api_token import member_of_feed
from afterword.services.reading.read_feed import answers_feed, queue_feed, site_feed, thread_feed
from afterword.services.reading.read_thread import ThreadQuery
from afterword.web.endpoint import Answer, Endpoint, Parameter
from afterword.web.entry_answer import choose_encoding, is_known
from afterword.web.input import LARGEST, path_id, query
from afterword.web.rate_limit import take
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.model import Site
    from afterword.services.reading.read_feed import FeedEntry
    from afterword.web.input import Fields

PUBLIC = "public, no-cache"
PRIVATE = "private, no-cache"


async def of_site(request: Request) -> Response:
    """`GET /feeds/site?site=NAME` or `?url=…`: the newest comments of a site."""
    await take(request, "reads")
    fields = query(request)
    site = _site(request, fields)
    entry = await site_feed(
        context(request), site, fields.optional("lang"), own=_own_address(request)
    )
    return _answer(request, entry, PUBLIC)


async def of_thread(request: Request) -> Response:
    """`GET /feeds/thread?url=…`: the newest comments of a page, named as for the thread itself."""
    await take(request, "reads")
    fields = query(request)
    asked = ThreadQuery(
        PageClaim(
            url=fields.text("url"),
            canonical=fields.optional("canonical"),
            thread_id=fields.optional("id"),
        ),
        site=fields.optional("site"),
        lang=fields.optional("lang"),
    )
    raw: bytes = request.scope["query_string"]
    entry = await thread_feed(context(request), raw, asked, own=_own_address(request))
    return _answer(request, entry, PUBLIC)


async def of_answers(request: Request) -> Response:
    """`GET /feeds/replies/{id}`: the newest answers to a comment."""
    await take(request, "reads")
    lang = query(request).optional("lang")
    entry = await answers_feed(context(request), path_id(request), lang, own=_own_address(request))
    return _answer(request, entry, PUBLIC)


async def of_queue(request: Request) -> Response:
    """`GET /feeds/queue?token=…`: what waits, for the member whose token that is."""
    await take(request, "reads")
    token = query(request).text("token")
    member = await member_of_feed(context(request), token, now=now(request))
    if member is None:
        raise SignInNeeded(
            "This address of a feed is good no more. Make a new one in your profile."
        )
    return _answer(request, await queue_feed(context(request), member), PRIVATE)


_FEED = {
    200: Answer("The feed, newest first, fifty entries at most.", media=MEDIA),
    304: Answer(
        "The `ETag` in `If-None-Match`, or the time in `If-Modified-Since`, is right.", media=""
    ),
}
_PRIVATE = {200: _FEED[200], 304: Answer("The `ETag` in `If-None-Match` is still right.", media="")}
_LANG = Parameter("lang", "Language (BCP 47) in which those without a name are called so.")
_NAME = Parameter("site", "Name of the site, where several share a host.")
_REFUSED = (errors.NotFound, errors.Invalid, errors.TooMany)

FEEDS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET", "/feeds/site", of_site, "readSiteFeed", "The newest comments of a site, as Atom.",
        answers=_FEED,
        parameters=(
            Parameter("site", "Name of the site; or an address in `url`.", example="blog"),
            Parameter("url", "Address of one of its pages."),
            _LANG,
        ),
        refusals=(*_REFUSED, errors.UnknownOrigin),
    ),
    Endpoint(
        "GET", "/feeds/thread", of_thread, "readThreadFeed", "The newest comments of a page, as Atom.",
        answers=_FEED,
        parameters=(
            Parameter(
                "url", "Address of the page.", required=True,
                example="https://blog.example.org/notes/weir",
            ),
            Parameter("canonical", "What its `<link rel=canonical>` says."),
            Parameter("id", "The owner's own name of the thread."),
            _NAME,
            _LANG,
        ),
        refusals=(*_REFUSED, errors.UnknownOrigin),
    ),
    Endpoint(
        "GET", "/feeds/replies/{id}", of_answers, "readRepliesFeed",
        "The newest answers to a comment, as Atom.",
        answers=_FEED,
        parameters=(
            Parameter(
                "id", "Number of the comment.",
                {"type": "integer", "minimum": 1, "maximum": LARGEST},
                required=True, place="path", example=1,
            ),
            _LANG,
        ),
        refusals=_REFUSED,
    ),
    Endpoint(
        "GET", "/feeds/queue", of_queue, "readQueueFeed",
        "What waits on the sites of a member, as Atom; its address is made in their profile.",
        answers=_PRIVATE,
        parameters=(Parameter("token", "Of this feed alone: `afwf_…`.", required=True),),
        refusals=(errors.SignInNeeded, errors.Invalid, errors.TooMany),
    ),
)  # fmt: skip


def _site(request: Request, fields: Fields) -> Site:
    sites, name, url = context(request).sites, fields.optional("site"), fields.optional("url")
    if url is not None:
        return sites.for_url(url, name)
    if name is None:
        message = "Say which site: its name in site, or an address of one of its pages in url."
        raise Invalid(FieldError("site", "required", message))
    site = sites.by_name(name)
    if site is None:
        raise NotFound("There is no such site.")
    return site


def _own_address(request: Request) -> str:
    path, asked = request.scope["path"], request.scope["query_string"].decode("latin-1")
    address = web(request).links.absolute(path)
    return f"{address}?{asked}" if asked else address


def _answer(request: Request, entry: FeedEntry, keep: str) -> Response:
    """The feed, or 304 where the reader has it already."""
    headers = {
        "etag": entry.etag.decode(),
        "cache-control": keep,
        "vary": "Accept-Encoding",
    }
    if keep == PRIVATE:
        # Its address is a secret, which no link in it is to carry on.
        headers["referrer-policy"] = "no-referrer"
    # Within the second of a change a date does not tell what is old from what is new.
    if 0 < entry.modified < now(request) // 1000 * 1000:
        headers["last-modified"] = format_datetime(_date(entry.modified), usegmt=True)
    if _is_had(request, entry):
        return Response(status_code=304, headers=headers)
    encoding = choose_encoding(request.headers.get("accept-encoding", "").encode("latin-1"))
    body = {"br": entry.br, "gzip": entry.gzip}[encoding] if encoding else entry.identity
    if encoding:
        headers["content-encoding"] = encoding
    headers["content-type"] = f"{MEDIA}; charset=utf-8"
    return Response(body, headers=headers)


def _is_had(request: Request, entry: FeedEntry) -> bool:
    """RFC 9110, 13.2.2: a tag speaks louder than a date."""
    tag = request.headers.get("if-none-match")
    if tag is not None:
        return is_known(tag.encode("latin-1"), entry.etag)
    since = request.headers.get("if-modified-since")
    if since is None or not entry.modified:
        return False
    try:
        return _date(entry.modified) <= parsedate_to_datetime(since).replace(tzinfo=UTC)
    except ValueError:
        return False


def _date(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)
