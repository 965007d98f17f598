"""Becomes another program, in which no memory may ever be both written and executed.

It is what `MemoryDenyWriteExecute` of systemd asks for, by the kernel's own means: Linux 6.3 or newer.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1

if __name__ == "__main__":
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        sys.exit(f"no PR_SET_MDWE: {os.strerror(ctypes.get_errno())}")
    os.execvp(sys.argv[1], sys.argv[1:])
