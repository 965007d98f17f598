"""Who may call the API of members: bearers of a personal token, and nobody by cookie or from a page."""

from __future__ import annotations

import pytest

from afterword.core.model import Role
from afterword.web.admin.routes import ADMIN_API
from tests.support.api import bearer, program
from tests.support.forms import new_member
from tests.support.serving import Served

ME = "/api/v1/admin/me"


def test_every_endpoint_says_that_it_wants_a_personal_token() -> None:
    assert {each.bearer for each in ADMIN_API} == {"personal"}
    assert all(each.path.startswith("/api/v1/admin/") for each in ADMIN_API)


async def test_a_token_says_whose_it_is(app: Served) -> None:
    jonas = await new_member(app, "jonas@example.org")
    client = await program(app, jonas, Role.VIEWER)
    answer = await client.get(ME)
    assert answer.json() == {
        "id": jonas.id,
        "name": "Jonas",
        "email": "jonas@example.org",
        "roles": [{"site_id": None, "role": "viewer"}],
    }
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer afw_", "Bearer afw_" + "x" * 43, "Basic YTpi", "afw_x", "Bearer é"],
)
async def test_without_a_good_token_nothing_is_told(app: Served, header: str) -> None:
    for endpoint in ADMIN_API:
        path = endpoint.path.replace("{id}", "1")
        answer = await app.client.request(
            endpoint.method, path, json={}, headers={"authorization": header.encode()}
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed"), path
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_the_cookie_of_the_dashboard_opens_nothing(app: Served) -> None:
    await app.sign_in()
    assert (await app.client.get("/dashboard/queue")).status_code == 200
    for endpoint in ADMIN_API:
        path = endpoint.path.replace("{id}", "1")
        assert (await app.client.request(endpoint.method, path, json={})).status_code == 401


@pytest.mark.parametrize("origin", ["https://blog.example.org", "http://localhost:8000", "null"])
async def test_no_page_of_any_origin_is_let_in(blog: Served, origin: str) -> None:
    headers = await bearer(blog, await new_member(blog, "jonas@example.org"))
    answer = await blog.client.get(ME, headers={**headers, "origin": origin})
    asked = {"origin": origin, "access-control-request-method": "GET"}
    preflight = await blog.client.options(ME, headers=asked)
    assert preflight.status_code == 405
    for each in (answer, preflight):
        assert not [name for name in each.headers if name.startswith("access-control-")]


async def test_an_address_may_not_ask_without_end(app: Served) -> None:
    statuses = [(await app.client.get(ME)).status_code for _ in range(601)]
    assert set(statuses[:600]) == {401}
    assert statuses[600] == 429
