"""Looks at a page of a site, as a browser without a session would, and says whether the tag works there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

from afterword.core.content_policy import CONNECT, SCRIPT, allows
from afterword.core.errors import FieldError, Invalid, NotFetched
from afterword.core.model import Role
from afterword.core.origin import origin_of
from afterword.core.page_tags import Tag, tags_of
from afterword.delivery.guarded_client import REDIRECTS, Limits, Outgoing
from afterword.services.permission import own_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from afterword.core.model import Member, Site
    from afterword.delivery.guarded_client import Fetched
    from afterword.services.context import Context
    from afterword.settings import Settings

LIMITS = Limits(seconds=5, size=256 * 1024)
HOPS = 3
"""Redirects that are followed, each to an origin of the site."""
HINTS = {
    "/_next/": "The page is made by Next.js: give the element a key of the page, so that a change of"
    " route makes it anew.",
    "/_nuxt/": "The page is made by Nuxt: give the element a key of the page, so that a change of"
    " route makes it anew.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was looked at."""

    kind: Literal["good", "bad", "note"]
    text: str


async def check_install(ctx: Context, member: Member, site_id: int, url: str) -> tuple[Said, ...]:
    """What is so and what is not, in sentences; raises `Invalid` for an address that is not the site's."""
    site = own_site(ctx, member, site_id, Role.OWNER)
    if origin_of(url) not in site.origins:
        known = " or ".join(site.origins) or "none yet"
        message = f"Type the address of a page of this site; it is served from {known}."
        raise Invalid(FieldError("url", "not_of_site", message))
    try:
        answer = await _fetch(ctx, site, url)
    except NotFetched as refusal:
        return (Said("bad", refusal.message),)
    kind = answer.headers.get("content-type", "")
    if answer.status != 200:
        return (Said("bad", f"The page answers with status {answer.status}."),)
    if "html" not in kind.lower():
        return (Said("bad", f"That is no HTML page, but {kind or 'of no known kind'}."),)
    tags = await ctx.in_thread(tags_of, answer.body.decode("utf-8", "replace"))
    said = [Said("good", "The page can be reached, and its origin is known.")]
    return (*said, *_look(ctx.settings, site, answer, tags))


async def _fetch(ctx: Context, site: Site, url: str) -> Fetched:
    """The answer, after redirects within the site."""
    for _ in range(HOPS + 1):
        answer = await ctx.client.fetch(Outgoing(url, headers={"Accept": "text/html"}), LIMITS)
        further = answer.headers.get("location")
        if answer.status not in REDIRECTS or not further:
            return answer
        url = _join(url, further)
        if origin_of(url) not in site.origins:
            where = origin_of(url) or "elsewhere"
            raise NotFetched(f"The page leads to {where}, which is no origin of this site.")
    raise NotFetched(f"The page redirects more than {HOPS} times.")


def _look(settings: Settings, site: Site, answer: Fetched, tags: Sequence[Tag]) -> Iterator[Said]:
    server = settings.public_url
    base = next((tag.attributes.get("href", "") for tag in tags if tag.name == "base"), "")
    here = _join(answer.url, base)
    scripts = [tag for tag in tags if tag.name == "script" and "src" in tag.attributes]
    ours = [tag for tag in scripts if _is_ours(_join(here, tag.attributes["src"]), server)]
    yield from _look_at_tag(server, here, scripts, ours, tags)
    yield from _look_at_canonical(site, here, tags)
    if ours:
        yield from _look_at_policy(settings, answer, tags, ours[0])
    sources = " ".join(tag.attributes["src"] for tag in scripts)
    yield from (Said("note", hint) for mark, hint in HINTS.items() if mark in sources)


def _look_at_tag(
    server: str, here: str, scripts: Sequence[Tag], ours: Sequence[Tag], tags: Sequence[Tag]
) -> Iterator[Said]:
    addresses = [_join(here, tag.attributes["src"]) for tag in scripts]
    others = [each for each in addresses if urlsplit(each).path.endswith("/embed.js")]
    if not ours:
        wrong = next((each for each in others if not _is_ours(each, server)), None)
        text = f"The tag asks {wrong}, not {server}." if wrong else "The tag is not on this page."
        yield Said("bad", text)
        return
    yield Said("good", "The tag is there and names this server.")
    if len(ours) > 1:
        yield Said("note", f"The tag is there {len(ours)} times; once is enough.")
    if "async" not in ours[0].attributes and ours[0].attributes.get("type") != "module":
        yield Said("note", "The tag has no async: the page waits for it. Add the word async.")
    has_element = any(tag.name.startswith("afterword-") for tag in tags)
    if not has_element and not any(tag.in_body for tag in ours):
        text = "The tag is in the head, where no thread appears. Move it to where it should stand."
        yield Said("bad", text)


def _look_at_canonical(site: Site, here: str, tags: Sequence[Tag]) -> Iterator[Said]:
    links = [tag.attributes for tag in tags if tag.name == "link" and "href" in tag.attributes]
    named = [each for each in links if "canonical" in each.get("rel", "").lower().split()]
    if not named:
        return
    canonical = _join(here, named[0]["href"])
    if origin_of(canonical) not in site.origins:
        text = f"Its canonical address is {canonical}, which is of no origin of this site."
        yield Said("bad", text)
    elif canonical != here:
        yield Said("note", f"Its comments belong to its canonical address, {canonical}.")


def _look_at_policy(
    settings: Settings, answer: Fetched, tags: Sequence[Tag], tag: Tag
) -> Iterator[Said]:
    header = answer.headers.get("content-security-policy", "")
    policies = [part for part in header.split(",") if part.strip()]
    policies += [
        each.attributes.get("content", "")
        for each in tags
        if each.name == "meta"
        and each.attributes.get("http-equiv", "").lower() == "content-security-policy"
    ]
    if not policies:
        return
    nonce, origin = tag.attributes.get("nonce", ""), settings.public_origin
    script = _join(answer.url, tag.attributes["src"])
    may_load = allows(policies, SCRIPT, script, answer.url, nonce)
    may_ask = allows(policies, CONNECT, f"{settings.public_url}/api/v1/thread", answer.url)
    if not may_load:
        yield Said("bad", f"The page's policy forbids the script. Add to it: script-src {origin}")
    if not may_ask:
        yield Said("bad", f"The page's policy forbids the thread. Add to it: connect-src {origin}")
    if may_load and may_ask:
        yield Said("good", "The page's Content-Security-Policy allows it.")


def _join(base: str, address: str) -> str:
    """The address as it stands on that page; empty for what is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _is_ours(url: str, server: str) -> bool:
    return url.startswith((f"{server}/embed.js", f"{server}/embed/"))
