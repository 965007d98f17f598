"""A PostgreSQL that listens on a network, and can be killed, stopped and started."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from tests.support.postgres import own_postgres


class Postgres:
    """One server process, on the machine that `inside` leads to."""

    def __init__(self, folder: Path, command: Sequence[str], host: str, port: int) -> None:
        self._folder = folder
        self._command = [*command, "-h", host, "-p", str(port)]
        self.url = f"postgresql://postgres@{host}:{port}/postgres"

    def start(self) -> None:
        """Returns while it still starts; what it does not tell us is in its log."""
        with (self._folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def kill(self) -> None:
        """As a power cut of its machine, for those who talk to it; what was committed is on the disk."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and questions, and answers none."""
        family = [self._process.pid]
        # The parent first, so that it has no more children.
        os.kill(family[0], signal.SIGSTOP)
        children = Path(f"/proc/{family[0]}/task/{family[0]}/children").read_text().split()
        for child in map(int, children):
            os.kill(child, signal.SIGSTOP)
            family.append(child)
        try:
            yield
        finally:
            for each in reversed(family):
                os.kill(each, signal.SIGCONT)

    async def connect(self) -> asyncpg.Connection:
        """A connection of ours, as soon as it takes any."""
        end = time.monotonic() + 60
        while True:
            try:
                return await asyncpg.connect(self.url, timeout=5)
            except (OSError, asyncpg.PostgresError, TimeoutError):
                if time.monotonic() > end:
                    raise


@contextmanager
def postgres(folder: Path, host: str, port: int, inside: Sequence[str]) -> Iterator[Postgres]:
    """A server with data of its own, started on that machine."""
    # What comes with the package makes the data and their owner; it listens on no network.
    with own_postgres() as made:
        made.stop()
        with (made.pgdata / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/16 trust\n")
        program = [str(made.bin_path / "postgres"), "-D", str(made.pgdata), "-k", str(made.pgdata)]
        command = [*inside, *_as_owner(made.pgdata), *program]
        server = Postgres(folder, command, host, port)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _as_owner(data: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    owner = data.stat().st_uid
    if owner == os.geteuid():
        return []
    who = pwd.getpwuid(owner)
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
