"""The table of routes is what is served, and what is described."""

from __future__ import annotations

import re

import pytest
from jsonschema_rs import Draft202012Validator
from starlette.routing import Route

from afterword.core import errors
from afterword.web.errors import BY_STATUS, KINDS
from afterword.web.routes import API, all_routes
from tests.support.api import bearer as program_headers
from tests.support.forms import new_member
from tests.support.project import ROOT
from tests.support.serving import Served


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


def test_no_two_routes_share_method_and_path_or_name() -> None:
    table = [
        (method, route.path) for route in all_routes(demo=True) for method in route.methods or ()
    ]
    names = [route.name for route in all_routes(demo=True)]
    assert len(set(table)) == len(table)
    assert len(set(names)) == len(names)


def test_the_demo_is_there_only_when_asked_for() -> None:
    ordinary = {route.path for route in all_routes(demo=False)}
    assert "/" not in ordinary
    assert {route.path for route in all_routes(demo=True)} - ordinary == {
        "/",
        "/notes",
        "/notes/{name}",
        "/looks",
        "/looks/{name}",
    }


async def test_the_description_has_every_endpoint_of_the_api_and_no_other(app: Served) -> None:
    document = (await app.client.get("/api/v1/openapi.json")).json()
    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    served = {
        (method, route.path)
        for route in all_routes(demo=False)
        if route.path.startswith(("/api/v1/", "/feeds/")) or route.path in ("/healthz", "/readyz")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert described == served == {(each.method, each.path) for each in API}


async def test_the_description_is_valid_and_complete_in_itself(app: Served) -> None:
    document = (await app.client.get("/api/v1/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://localhost:8000"}]
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator({**schema, "components": {"schemas": schemas}})
        assert schema["description"], name
    named = set(re.findall(r'"#/components/schemas/(\w+)"', (await _text(app))))
    assert named == set(schemas)


async def _text(app: Served) -> str:
    return (await app.client.get("/api/v1/openapi.json")).text.replace("'", '"')


async def test_every_answer_fits_its_schema(app: Served, page_url: str) -> None:
    device = {"visitor_token": "v" * 22}
    await app.add_site("blog", "https://blog.example.org", hold="none", reactions=("👍",))
    document = (await app.client.get("/api/v1/openapi.json")).json()
    sent, other = await app.comment(page_url), await app.comment(page_url)
    bearer = {"authorization": f"Bearer {sent.json()['author_token']}"}
    address = f"/api/v1/comments/{sent.json()['comment']['id']}"
    personal = await program_headers(app, await new_member(app, "jonas@example.org"))
    decided = await app.client.post(
        "/api/v1/admin/decisions",
        json={"act": "hold", "ids": [other.json()["comment"]["id"]]},
        headers=personal,
    )
    answers = {
        "Thread": await app.client.get("/api/v1/thread", params={"url": page_url}),
        "Counts": await app.client.get("/api/v1/counts", params={"url": page_url}),
        "Submitted": sent,
        "Revised": await app.client.patch(address, json={"body": "a"}, headers=bearer),
        "Voted": await app.client.put(f"{address}/vote", json={"vote": 1, **device}),
        "Reacted": await app.client.put(
            "/api/v1/reactions", json={"url": page_url, "reaction": "👍", **device}
        ),
        "Reported": await app.client.post(f"{address}/report", json={"reason": "spam", **device}),
        "Previewed": await app.client.post("/api/v1/preview", json={"body": "a"}),
        "Problem": await app.client.get("/api/v1/thread"),
        "Me": await app.client.get("/api/v1/admin/me", headers=personal),
        "Queue": await app.client.get("/api/v1/admin/queue?status=approved", headers=personal),
        "Decided": decided,
        "TakenBack": await app.client.post(
            f"/api/v1/admin/decisions/{decided.json()['decision']}/undo", headers=personal
        ),
    }
    for name, answer in answers.items():
        schema = document["components"]["schemas"][name]
        whole = {**schema, "components": document["components"]}
        assert Draft202012Validator(whole).is_valid(answer.json()), (name, answer.text)


def _refusals(kind: type[errors.Refused] = errors.Refused) -> set[type[errors.Refused]]:
    return {kind}.union(*map(_refusals, kind.__subclasses__()))


def test_every_refusal_has_a_status() -> None:
    """Its own, or where one is told apart elsewhere that of what it is a kind of."""
    named = {kind for kind in _refusals() if kind.__module__ == errors.__name__}
    assert named - {errors.Refused} == set(KINDS)


async def test_the_type_of_every_problem_leads_to_its_explanation(app: Served) -> None:
    page = (await app.client.get("/api/docs")).text
    for code in [kind.code for kind in KINDS] + [code for code, _ in BY_STATUS.values()]:
        assert f'id="{code}"' in page
    answer = await app.client.get("/api/v1/thread")
    assert answer.json()["type"] == "http://localhost:8000/api/docs#invalid"


async def test_the_readable_description_needs_no_script_and_its_links_lead_somewhere(
    app: Served,
) -> None:
    page = (await app.client.get("/api/docs")).text
    ids = re.findall(r'id="([^"]+)"', page)
    assert "<script" not in page
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    for endpoint in API:
        assert f"{endpoint.method} {endpoint.path}" in page


def test_the_guide_names_every_endpoint_and_every_problem() -> None:
    guide = (ROOT / "docs" / "api.md").read_text()
    assert not [each.path for each in API if f"`{each.method} {each.path}" not in guide]
    assert not [kind.code for kind in KINDS if f"`{kind.code}`" not in guide]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
async def test_an_address_that_is_none_is_not_found(app: Served, accept: str) -> None:
    for path in (
        "/nowhere",
        "/api/v1/nowhere",
        "/dashboard/x.css",
        "/api/v1/thread/",
        "//",
        "/%00",
    ):
        answer = await app.client.get(path, headers={"accept": accept})
        assert answer.status_code == 404, path
        is_page = accept == "text/html" and not path.startswith("/api/")
        wanted = "text/html; charset=utf-8" if is_page else "application/problem+json"
        assert answer.headers["content-type"] == wanted


async def test_a_slash_too_many_after_a_page_is_taken_away(app: Served) -> None:
    answer = await app.client.get("/dashboard/?a=b%20c")
    assert (answer.status_code, answer.headers["location"]) == (308, "/dashboard?a=b%20c")
    for path in ("//evil.example/", "/\\evil.example/", "/nowhere/", "/api/v1/thread/"):
        assert (await app.client.get(path)).status_code == 404


@pytest.mark.parametrize("route", all_routes(demo=False), ids=lambda route: str(route.name))
async def test_a_method_that_is_none_is_told_those_there_are(app: Served, route: Route) -> None:
    path = route.path.replace("{id}", "1").replace("{name}", "x")
    answer = await app.client.request("QUERY", path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    allowed = {
        method
        for other in all_routes(demo=False)
        if other.path == route.path
        for method in other.methods or ()
    }
    assert set(answer.headers["allow"].split(", ")) == allowed
