"""The servers, each on its machine, started again whenever it has ended, as a service manager does."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx2

from tests.support.server import inherited, program

PATIENCE = 4.0
"""Seconds that a client waits for an answer; a server promises one within three."""
AGAIN_AFTER = 0.3
"""Seconds until a process that has ended is started again."""


class Server:
    """One process at a time, and a client that asks it."""

    def __init__(
        self, name: str, host: str, port: int, inside: Sequence[str], environ: Mapping[str, str]
    ) -> None:
        self.name = name
        self.data = Path(environ["AFTERWORD_DATA"])
        self.url = f"http://{host}:{port}"
        self._environ = {
            **inherited(),
            **environ,
            "AFTERWORD_HOST": host,
            "AFTERWORD_PORT": str(port),
        }
        self._inside = inside
        self._process: subprocess.Popen[bytes] | None = None
        self.is_up = False
        """Whether this process has been ready."""
        self.client = httpx2.AsyncClient(base_url=self.url, timeout=PATIENCE)

    @property
    def pid(self) -> int:
        """Of the process of now."""
        return self._process.pid if self._process is not None else 0

    async def keep_running(self) -> None:
        """Until it is cancelled, which ends the process too."""
        try:
            while True:
                with (self.data / "server.log").open("ab") as log:
                    self._process = subprocess.Popen(
                        [*self._inside, *program(), "serve"],
                        env=self._environ, stdout=log, stderr=log,
                    )  # fmt: skip
                while self._process.poll() is None:
                    await asyncio.sleep(0.02)
                self.is_up = False
                await asyncio.sleep(AGAIN_AFTER)
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends the process at once."""
        if self._process is not None:
            self.is_up = False
            self._process.kill()
            self._process.wait()

    def run(self, *arguments: str) -> None:
        """Runs another command on the same data."""
        command = [*self._inside, *program(), *arguments]
        subprocess.run(command, env=self._environ, check=True, capture_output=True, timeout=60)

    async def until_ready(self) -> None:
        """Returns when its database answers it."""
        async with httpx2.AsyncClient(base_url=self.url, timeout=4) as client:
            while True:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        self.is_up = True
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.05)
