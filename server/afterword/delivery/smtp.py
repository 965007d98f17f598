"""Hands mails to a mail server: one recipient each, within limits of time, whatever it answers.

Answers have a limit of size in aiosmtplib: a connection whose server says more than 32 KB is given up.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectTimeoutError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from afterword.core.mail_trouble import Answer, Trouble, kept

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from email.message import EmailMessage
    from types import TracebackType

    from afterword.settings import Settings

_MEANS: Mapping[type[BaseException], Trouble] = {
    socket.gaierror: Trouble.UNKNOWN_HOST,
    ConnectionRefusedError: Trouble.CONNECTION_REFUSED,
    ssl.SSLError: Trouble.TLS,
    SMTPServerDisconnected: Trouble.DISCONNECTED,
    ConnectionResetError: Trouble.DISCONNECTED,
    BrokenPipeError: Trouble.DISCONNECTED,
}


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a server has."""

    answer: float = 20.0
    """For the connection, and for each answer."""
    mail: float = 60.0
    """For a mail, from its first command to the last."""
    farewell: float = 2.0


class Failed(Exception):
    """A step that failed, with what is known of it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mails, and how it is spoken with."""

    host: str
    port: int
    security: str
    user: str
    password: str
    here: str
    """How we introduce ourselves."""
    patience: Patience = Patience()

    @classmethod
    def of(cls, settings: Settings) -> MailServer | None:
        """The server that the settings name, if they do."""
        if not settings.smtp_host or settings.mail_from is None:
            return None
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_user,
            settings.smtp_password,
            settings.public_host,
        )

    def connection(self, patience: Patience | None = None) -> MailConnection:
        """Nothing is opened before the first mail."""
        return MailConnection(replace(self, patience=patience or self.patience))


class MailConnection:
    """One connection, opened for the first mail, used for those after it, and opened anew if it broke."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: SMTP | None = None

    async def __aenter__(self) -> MailConnection:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected and kind is None:
            with suppress(SMTPException, OSError, TimeoutError):
                await client.quit(timeout=self._server.patience.farewell)
        if client is not None:
            client.close()

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> Answer:
        """What came of it; never raises for what the server or the network does."""
        is_open = False
        try:
            async with asyncio.timeout(self._server.patience.mail):
                client = await self._opened()
                is_open = True
                text = await self._handed_over(client, message, sender, recipient)
        except Failed as failed:
            found = failed.answer
        except TimeoutError:
            self._drop()
            found = Answer(Trouble.TIMEOUT, None, "The server took too long")
        else:
            return Answer(None, 250, kept(text, recipient))
        return replace(found, text=kept(found.text, recipient), of_all=not is_open)

    async def _handed_over(
        self, client: SMTP, message: EmailMessage, sender: str, recipient: str
    ) -> str:
        """The envelope with its one recipient, then the mail; what the server says of it."""
        await self._step(Trouble.SENDER, client.mail(sender))
        await self._step(Trouble.RECIPIENT, client.rcpt(recipient))
        return await self._step(Trouble.CONTENT, client.data(message.as_bytes()))

    async def _opened(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        here = f"[{server.here}]" if server.here.replace(".", "").isdigit() else server.here
        client = self._client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=False,
            timeout=server.patience.answer,
            local_hostname=here,
        )
        await self._step(Trouble.SERVER, client.connect())
        await self._step(Trouble.SERVER, client.ehlo())
        if server.security == "starttls":
            if not client.supports_extension("starttls"):
                self._drop()
                text = "The server does not offer STARTTLS"
                raise Failed(Answer(Trouble.TLS_NOT_OFFERED, None, text))
            await self._step(Trouble.TLS, client.starttls())
        if server.user:
            await self._step(Trouble.SIGN_IN, client.login(server.user, server.password))
        return client

    async def _step(self, at: Trouble, work: Awaitable[object]) -> str:
        """The text of a good answer; `at` is where the trouble is when the server refuses."""
        try:
            return str(getattr(await work, "message", ""))
        except (SMTPException, OSError) as error:
            answer = answer_of(error, at)
            is_of_this_mail = at in (Trouble.SENDER, Trouble.RECIPIENT, Trouble.CONTENT)
            if self._client is not None and is_of_this_mail and answer.trouble is at:
                await self._begin_anew(self._client)
            else:
                self._drop()
            raise Failed(answer) from None

    async def _begin_anew(self, client: SMTP) -> None:
        """Takes the envelope back, so that the next mail has only its own recipient."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def answer_of(error: BaseException, at: Trouble) -> Answer:
    """What an error of the library means, by what it was caused by."""
    cause = error.__cause__ or error.__context__
    match error:
        case SMTPResponseException() if error.code < 200:
            return Answer(Trouble.NOT_SMTP, None, error.message)
        case SMTPAuthenticationError():
            return Answer(Trouble.SIGN_IN, error.code, error.message)
        case SMTPResponseException() if error.code == 421:
            return Answer(Trouble.SERVER, error.code, error.message)
        case SMTPResponseException():
            return Answer(at, error.code, error.message)
        case SMTPTimeoutError() | SMTPConnectTimeoutError():
            return Answer(Trouble.TIMEOUT, None, error.message)
        case _:
            pass
    return _of_the_network(error, cause, at)


def _of_the_network(error: BaseException, cause: BaseException | None, at: Trouble) -> Answer:
    text = str(error)
    for each in (error, cause):
        if isinstance(each, ssl.SSLCertVerificationError):
            return Answer(Trouble.CERTIFICATE, None, f"{text}: {each.verify_message}")
        found = next((name for kind, name in _MEANS.items() if isinstance(each, kind)), None)
        if found:
            return Answer(found, None, text)
    if at is Trouble.SIGN_IN:
        return Answer(Trouble.NO_SIGN_IN, None, text)
    return Answer(Trouble.UNREACHABLE if at is Trouble.SERVER else at, None, text)
