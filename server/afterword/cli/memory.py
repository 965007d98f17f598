"""How the memory of a server process is laid out, so that it stays as small as it can be.

docs/decisions/0040-one-heap-and-what-is-never-garbage.md has the figures.
"""

from __future__ import annotations

import ctypes
import gc
import sys

# Of glibc's `malloc.h`.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8

LARGE = 4 * 2**20
"""Bytes from which on a piece of memory goes back to the system as soon as nobody needs it."""


def keep_heap_small() -> None:
    """Tells the allocator what this program is like; before the first thread begins.

    By itself glibc gives each thread a heap of its own, and what one has free no other can use: of eight
    threads, which mostly wait for each other anyway, that was 18 MB. And once 19 MiB for the hash of a
    password were given back, it keeps as much for the next time, in each heap. Where there is another
    allocator nothing is done.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, LARGE)
        mallopt(_TRIM_THRESHOLD, LARGE)


def set_aside_what_stays() -> None:
    """Has the collector of garbage pass over all that there is; once the process is ready.

    What was imported and made by then, some 130,000 objects, stays until the end. To look through it
    at every full collection stopped all readers for 60 ms and more; what comes later takes 5 ms.
    """
    gc.collect()
    gc.freeze()
