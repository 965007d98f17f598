"""Reads every address of the product that can be asked for with GET, and those that answers name.

crawler = Crawler(client, server.url, pages=[page_url], ids=[1, 2])
answers = crawler.crawl()          # whole answers, headers included, by what was asked
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, product
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx2

from afterword.web.routes import EVENTS, all_routes

ACCEPT = ("*/*", "text/html", "application/json")
NOWHERE = ("/nowhere", "/api/v1/nowhere", "/dashboard/nowhere", "/feeds/site.atom", "/metrics")
WRONG = ("0", "x", "999999999")
_LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


@dataclass
class Crawler:
    """Somebody who asks for everything; the client may be signed in or not."""

    client: httpx2.Client
    server: str
    pages: Sequence[str]
    """Addresses of pages of the site."""
    ids: Sequence[int]
    """Comments to ask for, whatever has become of them."""
    origin: str
    """The site's, as a browser names it."""
    answers: dict[str, bytes] = field(default_factory=dict)
    routes: set[str] = field(default_factory=set)
    """Paths of the table of routes that were asked for."""
    _addresses: Iterator[str] = field(
        default_factory=lambda: map("198.18.{}.1".format, cycle(range(256)))
    )
    """From where each request comes, to a server behind a proxy: else it soon asked too often."""

    def crawl(self) -> dict[str, bytes]:
        """Whole answers by what was asked, as in `GET /thread?url=… (text/html)`."""
        waiting = [*self._of_the_table(), *NOWHERE]
        seen: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen.add(path)
                waiting += self._ask(path)
        return self.answers

    def _ask(self, path: str) -> Iterator[str]:
        """Asks in every way for one address; the addresses that the answers lead to."""
        found: set[str] = set()
        for accept in ACCEPT:
            answer = self._note("GET", path, accept)
            assert answer.status_code < 500, (path, answer.text)
            found |= set(self._links(path, answer))
        self._note("HEAD", path, "*/*")
        self._note("QUERY", path, "text/html")
        self._note("GET", path, "*/*", origin=self.origin)
        self._note("GET", path, "*/*", origin="https://unknown.example")
        return iter(found)

    def _note(self, method: str, path: str, accept: str, **headers: str) -> httpx2.Response:
        answer = self._request(method, path, {"accept": accept, **headers})
        lines = [f"{name}: {value}" for name, value in answer.headers.multi_items()]
        head = "\n".join([str(answer.status_code), *lines]).encode()
        self.answers[f"{method} {path} ({accept}{headers or ''})"] = head + b"\n\n" + answer.content
        return answer

    def _request(self, method: str, path: str, headers: dict[str, str]) -> httpx2.Response:
        """The answer; of a stream, all that a reader missed who knows nothing, up to its end mark."""
        headers = {"x-forwarded-for": next(self._addresses), **headers}
        if not path.startswith(EVENTS):
            return self.client.request(method, path, headers=headers)
        with self.client.stream(method, path, headers=headers) as answer:
            read = b""
            for part in answer.iter_bytes():
                read += part
                if b"retry: " in read:
                    break
            return httpx2.Response(answer.status_code, headers=answer.headers, content=read)

    def _of_the_table(self) -> Iterator[str]:
        """Addresses of each route, with everything that a path or query may name."""
        for route in all_routes(demo=False):
            if "GET" not in (route.methods or ()):
                continue
            self.routes.add(route.path)
            yield from self._filled(route.path)

    def _filled(self, path: str) -> Iterator[str]:
        values = {"{id}": [*map(str, self.ids), *WRONG], "{name}": WRONG, "{token}": WRONG}
        names = re.findall(r"\{\w+\}", path)
        for chosen in product(*(values[name] for name in names)):
            filled = path
            for name, value in zip(names, chosen, strict=True):
                filled = filled.replace(name, value)
            yield filled
        for query in self._queries().get(path, ()):
            yield f"{path}?{urlencode(query, doseq=True)}"

    def _queries(self) -> dict[str, list[dict[str, Any]]]:
        """What each address may be asked, right and wrong."""
        threads: list[dict[str, Any]] = [{"url": "nonsense"}, {"url": "https://unknown.example/"}]
        for url in self.pages:
            threads += [{"url": url}, {"url": url, "sort": "newest"}, {"url": url, "after": "x"}]
        on = self.pages[0]
        around = [{"url": on, "around": each} for each in (*self.ids, *WRONG)]
        reply = [{"url": on, "reply": each} for each in (*self.ids, *WRONG)]
        statuses = ("pending", "reported", "approved", "spam", "removed", "x")
        return {
            "/api/v1/thread": threads + around,
            EVENTS: [{**query, "since": since} for query in threads for since in ("0", "x")],
            "/api/v1/counts": [{"url": self.pages}, {"url": "x"}],
            "/thread": threads + reply,
            "/feeds/thread": threads,
            "/feeds/site": [*threads, {"site": "blog"}, {"site": "x"}],
            "/feeds/queue": [{"token": "x"}],
            "/moderate": [{"token": "x"}],
            "/dashboard/queue": [{"status": status} for status in statuses],
            "/dashboard/sign-in": [{"next": "/dashboard/queue"}],
            "/dashboard/set-up": [{"token": "x"}],
        }

    def _links(self, path: str, answer: httpx2.Response) -> Iterator[str]:
        """What an answer leads to on our server."""
        here = urljoin(self.server, path)
        found = [html.unescape(link) for link in _LINK.findall(answer.text)]
        found.append(answer.headers.get("location", ""))
        for link in found:
            url = urljoin(here, link).partition("#")[0]
            if url.startswith(f"{self.server}/"):
                yield url.removeprefix(self.server)
        if answer.headers.get("content-type") == "application/json":
            for cursor in _cursors(json.loads(answer.text or "null")):
                yield f"/api/v1/thread?{urlencode({'url': self.pages[0], 'after': cursor})}"


def _cursors(data: Any) -> Iterable[str]:
    """Where a thread goes on."""
    if not isinstance(data, dict) or not isinstance(data.get("comments"), list):
        return
    more = [comment["more"]["after"] for comment in data["comments"] if comment["more"]]
    yield from filter(None, [data["next"], *more])
