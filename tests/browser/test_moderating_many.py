"""Two hundred comments that wait, one moderator, no mouse."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from playwright.async_api import Page, expect

from tests.support.desk import NAMES, Desk

MANY = 200
BECOMES = {"a": "approved", "s": "spam", "d": "removed"}
PLAN = ("a", "a", "a", "a", "s", "s", "d", "edit", "reply", "undo")
"""What is done to each ten comments, over and over."""


async def test_two_hundred_comments_are_moderated_by_keyboard_alone(desk: Desk) -> None:
    for number in range(len(NAMES), MANY):
        desk.write(f"Reader{number}", f"Stone number {number}.")
    ids = [number for (number,) in _rows(desk, "SELECT id FROM comment ORDER BY created_at, id")]
    assert len(ids) == MANY
    page = await desk.sit()
    began = time.perf_counter()
    await page.keyboard.press("j")
    for number, comment_id in enumerate(ids):
        await _is_here(page, comment_id)
        await _do(page, comment_id, PLAN[number % len(PLAN)])
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    took = time.perf_counter() - began
    expected = {
        comment_id: BECOMES.get(PLAN[number % len(PLAN)], "approved")
        for number, comment_id in enumerate(ids)
    }
    assert dict(_rows(desk, "SELECT id, status FROM comment WHERE member_id IS NULL")) == expected
    edited = "SELECT id FROM comment WHERE source LIKE 'Edited%' AND edited_at IS NOT NULL"
    assert _rows(desk, edited) == [(each,) for each in ids[7::10]]
    replies = "SELECT parent_id FROM comment WHERE member_id IS NOT NULL AND status = 'approved'"
    assert _rows(desk, replies) == [(each,) for each in ids[8::10]]
    print(f"\n{MANY} comments by keyboard alone in {took:.1f} s")


async def _do(page: Page, comment_id: int, what: str) -> None:
    if what == "edit":
        await _write(page, comment_id, "e", f"Edited {comment_id}, as asked.")
        changed = page.locator(f"#comment-{comment_id} .body")
        await expect(changed).to_have_text(f"Edited {comment_id}, as asked.")
        await page.keyboard.press("a")
    elif what == "reply":
        await _write(page, comment_id, "r", f"Thank you for {comment_id}.")
    elif what == "undo":
        await page.keyboard.press("s")
        await page.keyboard.press("z")
        await expect(page.locator(".toasts")).to_contain_text("Undone")
        await _is_here(page, comment_id)
        await page.keyboard.press("a")
    else:
        await page.keyboard.press(what)


async def _write(page: Page, comment_id: int, key: str, text: str) -> None:
    await page.keyboard.press(key)
    await expect(page.locator(f"#comment-{comment_id} textarea:focus")).to_be_visible()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text(text)
    await page.keyboard.press("Control+Enter")


async def _is_here(page: Page, comment_id: int) -> None:
    here = page.locator(".item.here:not(.leaving)")
    await expect(here).to_have_attribute("data-id", str(comment_id))


def _rows(desk: Desk, sql: str) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(desk.server.data / "afterword.db")) as db:
        return list(db.execute(sql))
