"""A browser without scripts: it reads pages, fills the forms that stand in them, and follows redirects.

async def test_...(app: Served) -> None:
    visitor = Visitor.of(app)
    page = await visitor.get("/dashboard/sign-in")
    page = await visitor.send(page.form("/dashboard/sign-in"), email="…", password="…")
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest_asyncio

from afterword.core.model import Member, Role, Site
from afterword.services.members.manage_members import add_member
from tests.support.serving import PASSWORD, Served

HEADERS = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}


@dataclass
class Form:
    """A form as its page has it."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    boxes: list[str] = field(default_factory=list)
    """Values of check boxes; those that are ticked already are among the fields."""
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)
    """Attributes of each button by its words."""


@dataclass
class Page:
    """An answer with what can be read and filled in."""

    response: httpx2.Response
    forms: list[Form]
    text: str
    """What a reader sees, in one line."""

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def address(self) -> str:
        """Path and query."""
        url = urlsplit(str(self.response.url))
        return url.path + (f"?{url.query}" if url.query else "")

    def form(self, action: str, **having: Any) -> Form:
        """The first form that goes there and has these values among its fields."""
        for form in self.forms:
            values = {name: [str(value)] for name, value in having.items()}
            if form.action == action and values.items() <= form.fields.items():
                return form
        raise AssertionError(f"No form for {action} with {having} in: {self.text[:2000]}")

    def has_form(self, action: str) -> bool:
        return any(form.action == action for form in self.forms)


@dataclass
class Visitor:
    """Somebody with a browser of their own; `client` has its cookies."""

    client: httpx2.AsyncClient

    @classmethod
    def of(cls, app: Served, **headers: str) -> Visitor:
        """A new browser at the application."""
        transport = httpx2.ASGITransport(app.app, client=("203.0.113.9", 4711))
        base = app.settings.public_origin
        return cls(
            httpx2.AsyncClient(transport=transport, base_url=base, headers=HEADERS | headers)
        )

    async def get(self, path: str) -> Page:
        """Opens an address and goes where it leads."""
        return await self._follow(await self.client.get(path))

    async def send(self, form: Form, button: str | None = None, **values: Any) -> Page:
        """Sends a form and goes where it leads."""
        return await self._follow(await self.post(form, button, **values))

    async def post(self, form: Form, button: str | None = None, **values: Any) -> httpx2.Response:
        """Sends a form; `values` go over what stands in it, a list for boxes that are ticked."""
        pressed = form.buttons[button] if button else {}
        fields: dict[str, Any] = dict(form.fields)
        if "name" in pressed:
            fields[pressed["name"]] = pressed.get("value", "")
        fields |= values
        return await self.client.post(pressed.get("formaction", form.action), data=fields)

    async def _follow(self, response: httpx2.Response) -> Page:
        for _ in range(5):
            if response.status_code not in (302, 303):
                return read_page(response)
            response = await self.client.get(response.headers["location"])
        raise AssertionError(f"{response.url} leads in circles")


def read_page(response: httpx2.Response) -> Page:
    """The answer with its forms."""
    reader = _Reader()
    reader.feed(response.text)
    return Page(response, list(reader.forms.values()), re.sub(r"\s+", " ", "".join(reader.texts)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.texts: list[str] = []
        self._current = ""
        self._button: dict[str, str] | None = None
        self._button_form = ""
        self._area: tuple[str, str] | None = None
        self._select: tuple[str, str] | None = None
        self._unseen = 0
        self._begun = 0
        self._moulds = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._moulds += tag == "template"
        if self._moulds:
            return  # for scripts; a visitor does not see what is in it
        if tag == "form":
            self._begun += 1
            self._current = given.get("id", f"form {self._begun}")
            form = self.forms.setdefault(self._current, Form("", ""))
            form.action, form.method = given.get("action", ""), given.get("method", "get")
        elif tag == "input":
            self._input(given)
        elif tag == "select" and "name" in given:
            self._select = (given.get("form", self._current), given["name"])
        elif tag == "option" and self._select:
            owner, name = self._select
            if "selected" in given or name not in self.forms[owner].fields:
                self.forms[owner].fields[name] = [given.get("value", "")]
        elif tag == "textarea" and "name" in given:
            self._area = (given.get("form", self._current), given["name"])
            self.forms[self._area[0]].fields[given["name"]] = [""]
        elif tag == "button":
            self._button, self._button_form = {**given, "": ""}, given.get("form", self._current)
        elif tag == "kbd":
            self._unseen += 1

    def handle_endtag(self, tag: str) -> None:
        self._moulds -= tag == "template"
        if tag == "form":
            self._current = ""
        elif tag == "textarea":
            self._area = None
        elif tag == "kbd" and not self._moulds:
            self._unseen -= 1
        elif tag == "button" and self._button is not None:
            words = self._button.pop("").strip()
            if self._button_form in self.forms:
                self.forms[self._button_form].buttons[words] = self._button
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area:
            # The first line end after the tag is not part of the text.
            values = self.forms[self._area[0]].fields[self._area[1]]
            values[0] += data.removeprefix("\n") if not values[0] else data
        if self._unseen or self._moulds:
            return
        if self._button is not None:
            self._button[""] += data
        self.texts.append(data)

    def _input(self, given: dict[str, str]) -> None:
        owner = given.get("form", self._current)
        if "name" not in given:
            return
        # A box may stand before the form that it belongs to.
        form = self.forms.setdefault(owner, Form("", ""))
        if given.get("type") == "checkbox":
            form.boxes.append(given["value"])
        if given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                form.fields.setdefault(given["name"], []).append(given["value"])
        else:
            form.fields[given["name"]] = [given.get("value", "")]


async def new_member(
    app: Served, email: str, *, role: Role = Role.MODERATOR, site: Site | None = None
) -> Member:
    """A member with the usual password, named as in the address."""
    name = email.partition("@")[0].title()
    return await add_member(
        app.context, name, email, PASSWORD, role=role, site=site, now=app.clock.now
    )


async def signed_in(app: Served, email: str, password: str = PASSWORD) -> Visitor:
    """A browser in which that member is signed in."""
    visitor = Visitor.of(app)
    page = await visitor.get("/dashboard/sign-in")
    page = await visitor.send(page.form("/dashboard/sign-in"), email=email, password=password)
    assert page.address == "/dashboard/queue", page.text
    return visitor


@pytest_asyncio.fixture
async def moderator(app: Served) -> Visitor:
    """Jonas, a moderator of every site, at the queue."""
    await new_member(app, "jonas@example.org")
    return await signed_in(app, "jonas@example.org")
