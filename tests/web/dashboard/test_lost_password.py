"""Whoever has forgotten a password asks for a link, and is told the same whoever they are."""

from __future__ import annotations

from pathlib import Path

from afterword.core.model import Role
from tests.support.forms import Visitor, new_member
from tests.support.serving import Served, serving, settings_for
from tests.support.smtp_sink import Sink, deliver_all, text_part

LOST = "/dashboard/lost-password"


async def test_the_way_from_signing_in_to_a_new_password(
    tmp_path: Path, ready_url: str, sink: Sink
) -> None:
    async with serving(settings_for(tmp_path / "data", ready_url, **sink.settings)) as app:
        await new_member(app, "lea@example.org", role=Role.OWNER)
        visitor = Visitor.of(app)
        assert LOST in (await visitor.get("/dashboard/sign-in")).html
        form = (await visitor.get(LOST)).form(LOST)
        answers = {}
        for email in ("lea@example.org", "nobody@example.org"):
            answer = await visitor.send(form, email=email)
            assert "If there is an account with this address" in answer.text
            answers[email] = answer.text.replace(email, "")
        assert len(set(answers.values())) == 1
        await deliver_all(app.context, app.clock)
        (mail,) = sink.mails
        (address,) = [line for line in text_part(mail).splitlines() if "/reset?token=" in line]
        page = await visitor.get(address.removeprefix(app.settings.public_url))
        done = await visitor.send(page.form("/dashboard/reset"), password="nine patient otters")
        assert "Your password is changed." in done.text


async def test_without_mail_it_says_who_can_help(app: Served) -> None:
    page = await Visitor.of(app).get(LOST)
    assert "An owner can make you a link" in page.text
    assert not page.has_form(LOST)


async def test_an_address_that_asks_too_often_has_to_wait(
    tmp_path: Path, ready_url: str, sink: Sink
) -> None:
    async with serving(settings_for(tmp_path / "data", ready_url, **sink.settings)) as app:
        visitor = Visitor.of(app)
        form = (await visitor.get(LOST)).form(LOST)
        statuses = [
            (await visitor.send(form, email=f"a{number}@example.org")).status for number in range(7)
        ]
    assert statuses == [200] * 5 + [429] * 2
