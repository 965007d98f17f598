"""No form of the dashboard is taken from elsewhere, without its session's token, or without a session."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from afterword.core.model import Role
from afterword.web.routes import all_routes
from tests.support.dump import contents
from tests.support.ground import Browser, Ground
from tests.support.serving import Served

WITHOUT_SESSION = {
    "make_account", "sign_in", "finish_sign_in", "accept_invitation", "reset_password",
    "ask_for_password",
}  # fmt: skip
"""Forms of those who are not signed in: a link or a password is what opens them."""
WITH_FILE = {"/dashboard/import"}
FOREIGN = {
    "another site": {"sec-fetch-site": "cross-site"},
    "another host of the same site": {"sec-fetch-site": "same-site"},
    "an origin that is none": {"sec-fetch-site": "", "origin": "null"},
    "another origin": {"sec-fetch-site": "", "origin": "https://evil.example"},
    "who says nothing": {},
}


def forms() -> list[Route]:
    """Every route of the dashboard that changes something."""
    return [
        route
        for route in all_routes(demo=False)
        if route.path.startswith("/dashboard") and (route.methods or set()) - {"GET", "HEAD"}
    ]


def filled(route: Route, ground: Ground) -> tuple[str, dict[str, str]]:
    """The address of a route and fields that fit many forms."""
    fields = {"id": "1", "act": "approve", "site": "1", "member": "1", "role": "viewer"}
    return route.path.replace("{id}", "1"), fields


async def send(
    browser: Browser, route: Route, ground: Ground, csrf: str | None, **headers: str
) -> int:
    path, fields = filled(route, ground)
    if csrf is not None:
        fields["csrf"] = csrf
    files = {"file": ("a.xml", b"<disqus/>")} if path in WITH_FILE else None
    answer = await browser.http.post(path, data=fields, files=files, headers=headers)
    return answer.status_code


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
async def test_a_form_from_elsewhere_is_refused(
    app: Served, engine: str, headers: dict[str, str]
) -> None:
    ground = await Ground.of(app)
    await ground.comment("own")
    async with ground.browser(Role.OWNER) as browser:
        del browser.http.headers["sec-fetch-site"]
        before = await contents(app.context.store, engine)
        for route in forms():
            status = await send(browser, route, ground, browser.csrf, **headers)
            assert status == 403, (route.path, status)
        assert await contents(app.context.store, engine) == before


async def test_a_form_without_the_token_of_its_session_is_refused(app: Served, engine: str) -> None:
    ground = await Ground.of(app)
    await ground.comment("own")
    async with ground.browser(Role.OWNER) as other, ground.browser(Role.OWNER) as browser:
        before = await contents(app.context.store, engine)
        for route in forms():
            for csrf in (None, "", "x", other.csrf, browser.csrf[:-1], browser.csrf + "x"):
                if route.name in WITHOUT_SESSION:
                    continue
                status = await send(browser, route, ground, csrf)
                assert status == 403, (route.path, csrf, status)
        assert await contents(app.context.store, engine) == before


async def test_a_form_without_a_session_is_sent_to_the_door(app: Served, engine: str) -> None:
    ground = await Ground.of(app)
    await ground.comment("own")
    async with ground.browser(None) as browser:
        before = await contents(app.context.store, engine)
        for route in forms():
            if route.name not in WITHOUT_SESSION:
                assert await send(browser, route, ground, "x") == 401, route.path
                path, fields = filled(route, ground)
                page = {"accept": "text/html"}
                answer = await browser.http.post(path, data=fields, headers=page)
                assert answer.status_code == 303, route.path
                assert answer.headers["location"] == "/dashboard/sign-in"
        assert await contents(app.context.store, engine) == before


@pytest.mark.parametrize("media", ["application/json", "text/plain", "multipart/form-data"])
async def test_what_is_no_form_is_refused(app: Served, engine: str, media: str) -> None:
    ground = await Ground.of(app)
    async with ground.browser(Role.OWNER) as browser:
        for route in forms():
            body = f"csrf={browser.csrf}".encode()
            path, _ = filled(route, ground)
            answer = await browser.http.post(path, content=body, headers={"content-type": media})
            assert answer.status_code == 415, (route.path, answer.status_code)


def test_whoever_is_not_signed_in_has_few_forms() -> None:
    assert {str(route.name) for route in forms()} >= WITHOUT_SESSION
