"""A server process has one heap, gives back what was large, and its collector passes over what stays."""

from __future__ import annotations

import platform
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from afterword.services.context import THREADS
from tests.support.server import Serve, wait_until

TELLS = """
import ctypes, gc, signal, threading

def tell(*_):
    names = [each.name for each in threading.enumerate()]
    print("threads", sum(name.startswith("afterword") for name in names), flush=True)
    aside = gc.get_freeze_count()
    print("set aside", aside, "of", aside + len(gc.get_objects()), flush=True)
    ctypes.CDLL(None).malloc_stats()

signal.signal(signal.SIGUSR2, tell)
"""
"""A module that Python imports by itself when it starts."""
HASHES = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import re
from afterword.cli.memory import keep_heap_small
from afterword.core.passwords import hash_password

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

keep_heap_small()
before = held()
with ThreadPoolExecutor(2) as threads:
    list(threads.map(hash_password, ["seven quiet herons"] * 6))
print(held() - before)
"""

with_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc has a heap for each thread"
)


@with_glibc
def test_a_server_has_one_heap_and_what_was_there_at_its_start_is_set_aside(
    serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(TELLS)
    server = serve(PYTHONPATH=str(tmp_path))
    server.signal(signal.SIGUSR2)
    wait_until(lambda: "max mmap bytes" in server.output(), 10, server.output)
    said = server.output()
    assert re.findall(r"^Arena (\d+):", said, re.MULTILINE) == ["0"]
    aside, all_there = map(int, re.findall(r"set aside (\d+) of (\d+)", said)[0])
    assert aside > 0.8 * all_there
    assert f"threads {THREADS}\n" in said, "all of them, before there is work"


@with_glibc
def test_what_the_hash_of_a_password_took_is_given_back() -> None:
    command = [sys.executable, "-c", HASHES]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert int(ended.stdout) < 15, "MB; each hash takes 19 MiB"
