"""Many readers of event streams in this process: bare sockets and one epoll, so that they cost little."""

from __future__ import annotations

import resource
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

AGAIN = 1.0
"""Seconds after which a reader who was refused or cut off tries again."""
PORTS = 10_000
"""Readers of one address of ours: fewer than the ports that the kernel gives out."""
IP_BIND_ADDRESS_NO_PORT = 24
"""ip(7): a port is looked for when it is known what it is to be connected with. Else it is looked for among
those of all connections that ended in the last minute, and ten thousand took ten seconds of that.
"""


@dataclass(eq=False, slots=True)
class Reader:
    """One stream, and when it heard what is waited for."""

    socket: socket.socket
    got: bytes = b""
    """What came last, and the end of what came before."""
    heard: float = 0.0
    """Seconds of the monotonic clock; 0 while it has not."""
    has_begun: bool = False


@dataclass(eq=False)
class Crowd:
    """Readers of one page of one server."""

    base: str
    page: str
    readers: list[Reader] = field(default_factory=list)
    wanted: bytes = b""
    refusals: int = 0

    def __post_init__(self) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self._epoll = select.epoll()
        self._refused: deque[tuple[float, Reader]] = deque()
        self._by_file: dict[int, Reader] = {}
        at = urlsplit(base := self.base)
        assert at.hostname is not None and at.port is not None, base
        self._at = at.hostname, at.port

    def come(self, count: int, since: int) -> None:
        """So many more begin at once; what they wait for is the beginning of the stream, or `wanted`."""
        self._asked = self._request(since)
        for _ in range(count):
            reader = Reader(self._connect())
            self.readers.append(reader)
            self._watch(reader)

    def deaf(self, count: int, since: int) -> list[socket.socket]:
        """Readers who ask, and then take no bytes."""
        ears = [self._socket(receive_buffer=4_096) for _ in range(count)]
        for ear in ears:
            ear.settimeout(30)
            ear.connect(self._at)
            ear.sendall(self._request(since))
            ear.setblocking(False)
        return ears

    def wait_for(self, wanted: bytes) -> None:
        """Forgets what was heard; from now on who hears these bytes has heard."""
        self.wanted = wanted
        for each in self.readers:
            each.heard, each.got = 0.0, b""

    def listen(self, until: Callable[[], bool], within: float) -> None:
        """Reads until that is so; raises `TimeoutError` after so many seconds."""
        end = time.monotonic() + within
        while not until():
            if time.monotonic() > end:
                late = [each for each in self.readers if not each.heard]
                said = late[0].got[:300] if late else b""
                raise TimeoutError(f"{len(late)} of {len(self.readers)} heard nothing: {said!r}")
            self._look()
            self._come_again()

    def have_heard(self) -> bool:
        """Whether each has heard what is waited for."""
        return all(each.heard for each in self.readers)

    def leave(self) -> None:
        """Everybody goes."""
        for each in self.readers:
            each.socket.close()
        self.readers.clear()
        self._by_file.clear()

    def _watch(self, reader: Reader) -> None:
        self._by_file[reader.socket.fileno()] = reader
        self._epoll.register(reader.socket, select.EPOLLOUT)

    def _come_again(self) -> None:
        while self._refused and self._refused[0][0] < time.monotonic():
            _, reader = self._refused.popleft()
            reader.socket.close()
            reader.socket, reader.got, reader.has_begun = self._connect(), b"", False
            self._watch(reader)

    def _look(self) -> None:
        for file, what in self._epoll.poll(0.05, 1_000):
            reader = self._by_file[file]
            if what & select.EPOLLOUT and not what & (select.EPOLLERR | select.EPOLLHUP):
                reader.socket.sendall(self._asked)
                self._epoll.modify(file, select.EPOLLIN)
            else:
                self._read(reader)

    def _read(self, reader: Reader) -> None:
        try:
            data = reader.socket.recv(262_144)
        except ConnectionError as error:
            data = str(error).encode()
        reader.has_begun = reader.has_begun or data.startswith(b"HTTP/1.1 200 ")
        if not data or not reader.has_begun:
            self.refusals += 1
            self._refused.append((time.monotonic() + AGAIN, reader))
            self._epoll.unregister(reader.socket)
            return
        reader.got = reader.got[-len(self.wanted) :] + data
        if not reader.heard and self.wanted in reader.got:
            reader.heard = time.monotonic()

    def _connect(self) -> socket.socket:
        connecting = self._socket()
        connecting.setblocking(False)
        connecting.connect_ex(self._at)
        return connecting

    def _socket(self, *, receive_buffer: int = 0) -> socket.socket:
        made = socket.socket()
        if receive_buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        made.bind((f"127.0.0.{2 + len(self.readers) // PORTS}", 0))
        return made

    def _request(self, since: int) -> bytes:
        host, port = self._at
        return (
            f"GET /api/v1/thread/events?url={quote(self.page, safe='')} HTTP/1.1\r\n"
            f"Host: {host}:{port}\r\nAccept: text/event-stream\r\nLast-Event-ID: {since}\r\n\r\n"
        ).encode()


def is_gone(ear: socket.socket) -> bool:
    """Whether the server has closed: then all that it did send, and the end, can be read."""
    try:
        while ear.recv(2**20):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True
