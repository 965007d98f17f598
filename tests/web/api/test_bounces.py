"""Whoever has the token of the settings says from where mails came back, and learns nothing by that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.services.post_office import PostOffice
from tests.support.serving import serving, settings_for

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
ADDRESS = "/api/v1/bounces"
PAGE = "https://blog.example.org/notes/weir"


async def test_with_the_token_nothing_goes_there_any_more(tmp_path: Path, ready_url: str) -> None:
    settings = settings_for(tmp_path / "data", ready_url, bounce_token=KEY)
    async with serving(settings) as app:
        await app.add_site("blog", "https://blog.example.org", hold="none")
        await app.comment(PAGE, email="ana@readers.example", notify="thread")
        post = PostOffice(app.context)
        ((_, asked),) = await post.look(app.clock.now)
        assert asked is not None
        body = {"addresses": ["Ana@readers.example", "nobody@readers.example"]}
        for wrong in ({}, {"authorization": f"Bearer {KEY[:-1]}"}, {"authorization": "Bearer "}):
            assert (await app.client.post(ADDRESS, json=body, headers=wrong)).status_code == 401
        assert [mail for _, mail in await post.look(app.clock.now)] == [asked]
        bearer = {"authorization": f"Bearer {KEY}"}
        first, again = [await app.client.post(ADDRESS, json=body, headers=bearer) for _ in "12"]
        assert first.status_code == again.status_code == 202
        assert first.json() == again.json() == {"noted": True}
        assert [mail for _, mail in await post.look(app.clock.now)] == [None]


async def test_without_a_token_in_the_settings_nobody_may(tmp_path: Path, ready_url: str) -> None:
    settings = replace(settings_for(tmp_path / "data", ready_url), bounce_token="")
    async with serving(settings) as app:
        for headers in ({}, {"authorization": "Bearer x"}):
            answer = await app.client.post(ADDRESS, json={"addresses": []}, headers=headers)
            assert answer.status_code == 401
