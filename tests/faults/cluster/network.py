"""Machines of our own on this one: each a network namespace, joined by cables that can be pulled.

It needs a network and processes of its own around it (`unshare --net --pid`), so that nothing of it is
seen outside, and all of it is gone with its first process, however that ends.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

FRONT, BACK = "10.77.1", "10.77.2"
"""What readers reach, and what leads to the database."""


class Machine:
    """One of them, with an address on each of its networks."""

    def __init__(self, name: str, number: int, networks: Sequence[str]) -> None:
        self.name = name
        self.addresses = {network: f"{network}.{number}" for network in networks}
        self._holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.inside = ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net"]
        """What stands before a command that runs on it."""
        _until_apart(self._holder.pid)
        _run(*self.inside, "ip", "link", "set", "lo", "up")
        for network, address in self.addresses.items():
            cable, plug = self._cable(network), f"at{network[-1]}"
            _run("ip", "link", "add", cable, "type", "veth", "peer", "name", plug)
            _run("ip", "link", "set", plug, "netns", str(self._holder.pid))
            _run("ip", "link", "set", cable, "master", _bridge(network), "up")
            _run(*self.inside, "ip", "address", "add", f"{address}/24", "dev", plug)
            _run(*self.inside, "ip", "link", "set", plug, "up")

    def cut(self, network: str) -> None:
        """Pulls the cable: nothing arrives, and nobody is told."""
        _run("ip", "link", "set", self._cable(network), "down")

    def mend(self, network: str) -> None:
        """Puts it in again."""
        _run("ip", "link", "set", self._cable(network), "up")

    def close(self) -> None:
        """Takes the machine away."""
        self._holder.kill()
        self._holder.wait()

    def _cable(self, network: str) -> str:
        return f"{self.name}-{network[-1]}"


@contextmanager
def machines(servers: int) -> Iterator[tuple[Machine, list[Machine]]]:
    """The machine of the database and those of the servers, which we reach at their front."""
    _run("ip", "link", "set", "lo", "up")
    for network in (FRONT, BACK):
        _run("ip", "link", "add", _bridge(network), "type", "bridge")
        _run("ip", "address", "add", f"{network}.1/24", "dev", _bridge(network))
        _run("ip", "link", "set", _bridge(network), "up")
    made = [Machine("db", 2, [BACK])]
    try:
        made += [Machine(f"s{each}", 10 + each, [FRONT, BACK]) for each in range(servers)]
        yield made[0], made[1:]
    finally:
        for each in made:
            each.close()


def _bridge(network: str) -> str:
    return f"net{network[-1]}"


def _until_apart(pid: int) -> None:
    ours = _namespace("self")
    while _namespace(str(pid)) == ours:
        pass


def _namespace(pid: str) -> str:
    said = subprocess.run(["readlink", f"/proc/{pid}/ns/net"], capture_output=True, check=True)
    return said.stdout.decode()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
