"""What to change where mails do not go out: for each trouble a sentence that names the setting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.mail_trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.mail_trouble import Answer

WELL = "The mail server has taken the mail. If it does not arrive, look into the spam folder first."
LATER = "The mail server asks to come again later. Waiting mails are tried again by themselves."
SIGN_IN_FIRST = (
    "The mail server sends for those who sign in only. Set AFTERWORD_SMTP_USER and"
    " AFTERWORD_SMTP_PASSWORD, or let the mail server trust the address of this machine."
)
POLICY = (
    "The mail server, or the one of the recipient, does not believe that mails for {domain} come from"
    " here. The name servers of {domain} must list the mail server (SPF), it must sign mails (DKIM), and"
    " DMARC must not ask for more: docs/operations.md, *Mail*, says how to look."
)
ADVICE: Mapping[Trouble, str] = {
    Trouble.UNKNOWN_HOST: "No host has the name {host}. Mend AFTERWORD_SMTP_HOST.",
    Trouble.CONNECTION_REFUSED: "Nothing listens at port {port} of {host}. Set AFTERWORD_SMTP_PORT to 587"
    " with AFTERWORD_SMTP_SECURITY=starttls, or to 465 with tls.",
    Trouble.UNREACHABLE: "{host} cannot be reached from this machine. Look at its network and firewall.",
    Trouble.TIMEOUT: "{host} did not answer in time at port {port}. Many hosting providers block ports"
    " 25 and 465 on their way out: try 587 with AFTERWORD_SMTP_SECURITY=starttls, or ask them.",
    Trouble.DISCONNECTED: "{host} ended the connection without a reason. It may not want this machine,"
    " or port {port} may want AFTERWORD_SMTP_SECURITY=tls.",
    Trouble.NOT_SMTP: "What answers at port {port} of {host} is no mail server. Mend"
    " AFTERWORD_SMTP_HOST and AFTERWORD_SMTP_PORT.",
    Trouble.TLS_NOT_OFFERED: "{host} offers no encryption at port {port}. Try port 465 with"
    " AFTERWORD_SMTP_SECURITY=tls; `none` is for a mail server on this machine.",
    Trouble.CERTIFICATE: "The certificate of {host} has expired, is for another name, or is signed by"
    " nobody whom this machine trusts. Set AFTERWORD_SMTP_HOST to a name that the certificate has; for"
    " an authority of your own, name its file in SSL_CERT_FILE.",
    Trouble.TLS: "{host} does not speak TLS like this at port {port}. Port 587 wants"
    " AFTERWORD_SMTP_SECURITY=starttls, port 465 wants tls.",
    Trouble.SERVER: "{host} does not want to speak with this machine; its answer says why.",
    Trouble.NO_SIGN_IN: "{host} takes no account at port {port}. Leave AFTERWORD_SMTP_USER empty if it"
    " needs none; else use port 587 with AFTERWORD_SMTP_SECURITY=starttls.",
    Trouble.SIGN_IN: "{host} refuses the account. Mend AFTERWORD_SMTP_USER (often the whole mail address)"
    " and AFTERWORD_SMTP_PASSWORD (often one made for programs).",
    Trouble.SENDER: "{host} does not let this account send for {sender}. Set AFTERWORD_MAIL_FROM to an"
    " address that the account may use.",
    Trouble.RECIPIENT: "There is no mailbox at the address that the mail was for. Mend the address.",
    Trouble.CONTENT: "The mail server does not take what the mail says; its answer says why.",
}

_WANTS_SIGN_IN = re.compile(r"authenti|sign.?in|log.?in|relay", re.IGNORECASE)
_OF_POLICY = re.compile(r"spf|dkim|dmarc|policy|unauthenticated|reputation", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sending:
    """What mails are sent by."""

    host: str
    port: int
    sender: str


def advice(answer: Answer, sending: Sending) -> str:
    """What to do about an answer, as sentences."""
    text = _template(answer)
    domain = sending.sender.rpartition("@")[2]
    return text.format(host=sending.host, port=sending.port, sender=sending.sender, domain=domain)


def _template(answer: Answer) -> str:
    if answer.trouble is None:
        return WELL
    if answer.code is not None and answer.code < 500:
        return LATER
    if answer.trouble in (Trouble.SENDER, Trouble.RECIPIENT, Trouble.CONTENT):
        if _OF_POLICY.search(answer.text) or answer.enhanced.startswith(("5.7.2", "5.7.3")):
            return POLICY
        if answer.code == 530 or _WANTS_SIGN_IN.search(answer.text):
            return SIGN_IN_FIRST
        if answer.trouble is Trouble.RECIPIENT and not answer.is_bounce:
            return ADVICE[Trouble.CONTENT]
    return ADVICE[answer.trouble]
