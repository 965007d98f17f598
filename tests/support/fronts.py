"""What visitors meet: nginx or Caddy, each with the file of `deploy/`, or the server without a proxy.

The files are used as they are but for what a test cannot have: another address, other ports, a
certificate of its own, and limits of a second or two where a minute would be waited for.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import httpx2

from tests.support.certificates import make_certificate
from tests.support.project import ROOT, unavailable
from tests.support.server import Server, free_port, wait_until

DEPLOY = ROOT / "deploy"
READY_WITHIN = 15.0
"""Seconds."""
VISITOR = "127.0.0.1"
"""Where visitors come from who mean well; those who do not have other addresses of this machine."""

NGINX_SHORTER = {
    "listen 443 ssl http2;": "listen 127.0.0.1:{port} ssl http2;",
    "listen 80;": "listen 127.0.0.1:{plain};",
    "listen [::]:443 ssl http2;": "",
    "listen [::]:80;": "",
    "127.0.0.1:8000": "127.0.0.1:{server}",
    "/etc/letsencrypt/live/comments.example.org/fullchain.pem": "{certificate}",
    "/etc/letsencrypt/live/comments.example.org/privkey.pem": "{certificate}",
    "client_header_timeout 10s;": "client_header_timeout 1s;",
    "client_body_timeout 10s;": "client_body_timeout 1s;",
    "send_timeout 30s;": "send_timeout 1s;",
    "lingering_time 10s;": "lingering_time 1s;",
    "keepalive_timeout 30s;": "keepalive_timeout 1s;",
    "proxy_read_timeout 90s;": "proxy_read_timeout 3s;",
    "limit_conn afterword_visitors 100;": "limit_conn afterword_visitors 60;",
}
NGINX_AROUND = """
{user}
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    gzip on;
    include {home}/afterword.conf;
}}
"""
"""What a system brings; Debian's turns `gzip` on, as here."""
CADDY_SHORTER = {
    "\tservers {": (
        "\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n\tservers {{"
    ),
    "{$DOMAIN:comments.example.org} {": (
        "https://127.0.0.1:{port} {{\n\ttls {certificate} {certificate}"
    ),
    "{$UPSTREAM:127.0.0.1:8000}": "127.0.0.1:{server}",
    "read_header 10s": "read_header 1s",
    "idle 30s": "idle 1s",
    "read_body 5m": "read_body 3s",
    "write 30m": "write 9s",
}


@dataclass(frozen=True)
class Front:
    """Something that listens on a port of 127.0.0.1 and has the server behind it."""

    name: str
    port: int
    server: Server
    log: Path
    trusted: ssl.SSLContext | None = None
    """What its certificate is checked against; None for plain HTTP."""
    plain_port: int = 0
    checked: str = ""
    """What it said of its file before it was started."""

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"{'https' if self.trusted else 'http'}://127.0.0.1:{self.port}"

    def client(self, source: str = VISITOR) -> httpx2.Client:
        """A visitor with that address."""
        transport = httpx2.HTTPTransport(
            verify=self.trusted or ssl.create_default_context(), local_address=source
        )
        return httpx2.Client(base_url=self.url, transport=transport, timeout=20)

    async def connect(
        self, source: str = VISITOR, *, hello: bool = True
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection from that address; without `hello` not a byte is said, of TLS either."""
        return await asyncio.open_connection(
            "127.0.0.1",
            self.port,
            ssl=self.trusted if hello else None,
            local_addr=(source, 0),
        )

    def held(self, source: str) -> int:
        """How many connections from that address it still holds."""
        return list(_open(Path("/proc/net/tcp"))).count((source, self.port))


class HastyServer(Server):
    """A server whose patience with slow clients is a second."""

    def __init__(self, data: Path, **environ: str) -> None:
        super().__init__(("serve",), data, environ)
        self._command = [sys.executable, "-m", "tests.deploy.hasty", "serve"]
        self.environ["PYTHONPATH"] = str(ROOT)


@contextmanager
def nginx(home: Path, server: Server) -> Iterator[Front]:
    """nginx with `deploy/nginx.conf`."""
    program, port, plain = need("nginx"), free_port(), free_port()
    certificate = make_certificate(home / "certificate.pem")
    text = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        NGINX_SHORTER,
        port=port,
        plain=plain,
        server=server.port,
        certificate=certificate,
    )
    (home / "afterword.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (home / "nginx.conf").write_text(NGINX_AROUND.format(home=home, user=user))
    command = (program, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "early"))
    said = _checked((*command, "-t"), home)
    front = Front("nginx", port, server, home / "error.log", trust(certificate), plain, said)
    with _running(command, home, front):
        yield front


@contextmanager
def caddy(home: Path, server: Server) -> Iterator[Front]:
    """Caddy with `deploy/Caddyfile`."""
    program, port = need("caddy"), free_port()
    certificate = make_certificate(home / "certificate.pem")
    text = replaced(
        (DEPLOY / "Caddyfile").read_text(),
        CADDY_SHORTER,
        port=port,
        server=server.port,
        certificate=certificate,
    )
    (home / "Caddyfile").write_text(text)
    said = _checked((program, "validate", *_options(DEPLOY)), home)
    front = Front("caddy", port, server, home / "output", trust(certificate), checked=said)
    with _running((program, "run", *_options(home)), home, front):
        yield front


def _options(folder: Path) -> tuple[str, ...]:
    return ("--config", str(folder / "Caddyfile"), "--adapter", "caddyfile")


@contextmanager
def bare(home: Path, server: Server) -> Iterator[Front]:
    """The server itself."""
    yield Front("bare", server.port, server, home)


def need(program: str) -> str:
    """The path of this program; without it the test is skipped, or fails under CI."""
    found = which(program) or which(program, path="/usr/sbin")
    return found or unavailable(f"{program} is not installed: `make proxies` as root does it")


def trust(certificate: Path) -> ssl.SSLContext:
    """What a visitor who trusts this certificate speaks TLS with."""
    return ssl.create_default_context(cafile=str(certificate))


def replaced(text: str, changes: dict[str, str], **values: object) -> str:
    """The text with these changes, each of which must find what it changes."""
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in the file any more"
        text = text.replace(old, new.format(**values))
    return text


def _checked(command: tuple[str, ...], home: Path) -> str:
    """What a proxy says of its file; fails where it does not understand it."""
    done = subprocess.run(
        command, env=_environ(home), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _environ(home: Path) -> dict[str, str]:
    folders = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(home))
    return {**os.environ, **folders}


@contextmanager
def _running(command: tuple[str, ...], home: Path, front: Front) -> Iterator[None]:
    output = home / "output"
    with (
        output.open("wb") as out,
        subprocess.Popen(command, cwd=home, env=_environ(home), stdout=out, stderr=out) as proxy,
    ):

        def answers() -> bool:
            assert proxy.poll() is None, output.read_text()
            try:
                with front.client() as client:
                    return client.get("/healthz").status_code == 200
            except httpx2.HTTPError:
                return False

        try:
            wait_until(answers, READY_WITHIN, output.read_text)
            yield
        finally:
            proxy.terminate()
            proxy.wait(20)


def _open(table: Path) -> Iterator[tuple[str, int]]:
    """Of each connection that a process here still has: whence it came, and to which port.

    Also of one that is half closed: nginx listens on for a while after it has refused somebody.
    """
    for line in table.read_text().splitlines()[1:]:
        _, local, remote, _, _, _, _, _, _, inode, *_ = line.split()
        if inode != "0":
            address = bytes.fromhex(remote.partition(":")[0])[::-1]
            yield ".".join(map(str, address)), int(local.rpartition(":")[2], 16)
