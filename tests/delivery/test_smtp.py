"""A mail server is handed one mail for one recipient, and whatever it does is an answer in words."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from afterword.core.mail import Mail, Paragraph
from afterword.core.mail_message import message_of
from afterword.core.mail_trouble import Answer, Trouble
from afterword.delivery.smtp import MailServer, Patience
from tests.support.certificates import server_context
from tests.support.server import free_port
from tests.support.smtp_sink import SENDER, Sink, running, text_part

TO = "mira@example.net"
HASTE = Patience(answer=0.3, mail=1.0, farewell=0.3)


async def send(server: MailServer, *ids: str) -> list[Answer]:
    answers = []
    async with server.connection() as connection:
        for each in ids or ("1",):
            mail = Mail(TO, "Hello", (Paragraph(f"Mail {each}"),))
            message = message_of(mail, SENDER, message_id=each, host="example.org", now=0)
            answers.append(await connection.send(message, SENDER.address, TO))
    return answers


async def test_mails_go_over_one_connection_each_to_one_recipient(sink: Sink) -> None:
    answers = await send(sink.server(), "1", "2", "3")
    assert [each.trouble for each in answers] == [None] * 3
    assert [text_part(each) for each in sink.mails] == [f"Mail {id}\n" for id in "123"]
    assert sink.recipients == [[TO]] * 3
    assert sink.connections == 1


@pytest.mark.parametrize("from_the_start", [False, True])
async def test_a_server_with_a_trusted_certificate_and_an_account_takes_mails(
    mail_certificate: Path, from_the_start: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_certificate))
    context = server_context(mail_certificate)
    secured = Sink(tls=context, from_the_start=from_the_start, password="quiet river")
    with running(secured) as sink:
        assert [each.trouble for each in await send(sink.server())] == [None]
    assert len(sink.mails) == 1


REFUSALS = {
    "MAIL": ("553 5.7.1 Sender address rejected", Trouble.SENDER, False, False),
    "RCPT": ("550 5.1.1 No such user", Trouble.RECIPIENT, True, True),
    "DATA": ("554 5.6.0 Not like this", Trouble.CONTENT, True, False),
    "CONTENT": ("550 5.7.1 Looks like spam", Trouble.CONTENT, True, False),
}


@pytest.mark.parametrize("command", REFUSALS)
async def test_what_one_mail_is_refused_for_holds_up_no_other(sink: Sink, command: str) -> None:
    text, trouble, is_final, is_bounce = REFUSALS[command]
    sink.answers[command] = text
    async with sink.server().connection() as connection:
        mail = Mail(TO, "Hello", (Paragraph("Mail"),))
        for number in range(2):
            message = message_of(mail, SENDER, message_id=f"{number}", host="a.example", now=0)
            answer = await connection.send(message, SENDER.address, TO)
            assert (answer.trouble, str(answer)) == (trouble, text)
            assert (answer.is_final, answer.is_bounce) == (is_final, is_bounce)
            assert not answer.of_all
        sink.answers.clear()
        assert (await connection.send(message, SENDER.address, TO)).trouble is None
    assert sink.connections == 1
    assert sink.recipients == [[TO]]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "CONTENT"])
async def test_a_server_that_is_busy_is_asked_again_later(sink: Sink, command: str) -> None:
    sink.answers[command] = "451 4.3.0 Try again later"
    (answer,) = await send(sink.server())
    assert answer.code == 451
    assert not answer.is_final
    sink.answers[command] = "421 4.3.2 Closing"
    (answer,) = await send(sink.server())
    assert (answer.trouble, answer.code, answer.is_final) == (Trouble.SERVER, 421, False)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA", "CONTENT"])
async def test_a_connection_that_breaks_is_made_anew(sink: Sink, command: str) -> None:
    sink.hangs_up_in = command
    answers = await send(sink.server(), "1", "2")
    assert [each.trouble for each in answers] == [Trouble.DISCONNECTED] * 2
    assert [each.of_all for each in answers] == [command == "EHLO"] * 2
    assert sink.connections == 2
    sink.hangs_up_in = ""
    assert [each.trouble for each in await send(sink.server())] == [None]


async def test_a_server_that_never_speaks_or_speaks_too_slowly_is_left(sink: Sink) -> None:
    sink.is_silent = True
    (answer,) = await send(sink.server(patience=HASTE))
    assert (answer.trouble, answer.of_all) == (Trouble.TIMEOUT, True)
    sink.is_silent, sink.delay = False, 0.25
    (answer,) = await send(sink.server(patience=HASTE))
    assert answer.trouble is Trouble.TIMEOUT
    assert (await send(sink.server()))[0].trouble is None


async def test_a_server_that_says_too_much_is_left(sink: Sink) -> None:
    sink.answers["BANNER"] = "220 " + "x" * 2**20
    (answer,) = await send(sink.server())
    assert (answer.trouble, answer.of_all) == (Trouble.NOT_SMTP, True)
    assert len(answer.text) <= 300
    sink.answers["BANNER"] = "HTTP/1.1 400 Bad Request"
    assert (await send(sink.server()))[0].trouble is Trouble.NOT_SMTP
    sink.answers["BANNER"] = "554 5.7.1 Go away"
    (answer,) = await send(sink.server())
    assert (answer.trouble, answer.code, answer.is_final) == (Trouble.SERVER, 554, False)


async def test_it_is_said_why_no_server_was_found() -> None:
    values = {"security": "none", "user": "", "password": "", "here": "localhost"}
    closed = MailServer(host="127.0.0.1", port=free_port(), **values)
    assert (await send(closed))[0].trouble is Trouble.CONNECTION_REFUSED
    nowhere = MailServer(host="mail.invalid", port=25, **values)
    assert (await send(nowhere))[0].trouble is Trouble.UNKNOWN_HOST


async def test_it_is_said_what_is_wrong_with_tls(sink: Sink, mail_certificate: Path) -> None:
    assert (await send(sink.server(security="starttls")))[0].trouble is Trouble.TLS_NOT_OFFERED
    assert (await send(sink.server(security="tls")))[0].trouble is Trouble.TLS
    for from_the_start in (False, True):
        context: ssl.SSLContext = server_context(mail_certificate)
        with running(Sink(tls=context, from_the_start=from_the_start)) as strange:
            (answer,) = await send(strange.server())
            assert (answer.trouble, answer.of_all) == (Trouble.CERTIFICATE, True)
    assert sink.mails == []


async def test_it_is_said_that_the_account_is_refused(sink: Sink) -> None:
    with running(Sink(password="right")) as closed:
        (answer,) = await send(closed.server(password="wrong"))
        assert (answer.trouble, answer.code, answer.of_all) == (Trouble.SIGN_IN, 535, True)
        (answer,) = await send(closed.server(user=""))
        assert (answer.trouble, answer.code) == (Trouble.SENDER, 530)
    sink.answers["EHLO"] = "250 sink.example"
    (answer,) = await send(sink.server(user="afterword", password="x"))
    assert answer.trouble is Trouble.NO_SIGN_IN


async def test_no_address_is_kept_of_an_answer(sink: Sink) -> None:
    sink.answers["RCPT"] = "550 5.1.1 <Mira@example.net>: mira unknown; ask postmaster@example.net"
    (answer,) = await send(sink.server())
    assert str(answer) == "550 5.1.1 <(address)>: (address) unknown; ask (address)"
