"""Every role at every route, on one's own site, on that of others, and on none: cell by cell."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest
from starlette.routing import Route

from afterword.core.model import Role
from afterword.web.routes import all_routes
from tests.support.ground import CANARY, WHERE, Browser, Ground, Where
from tests.support.serving import Served
from tests.web.roles.expectations import EXPECTED, Line

ADMIN = "/api/v1/admin/"
ROLES: tuple[Role | None, ...] = (None, *Role)


@pytest.fixture
def engine() -> str:
    """Roles are no matter of the engine: one is enough."""
    return "sqlite"


def guarded() -> list[Route]:
    """The routes that are for members."""
    prefixes = ("/dashboard", ADMIN)
    return [route for route in all_routes(demo=False) if route.path.startswith(prefixes)]


def test_every_route_for_members_says_who_may_use_it() -> None:
    names = {str(route.name) for route in guarded()}
    assert names - set(EXPECTED) == set(), "add a line to tests/web/roles/expectations.py"
    assert set(EXPECTED) - names == set(), "there is no such route any more"


async def test_every_cell_is_as_it_is_written_down(
    app: Served, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ground = await Ground.of(app)
    wrong, cells = [], 0
    for route in guarded():
        for role in ROLES:
            for where in WHERE:
                found = await _cell(ground, route, role, where)
                wanted = _wanted(EXPECTED[str(route.name)], role, where)
                cells += 1
                if found != wanted:
                    wrong.append(f"{route.name} as {role} on {where}: {found}, not {wanted}")
    record_property("cells", cells)
    with capsys.disabled():
        print(f"\n{cells} cells of roles, {len(wrong)} wrong", *wrong, sep="\n")
    assert wrong == []


def _wanted(line: Line, role: Role | None, where: Where) -> str:
    if line.least == "anybody":
        return "yes"
    if line.least == "nobody" or role is None or role.rank < line.least.rank:
        return "no"
    if line.where == "site" and where != "own":
        return "no"
    return "empty" if line.where == "filter" and where != "own" else "yes"


async def _cell(ground: Ground, route: Route, role: Role | None, where: Where) -> str:
    line = EXPECTED[str(route.name)]
    path = route.path.replace("{id}", str(await line.id(ground, where)) if line.id else "")
    sent = {
        name: await value(ground, where) if callable(value) else value
        for name, value in line.sends.items()
    }
    if line.where == "filter":
        await ground.comment(where)
    async with ground.browser(role, program=path.startswith(ADMIN)) as browser:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        method = next(iter((route.methods or set()) - {"HEAD", "GET"}), method)
        answer = await _ask(browser, method, path, sent)
    return _read(answer, line)


async def _ask(browser: Browser, method: str, path: str, sent: dict[str, Any]) -> httpx2.Response:
    if path.startswith(ADMIN):
        more: dict[str, Any] = {"params": sent} if method == "GET" else {"json": sent}
        return await browser.http.request(method, path, **more)
    if method == "GET":
        return await browser.http.get(path, params=sent)
    return await browser.http.request(method, path, data={"csrf": browser.csrf, **sent})


def _read(answer: httpx2.Response, line: Line) -> str:
    """`yes`, `no`, `empty`, or the status of what is neither."""
    if answer.status_code in (401, 403, 404):
        return "no"
    if answer.status_code == 303:
        to_door = re.match(r"/dashboard/sign-in(?!\?said)", answer.headers["location"])
        return "no" if to_door and line.least != "anybody" else "yes"
    if answer.status_code == 422 and line.least == "nobody":
        return "no"
    if answer.status_code not in (200, *line.also):
        return f"{answer.status_code} {answer.text[:200]}"
    return "empty" if line.where == "filter" and _is_empty(answer) else "yes"


def _is_empty(answer: httpx2.Response) -> bool:
    """Whether neither a comment nor the count of any is in the answer."""
    if answer.headers["content-type"].startswith("application/json"):
        counts = answer.json().get("counts", {})
        if any(counts.values()):
            return False
    return "sparrow" not in answer.text and CANARY not in answer.text


@pytest.mark.parametrize(
    ("status", "headers", "wanted"),
    [
        (200, {}, "yes"),
        (303, {"location": "/dashboard/queue"}, "yes"),
        (303, {"location": "/dashboard/sign-in?next=x"}, "no"),
        (404, {}, "no"),
        (409, {}, "409 "),
        (500, {}, "500 "),
    ],
)
def test_an_answer_is_read_as_what_it_is(status: int, headers: dict[str, str], wanted: str) -> None:
    assert _read(httpx2.Response(status, headers=headers), Line(Role.OWNER)) == wanted
