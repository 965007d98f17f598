"""The script that pages embed, at its two addresses."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

import brotli
import pytest

from afterword.services.built_files import NotBuilt
from afterword.web import widget_files
from tests.support.serving import BUNDLE, Served


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


async def test_the_short_address_is_kept_for_five_minutes(app: Served) -> None:
    answer = await app.client.get("/embed.js")
    assert answer.content == BUNDLE
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    known = {"if-none-match": answer.headers["etag"]}
    again = await app.client.get("/embed.js", headers=known)
    assert (again.status_code, again.content) == (304, b"")


async def test_the_long_address_never_changes(app: Served, tmp_path: Path) -> None:
    bundle = widget_files.load(tmp_path / "data" / "embed.js").reader
    answer = await app.client.get(f"/embed/{bundle.name}")
    assert answer.content == BUNDLE
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert bundle.name.split("-")[1] == hashlib.sha256(BUNDLE).hexdigest()[:8] + ".js"
    digest = base64.b64encode(hashlib.sha384(BUNDLE).digest()).decode()
    assert bundle.integrity == f"sha384-{digest}"


def test_what_is_fetched_later_has_names_of_its_own(tmp_path: Path) -> None:
    for name in (
        "embed.js",
        "writer.js",
        "json-ld.js",
        "proof.js",
        "questions.js",
        "acts.js",
        "account.js",
    ):
        (tmp_path / name).write_text(name)
    bundle = widget_files.load(tmp_path / "embed.js")
    assert [script.identity for script in bundle.later] == [
        name.encode() for name in widget_files.LATER
    ]
    for script in bundle.scripts:
        assert bundle.named(script.name) is script
    assert bundle.named("0.0.9-12345678.js") is None


@pytest.mark.parametrize("name", ["embed.js", "0.0.9-12345678.js", "..%2f..%2fsecret.key", "%00"])
async def test_no_other_file_is_served(app: Served, name: str) -> None:
    assert (await app.client.get(f"/embed/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("encoding", "decode"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
async def test_it_travels_compressed(app: Served, encoding: str, decode: object) -> None:
    async with app.client.stream(
        "GET", "/embed.js", headers={"accept-encoding": encoding}
    ) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == encoding
    assert decode(raw) == BUNDLE


def test_without_a_built_widget_the_start_ends_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match="Run: make build"):
        widget_files.load(tmp_path / "embed.js")
