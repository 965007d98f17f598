"""Start and stop the servers that are measured, each as its documentation says, on 127.0.0.1."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORIGIN = "http://127.0.0.1:9"
# What is measured comes from one address, and faster than people write.
NO_RATES = (
    *("--address-rate", "0", "--page-rate", "0", "--site-rate", "0"),
    *("--proof", "off", "--no-surge-guard"),
)
PAGE = f"{ORIGIN}/field-notes/river-gauge"
_AFTERWORD = str(Path(sys.executable).with_name("afterword"))


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: its name in tables, its address, and its process."""

    name: str
    base: str
    pid: int = 0


def free_port() -> int:
    """Return a port that the kernel says is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Return once somebody listens there; raise after half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def fetch(
    url: str,
    *,
    body: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    """GET the address, or POST the body as JSON; raise `urllib.error.HTTPError` on a refusal."""
    data = None if body is None else json.dumps(body).encode()
    asked = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data=data, headers=asked)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def _wait_until_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{url}: the server ended at once:\n{log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url}: no answer within a minute")


@contextmanager
def _process(
    name: str, command: list[str], base: str, probe: str, env: dict[str, str], log: Path
) -> Iterator[Running]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **env}, stdout=out, stderr=out, start_new_session=True
        )
        try:
            _wait_until_answers(base + probe, process, log)
            yield Running(name, base, process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


@contextmanager
def afterword(
    folder: Path,
    *,
    origin: str = ORIGIN,
    database_url: str = "",
    environ: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
) -> Iterator[Running]:
    """Afterword with one site that publishes at once, so that each write is a public comment."""
    folder.mkdir(parents=True, exist_ok=True)
    env = _afterword_environ(folder, database_url, environ)
    add = [_AFTERWORD, "site", "add", "bench", "--origin", origin, "--hold", "none", *NO_RATES]
    subprocess.run(add, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    with _serving(folder, env, before) as running:
        yield running


@contextmanager
def afterword_again(
    folder: Path, *, database_url: str = "", environ: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Afterword on what an earlier one has left there."""
    with _serving(folder, _afterword_environ(folder, database_url, environ)) as running:
        yield running


def _afterword_environ(
    folder: Path, database_url: str, environ: Mapping[str, str] | None
) -> dict[str, str]:
    env = {
        "AFTERWORD_DATA": str(folder),
        "AFTERWORD_HOST": "127.0.0.1",
        "AFTERWORD_PORT": str(free_port()),
        "AFTERWORD_COMMENTS_PER_MINUTE": "0",
        "AFTERWORD_COMMENTS_PER_HOUR": "0",
    }
    if database_url:
        env["AFTERWORD_DATABASE_URL"] = database_url
    return env | dict(environ or {})


@contextmanager
def _serving(folder: Path, env: dict[str, str], before: Sequence[str] = ()) -> Iterator[Running]:
    base = f"http://127.0.0.1:{env['AFTERWORD_PORT']}"
    command = [*before, _AFTERWORD, "serve"]
    log = folder / "server.log"
    with _process("afterword", command, base, "/readyz", env, log) as running:
        yield running


@contextmanager
def bare(folder: Path, body: bytes, headers: list[tuple[str, str]]) -> Iterator[Running]:
    """A bare ASGI app that answers every request with these bytes, on the same uvicorn."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "body").write_bytes(body)
    (folder / "headers.json").write_text(json.dumps(headers))
    port = free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "bench.bare_app:app", "--host", "127.0.0.1"),
        *("--port", str(port), "--loop", "uvloop", "--http", "httptools"),
        *("--no-access-log", "--no-proxy-headers", "--no-server-header", "--lifespan", "off"),
    ]
    env = {"BARE_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    base = f"http://127.0.0.1:{port}"
    with _process("bare ASGI", command, base, "/", env, folder / "server.log") as running:
        yield running


@contextmanager
def isso(folder: Path, *, origin: str = ORIGIN, before: Sequence[str] = ()) -> Iterator[Running]:
    """Isso under gunicorn with four workers, as its documentation on deployment says."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    settings = folder / "isso.cfg"
    settings.write_text(
        f"[general]\ndbpath = {folder}/comments.db\nhost = {origin}/\n"
        "[moderation]\nenabled = false\n[guard]\nenabled = false\n"
        f"[server]\nlisten = http://127.0.0.1:{port}\n"
    )
    gunicorn = str(ROOT / ".venv-bench" / "bin" / "gunicorn")
    command = [*before, gunicorn, "-b", f"127.0.0.1:{port}", "-w", "4", "--preload", "isso.run"]
    env = {"ISSO_SETTINGS": str(settings)}
    base = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    with _process("Isso", command, base, "/latest?limit=1", env, log) as running:
        yield running
