"""A real mail server that takes mails and keeps them, and misbehaves as it is told.

async def test_...(app: Served) -> None:
    ...
    (mail,) = await delivered(app)      # spreads and delivers everything now; parsed messages
    assert mail["To"] == "mira@example.org"
    assert "Jonas answered" in text_part(mail)

def test_...(sink: Sink, serve: Serve) -> None:
    server = serve(**sink.environ)      # the real program with this mail server
    sink.answers["RCPT"] = "550 5.1.1 No such user"
    wait_until(lambda: bool(sink.mails), 10, server.output)
"""

from __future__ import annotations

import asyncio
import email
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from afterword.core.mail import Sender
from afterword.delivery.smtp import MailServer, Patience
from afterword.services.context import Context
from afterword.services.telling.deliver_outbox import CHANNELS, Delivery
from afterword.services.telling.spread_events import spread_events
from tests.support.certificates import make_certificate
from tests.support.serving import Served

SENDER = Sender("comments@example.org", "Comments")
PATIENCE = Patience(answer=5.0, mail=10.0, farewell=1.0)


@dataclass
class Sink:
    """What it has taken, and how it misbehaves; all of it can be changed while it runs."""

    tls: ssl.SSLContext | None = None
    """With it, STARTTLS is offered, or spoken from the first byte with `from_the_start`."""
    from_the_start: bool = False
    password: str | None = None
    """With it, nobody may send who does not sign in as `afterword` with it."""

    mails: list[EmailMessage] = field(default_factory=list)
    """What was taken, each Message-ID once, as mail servers do."""
    again: list[str] = field(default_factory=list)
    """Message-IDs that came once more, and were dropped."""
    recipients: list[list[str]] = field(default_factory=list)
    """Of each envelope, taken or dropped."""
    connections: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    """What is answered instead, by command; `CONTENT` is the end of DATA, `BANNER` the greeting."""
    delay: float = 0.0
    """Seconds before each answer."""
    hangs_up_in: str = ""
    """The command at which the connection is cut."""
    is_silent: bool = False
    """Accepts connections and never speaks."""
    forgets_to_answer: bool = False
    """Takes the mail, and never says so."""
    port: int = 0
    sessions: set[_Session] = field(default_factory=set)

    @property
    def environ(self) -> dict[str, str]:
        """Settings of a server that sends by this one."""
        security = "none" if self.tls is None else "tls" if self.from_the_start else "starttls"
        account = {"AFTERWORD_SMTP_USER": "afterword", "AFTERWORD_SMTP_PASSWORD": self.password}
        return {
            "AFTERWORD_SMTP_HOST": "127.0.0.1",
            "AFTERWORD_SMTP_PORT": str(self.port),
            "AFTERWORD_SMTP_SECURITY": security,
            "AFTERWORD_MAIL_FROM": str(SENDER),
            **{name: value for name, value in account.items() if self.password and value},
        }

    @property
    def settings(self) -> dict[str, Any]:
        """The same as arguments of `settings_for`, without TLS and account."""
        return {
            "smtp_host": "127.0.0.1",
            "smtp_port": self.port,
            "smtp_security": "none",
            "mail_from": SENDER,
        }

    def server(self, **more: Any) -> MailServer:
        """The same as a part of a context."""
        env = self.environ
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": env["AFTERWORD_SMTP_SECURITY"],
            "user": env.get("AFTERWORD_SMTP_USER", ""),
            "password": self.password or "",
            "here": "localhost",
            "patience": PATIENCE,
        }
        return MailServer(**(values | more))

    def context(self, ctx: Context, **more: Any) -> Context:
        """The context, sending by this server."""
        settings = replace(ctx.settings, mail_from=SENDER)
        return replace(ctx, settings=settings, mail_server=self.server(**more))


