"""Many server processes on one socket: starts them, starts again what dies, replaces all of them in turn.

It holds the socket open and never accepts from it, so that while processes come and go nobody is
refused: whoever connects waits in the kernel for the next one that accepts. Processes are started as
programs and not forked, so that each runs what is on the disk by then.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from afterword.cli.supervised import ACCEPTING, HAND_OVER_NOW

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0
"""Seconds before a process that died is started again; twice as long each time that it died soon."""
SOON = 30.0
"""Seconds; whoever lived longer had no trouble to start."""
READY_WITHIN = 120.0
"""Seconds after which a new process that does not accept is given up: one may migrate a database."""
ENDED_WITHIN = 40.0
"""Seconds after which a process that should end is killed."""

log = logging.getLogger(__name__)


class Worker:
    """One server process."""

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self._process = process
        self._channel = channel
        self.since = asyncio.get_running_loop().time()
        self.pid = process.pid

    @classmethod
    async def start(cls, program: Sequence[str], sockets: Sequence[socket.socket]) -> Worker:
        """Starts the program with the sockets; raises OSError where it cannot be run."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            listening = [each.fileno() for each in sockets]
            options = [word for each in listening for word in ("--fd", str(each))]
            try:
                process = await asyncio.create_subprocess_exec(
                    *(*program, *options, "--supervised", str(theirs.fileno())),
                    stdin=asyncio.subprocess.DEVNULL,
                    pass_fds=(*listening, theirs.fileno()),
                    # Ctrl-C in the terminal is for us alone; we pass it on.
                    start_new_session=True,
                )
            except BaseException:
                ours.close()
                raise
        return cls(process, ours)

    async def accepts(self) -> bool:
        """Waits until it accepts; False where it ended before, or takes so long that it is killed."""
        try:
            async with asyncio.timeout(READY_WITHIN):
                said = await asyncio.get_running_loop().sock_recv(self._channel, 1)
        except TimeoutError:
            log.error("Process %d takes too long to start, and is killed", self.pid)
            self.signal(signal.SIGKILL)
            return False
        except OSError:
            return False
        return said == ACCEPTING

    def hand_over(self) -> None:
        """Asks it to end once nobody is under way."""
        with suppress(OSError):
            self._channel.send(HAND_OVER_NOW)

    def signal(self, number: int) -> None:
        """Passes a signal on."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def ended(self) -> int:
        """Waits for its end; its exit code, below 0 for a signal."""
        code = await self._process.wait()
        self._channel.close()
        return code

    async def is_gone(self) -> None:
        """Waits for its end, and kills it where that takes too long."""
        try:
            async with asyncio.timeout(ENDED_WITHIN):
                await self.ended()
        except TimeoutError:
            log.error("Process %d does not end, and is killed", self.pid)
            self.signal(signal.SIGKILL)
            await self.ended()


class Supervisor:
    """Keeps so many processes of the program running; each gets the sockets."""

    def __init__(
        self, program: Sequence[str], sockets: Sequence[socket.socket], count: int
    ) -> None:
        self._program = program
        self._sockets = sockets
        self._slots: list[Worker | None] = [None] * count
        self._alive: set[Worker] = set()
        self._asked: int | None = None
        self._ending = asyncio.Event()
        self._renew = asyncio.Event()

    async def run(self) -> tuple[int, int | None]:
        """Runs until SIGTERM or SIGINT, or the first process does not come up; SIGHUP replaces all.

        The first one has the others wait, and does what is to be done once. Returns an exit code, and
        the signal that ended it, if one did.
        """
        self._hear_signals()
        try:
            first = await self._start("--first")
            if first is None or not await first.accepts():
                code = 1 if first is None else await first.ended()
                return (code if code > 0 else 1, self._asked)
            self._slots[0] = first
            await self._until_the_end()
        finally:
            await self._end_all()
        return (0, self._asked)

    def _hear_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end, number)
        loop.add_signal_handler(signal.SIGHUP, self._renew.set)

    def _end(self, number: int) -> None:
        is_first, self._asked = self._asked is None, self._asked or number
        self._ending.set()
        for worker in self._alive:
            # A second Ctrl-C tells them not to wait for anybody.
            worker.signal(signal.SIGTERM if is_first else number)

    async def _until_the_end(self) -> None:
        jobs: list[Coroutine[object, object, None]] = [
            self._keep(slot) for slot in range(len(self._slots))
        ]
        tasks = [asyncio.create_task(job) for job in (*jobs, self._replace_when_asked())]
        ending = asyncio.create_task(self._ending.wait())
        done, _ = await asyncio.wait({ending, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ending, *tasks):
            task.cancel()
        await asyncio.gather(ending, *tasks, return_exceptions=True)
        for task in done - {ending}:
            task.result()

    async def _start(self, *options: str) -> Worker | None:
        """A new process, or None where it cannot be run now."""
        try:
            worker = await Worker.start([*self._program, *options], self._sockets)
        except OSError as error:
            log.error("No process can be started: %s", error)
            return None
        self._alive.add(worker)
        if self._ending.is_set():
            worker.signal(signal.SIGTERM)
        return worker

    async def _keep(self, slot: int) -> None:
        """Sees to it that there is a process in this slot, whatever becomes of it."""
        wait = FIRST_WAIT
        while True:
            worker = self._slots[slot]
            if worker is not None:
                code = await worker.ended()
                self._alive.discard(worker)
                if self._slots[slot] is not worker:
                    continue  # it was replaced
                log.error("Process %d %s; another one is started", worker.pid, _how(code))
                lived = asyncio.get_running_loop().time() - worker.since
                wait = FIRST_WAIT if lived > SOON else min(2 * wait, LONGEST_WAIT)
                await asyncio.sleep(wait)
            if not await self._fill(slot, worker):
                wait = min(2 * wait, LONGEST_WAIT)
                await asyncio.sleep(wait)

    async def _fill(self, slot: int, gone: Worker | None) -> bool:
        """Starts a process for this slot unless somebody has meanwhile; whether one is there."""
        if self._slots[slot] is not gone:
            return True
        worker = await self._start()
        if self._slots[slot] is gone:
            self._slots[slot] = worker
        elif worker is not None:
            worker.signal(signal.SIGTERM)
        return worker is not None

    async def _replace_when_asked(self) -> None:
        while True:
            await self._renew.wait()
            self._renew.clear()
            log.info("All processes are replaced, one after the other")
            if await self._replace_all():
                log.info("All processes are replaced")

    async def _replace_all(self) -> bool:
        """Whether all were; the first that does not come up ends it, and the old ones go on."""
        for slot in range(len(self._slots)):
            new = await self._start()
            if new is None or not await new.accepts():
                log.error("The new process does not come up: those that run go on")
                if new is not None:
                    await new.ended()
                    self._alive.discard(new)
                return False
            old, self._slots[slot] = self._slots[slot], new
            if old is not None:
                old.hand_over()
                await old.is_gone()
                self._alive.discard(old)
        return True

    async def _end_all(self) -> None:
        for worker in self._alive:
            worker.signal(signal.SIGTERM)
        await asyncio.gather(*(worker.is_gone() for worker in self._alive))


def program_again(*arguments: str) -> list[str]:
    """What starts this program once more, as it was started itself, with these arguments."""
    started_with = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
    return [sys.executable, *started_with, *arguments]


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"


def end_as(number: int | None, code: int) -> None:
    """Ends this process as the signal would have, if one asked for it; the loop has given it back."""
    if number is not None:
        signal.raise_signal(number)
    sys.exit(code)
