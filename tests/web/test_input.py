"""Forms, queries and bodies at the gate."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request

from afterword.core.errors import Invalid, Malformed, NotFound
from afterword.web.body import LINGER_BYTES
from afterword.web.input import Fields, path_id, query
from tests.support.serving import Served
from tests.web.test_strict_json import NOT_JSON

SUBMIT = "/api/v1/comments"
JSON = {"content-type": "application/json"}
TAKES_JSON = [("POST", SUBMIT), ("PATCH", "/api/v1/comments/1"), ("POST", "/api/v1/preview")]


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


@pytest.mark.parametrize(("method", "path"), TAKES_JSON)
async def test_no_endpoint_takes_what_is_not_json(blog: Served, method: str, path: str) -> None:
    headers = JSON | {"authorization": "Bearer x"}
    for name, body in NOT_JSON.items():
        answer = await blog.client.request(method, path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), name
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain;application/json",
        "application/jsonp",
        "application/json-patch+json",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/problem+json",
    ],
)
@pytest.mark.parametrize(("method", "path"), TAKES_JSON)
async def test_another_content_type_is_unsupported(
    blog: Served, method: str, path: str, content_type: str | None
) -> None:
    """A form of another site could send these without asking first."""
    headers = {"authorization": "Bearer x"}
    headers |= {"content-type": content_type} if content_type is not None else {}
    answer = await blog.client.request(method, path, content=b'{"body":"a"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8",
     'application/json;charset="UTF-8"'],
)  # fmt: skip
async def test_json_may_say_that_it_is_utf_8(blog: Served, content_type: str) -> None:
    answer = await blog.client.post(
        "/api/v1/preview", content='{"body":"é"}'.encode(), headers={"content-type": content_type}
    )
    assert answer.json() == {"body": [["p", "é"]]}


async def test_two_content_types_are_unsupported(blog: Served) -> None:
    headers = [("content-type", "application/json"), ("content-type", "application/json")]
    answer = await blog.client.post("/api/v1/preview", content=b'{"body":"a"}', headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "identity, gzip", "x"])
async def test_a_compressed_body_is_not_opened(blog: Served, encoding: str) -> None:
    bomb = gzip.compress(b'{"body":"' + b"a" * 10_000_000 + b'"}')
    headers = JSON | {"content-encoding": encoding}
    answer = await blog.client.post("/api/v1/preview", content=bomb, headers=headers)
    assert answer.status_code == 415


async def test_a_body_is_counted_as_it_comes(blog: Served) -> None:
    limit = blog.settings.body_limit
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 10_000
            yield b" " * 10_000

    answer = await blog.client.post("/api/v1/preview", content=endless(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert taken <= limit + LINGER_BYTES + 20_000
    assert answer.headers["connection"] == "close"


async def test_what_content_length_says_is_not_believed(blog: Served) -> None:
    for lie in ("1", "0", "99999999999999999999", "-1", "x", ""):
        body = b'{"body":"' + b"a" * 200_000 + b'"}'
        answer = await blog.client.post(
            "/api/v1/preview", content=body, headers=JSON | {"content-length": lie}
        )
        assert answer.status_code == 413, lie


async def test_the_largest_body_that_is_allowed_is_read(blog: Served) -> None:
    body = json.dumps({"body": "a"}).encode()
    padded = body + b" " * (blog.settings.body_limit - len(body))
    ok = await blog.client.post("/api/v1/preview", content=padded, headers=JSON)
    over = await blog.client.post("/api/v1/preview", content=padded + b" ", headers=JSON)
    assert (ok.status_code, over.status_code) == (200, 413)


async def test_a_form_of_another_kind_is_unsupported(blog: Served) -> None:
    own = {"sec-fetch-site": "same-origin"}
    for content_type in ("multipart/form-data; boundary=x", "text/plain", "application/json"):
        answer = await blog.client.post(
            "/dashboard/sign-in", content=b"email=a", headers=own | {"content-type": content_type}
        )
        assert answer.status_code == 415, content_type


@pytest.mark.parametrize(
    "body",
    [b"email=%ff", b"email=\xff", b"email=%00", b"email=%", b"email=%4", b"a=1&" * 1_001],
)
async def test_a_form_that_cannot_be_read_is_malformed(blog: Served, body: bytes) -> None:
    headers = {
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
    }
    answer = await blog.client.post("/dashboard/sign-in", content=body, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "url"),
        ("url=", "url"),
        ("url=a", "url"),
        ("url=javascript:alert(1)", "url"),
        ("url={page}&url={page}", "url"),
        ("url={page}&sort=best", "sort"),
        ("url={page}&sort=oldest&sort=newest", "sort"),
        ("url={page}&around=0", "around"),
        ("url={page}&around=-1", "around"),
        ("url={page}&around=1.0", "around"),
        ("url={page}&around=١", "around"),
        ("url={page}&around=9223372036854775808", "around"),
        ("url={page}&around=" + "9" * 5000, "around"),
        ("url={page}&after=nonsense", "after"),
        ("url={page}&id=a&id=b", "id"),
    ],
)
async def test_a_wrong_parameter_is_named(
    blog: Served, page_url: str, query: str, field: str
) -> None:
    await blog.comment(page_url)
    answer = await blog.client.get(f"/api/v1/thread?{query.format(page=page_url)}")
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "query",
    ["url=%ff", "url=%", "url=%zz", "url=a%00", "&".join(["a=1"] * 1_001)],
)
@pytest.mark.parametrize("path", ["/api/v1/thread", "/api/v1/counts"])
async def test_a_query_that_cannot_be_read_is_malformed(
    blog: Served, query: str, path: str
) -> None:
    answer = await blog.client.get(f"{path}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def _request(raw_query: bytes = b"", **path_params: str) -> Request:
    return Request({"type": "http", "query_string": raw_query, "path_params": path_params})


def test_fields_say_what_was_given_once_and_what_several_times() -> None:
    fields = query(_request(b"a=1&b=x+y%C3%A9&c=&id=3&id=5&id=3&tick=on&a;b=2"))
    assert fields.text("a") == "1"
    assert fields.text("b") == "x yé"
    assert (fields.text("c", "none"), fields.optional("c"), fields.text("d")) == ("none", None, "")
    assert (fields.integer("a"), fields.integer("d")) == (1, None)
    assert (fields.texts("id"), fields.integers("id")) == (("3", "5", "3"), (3, 5))
    assert (fields.ticked("tick"), fields.ticked("tock")) == (True, False)
    assert fields.one_of("a", ("1", "2"), "2") == "1"
    assert fields.one_of("d", ("1", "2"), "2") == "2"
    assert fields.text("a;b") == "2"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda fields: fields.text("id"), "repeated"),
        (lambda fields: fields.integer("id"), "repeated"),
        (lambda fields: fields.required("d"), "required"),
        (lambda fields: fields.required("c"), "required"),
        (lambda fields: fields.integer("b"), "not_a_number"),
        (lambda fields: fields.integers("b"), "not_a_number"),
        (lambda fields: fields.one_of("a", ("x", "y"), "x"), "not_allowed"),
    ],
)
def test_a_field_that_is_not_as_it_must_be_is_named(ask: object, code: str) -> None:
    fields = Fields({"a": ["1"], "b": ["x"], "c": [""], "id": ["3", "5"]})
    with pytest.raises(Invalid) as refused:
        ask(fields)
    assert refused.value.fields[0].code == code


@pytest.mark.parametrize(
    "raw", [b"a=%ff", b"a=\xff", b"a=%", b"a=%0", b"a=%00", b"%00=a", b"a" * 65_537]
)
def test_a_query_that_is_not_text_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        query(_request(raw))


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("9223372036854775807", 2**63 - 1)])
def test_a_number_in_a_path_is_read(text: str, number: int) -> None:
    assert path_id(_request(id=text)) == number


@pytest.mark.parametrize("text", ["0", "01", "-1", "+1", "1.0", "1e3", "x", "", " 1", "١", "9" * 5000,
                                  "9223372036854775808"])  # fmt: skip
def test_what_is_no_number_in_a_path_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        path_id(_request(id=text))
