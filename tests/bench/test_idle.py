"""A server that still works for who has left is waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench import idle
from bench.idle import processes


@contextmanager
def session(script: str) -> Iterator[int]:
    """A shell with what it starts, by its first process."""
    with subprocess.Popen(["sh", "-c", script], start_new_session=True) as shell:
        try:
            yield shell.pid
        finally:
            os.killpg(shell.pid, signal.SIGKILL)


def test_the_processes_of_a_server_are_found_with_those_that_it_started() -> None:
    with session("sleep 60 & sleep 60 & wait") as leader:
        while len(processes(leader)) < 3:
            time.sleep(0.01)
        assert leader in processes(leader)
        assert os.getpid() not in processes(leader)


def test_the_wait_lasts_as_long_as_one_of_them_works(monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter([0, 20, 41, 42, 99])
    monkeypatch.setattr(idle, "_ticks", lambda _: next(used))
    monkeypatch.setattr(idle, "_LOOK", 0)
    idle.wait_until_idle(1)
    assert next(used) == 99