class _Session(SMTP):
    """One connection to a sink."""

    def __init__(self, sink: Sink, loop: asyncio.AbstractEventLoop) -> None:
        self.sink = sink
        starttls = sink.tls is not None and not sink.from_the_start
        super().__init__(
            _Handler(sink),
            hostname="sink.example",
            tls_context=sink.tls if starttls else None,
            require_starttls=starttls,
            authenticator=self._check,
            auth_required=sink.password is not None,
            loop=loop,
        )
        self._auth_require_tls = False  # as an argument it warns, and it is loopback
        for command, method in list(self._smtp_methods.items()):
            self._smtp_methods[command] = self._faulty(command, method)

    def connection_made(self, transport: Any) -> None:
        if self not in self.sink.sessions:  # once more when TLS begins
            self.sink.connections += 1
            self.sink.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.sessions.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        """Cuts the connection without a word."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    async def push(self, status: Any) -> None:
        await asyncio.sleep(self.sink.delay)
        text = status if isinstance(status, bytes) else status.encode()
        if text.startswith(b"220 sink.example") and "BANNER" in self.sink.answers:
            text = self.sink.answers["BANNER"].encode()
        await super().push(text)

    async def _handle_client(self) -> None:
        if self.sink.is_silent:
            await self._reader.read()
            return
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await super()._handle_client()

    def _faulty(self, command: str, method: Callable[[Any], Any]) -> Callable[[Any], Any]:
        async def answer(argument: Any) -> None:
            if self.sink.hangs_up_in == command:
                assert self.transport is not None
                self.transport.close()
            elif command in self.sink.answers:
                await self.push(self.sink.answers[command])
            else:
                await method(argument)

        return answer

    def _check(self, _: object, __: object, ___: object, how: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"afterword", (self.sink.password or "").encode())
        return AuthResult(success=right, handled=right)


@dataclass
class _Handler:
    sink: Sink

    async def handle_DATA(  # noqa: N802 - so aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        sink = self.sink
        if sink.hangs_up_in == "CONTENT":
            assert server.transport is not None
            server.transport.close()
            return "250 Too late"
        if "CONTENT" in sink.answers:
            return sink.answers["CONTENT"]
        content = envelope.content
        assert isinstance(content, bytes)
        sink.recipients.append(list(envelope.rcpt_tos))
        mail = email.message_from_bytes(content, policy=SMTP_POLICY)
        if mail["Message-ID"] in {each["Message-ID"] for each in sink.mails}:
            sink.again.append(str(mail["Message-ID"]))
        else:
            sink.mails.append(mail)
        if sink.forgets_to_answer:
            await asyncio.sleep(3600)
        return "250 2.0.0 Taken"


@contextmanager
def running(sink: Sink) -> Iterator[Sink]:
    """Runs a sink in a thread of its own, so that it answers whatever the test waits for."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listen(sink, loop), loop).result(10)
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_stop(sink, server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _listen(sink: Sink, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
    context = sink.tls if sink.from_the_start else None
    server = await loop.create_server(
        lambda: _Session(sink, loop), "127.0.0.1", sink.port, ssl=context
    )
    sink.port = server.sockets[0].getsockname()[1]
    return server


async def _stop(sink: Sink, server: asyncio.Server) -> None:
    """Ends it with all connections, so that nothing is left open."""
    server.close()
    for session in tuple(sink.sessions):
        session.abort()
    here = asyncio.current_task()
    while sink.sessions or asyncio.all_tasks() != {here}:
        await asyncio.sleep(0.001)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server without TLS that takes everything."""
    with running(Sink()) as started:
        yield started


async def deliver_all(ctx: Context, now: Callable[[], int]) -> None:
    """Spreads what has happened, and delivers what is due by every channel that is ready."""
    await spread_events(ctx, now=now())
    delivery = Delivery(ctx, now)
    for channel in CHANNELS:
        await delivery.deliver(channel)


async def delivered(app: Served) -> list[EmailMessage]:
    """Spreads and delivers everything now; the mails that came, as their recipients parse them."""
    with running(Sink()) as sink:
        await deliver_all(sink.context(app.context), app.clock)
    return sink.mails


def text_part(mail: EmailMessage) -> str:
    """What the recipient reads without HTML."""
    return _part(mail, "plain")


def html_part(mail: EmailMessage) -> str:
    """The page that the recipient's mail program shows."""
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture(scope="session")
def mail_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that nobody trusts unless told to."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "mail.pem")
