"""A provider of OpenID Connect on loopback: people say yes or no there, and it can be told to lie.

with oidc_provider() as provider:
    provider.claims["nonce"] = "another"     # what its next ID tokens say instead
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

CLIENT_ID = "afterword"
CLIENT_SECRET = "the-secret-of-this-client"
PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "jwks_uri": "/keys",
    "userinfo_endpoint": "/user",
}


@cache
def rsa_key(name: str) -> RSAKey:
    """A key, the same for the same name: making one takes a while."""
    return RSAKey.generate_key(2048)


@dataclass
class OidcProvider:
    """What it says and whom it knows; tests change it while it runs."""

    issuer: str = ""
    clock: int = 1_800_000_000
    """Seconds, for what it signs."""
    key: RSAKey | ECKey | OKPKey = field(default_factory=lambda: rsa_key("first"))
    algorithm: str = "RS256"
    kid: str | None = "first"
    published: list[dict[str, Any]] | None = None
    """Its keys as it shows them; None is the one that it signs with."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """What it says of itself beside the usual, or instead."""
    user: dict[str, Any] = field(default_factory=lambda: {"sub": "user-7", "name": "Mira Osei"})
    """Of whom the ID token speaks."""
    told: dict[str, Any] | None = None
    """What is said of the user when asked; None is what the ID token says."""
    claims: dict[str, Any] = field(default_factory=dict)
    """What the ID token says instead; None leaves a claim out."""
    header: dict[str, Any] = field(default_factory=dict)
    id_token: str | None = None
    """Given instead of one that is signed here."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was asked for, by the code that was given for it."""
    asked: list[str] = field(default_factory=list)
    """Paths, in the order in which they were asked for."""

    def rotate(self, kid: str) -> None:
        """From now on it signs with another key."""
        self.key, self.kid = rsa_key(kid), kid

    def code_for(self, asked: dict[str, str]) -> str:
        """What a browser takes back once its user has said yes."""
        code = token_urlsafe(16)
        self.codes[code] = asked
        return code

    def answer(self, path: str) -> dict[str, Any] | None:
        """What it says to a GET, where that is JSON."""
        if path == "/.well-known/openid-configuration":
            usual = {name: self.issuer + place for name, place in PATHS.items()}
            return {"issuer": self.issuer, **usual, **self.metadata}
        if path == PATHS["jwks_uri"]:
            own = self.key.as_dict(private=False) | {"use": "sig", "alg": self.algorithm}
            return {"keys": [own | ({"kid": self.kid} if self.kid else {})]
                    if self.published is None else self.published}  # fmt: skip
        if path == PATHS["userinfo_endpoint"]:
            return self.user if self.told is None else self.told
        return None

    def tokens(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """What it gives for a code; None where it refuses."""
        asked = self.codes.pop(sent.get("code", ""), None)
        made = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        is_ours = authorization == f"Basic {basic}" or (
            (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        )
        if (
            asked is None
            or not is_ours
            or challenge != asked["code_challenge"]
            or asked["code_challenge_method"] != "S256"
            or sent.get("redirect_uri") != asked["redirect_uri"]
        ):
            return None
        return {
            "access_token": "an-access-token",
            "token_type": "Bearer",
            "id_token": self.id_token or self.signed(asked["nonce"]),
        }

    def signed(self, nonce: str) -> str:
        """An ID token."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": self.clock + 300,
            "iat": self.clock,
            "nonce": nonce,
            **self.user,
            **self.claims,
        }
        header = {"alg": self.algorithm, **({"kid": self.kid} if self.kid else {}), **self.header}
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, said, self.key, algorithms=[self.algorithm])


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A provider that runs until the block ends."""
    provider = OidcProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    """A provider where Mira Osei has an account."""
    with oidc_provider() as running:
        yield running


def _handler(provider: OidcProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            provider.asked.append(url.path)
            if url.path == PATHS["authorization_endpoint"]:
                self._say(_question(url.query), "text/html; charset=utf-8")
            elif url.path == "/decide":
                self._decide(_only(url.query))
            elif (answer := provider.answer(url.path)) is not None:
                self._say(json.dumps(answer), "application/json")
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = provider.tokens(_only(sent), self.headers.get("Authorization", ""))
            body = json.dumps(given or {"error": "invalid_grant"})
            self._say(body, "application/json", 200 if given else 400)

        def _decide(self, chosen: dict[str, str]) -> None:
            asked = _only(unquote(chosen["asked"]))
            if chosen["say"] == "yes":
                back = {"code": provider.code_for(asked), "state": asked["state"]}
            else:
                back = {"error": "access_denied", "state": asked["state"]}
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _say(self, text: str, kind: str, status: int = 200) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def _question(query: str) -> str:
    kept = f'<input type="hidden" name="asked" value="{escape(query)}">'
    return (
        '<!doctype html><html lang="en"><title>Sign in</title><h1>Sign in at the provider</h1>'
        f'<form action="/decide">{kept}<button name="say" value="yes">Allow</button>'
        '<button name="say" value="no">Refuse</button></form>'
    )


def _only(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
