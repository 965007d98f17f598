"""Three servers before one PostgreSQL in trouble: what was acknowledged, and what became of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import report, servers
from bench.part import Part

_SEED = 1
_NOTE = """\
Writers send again under the same name what was not answered, as browsers do. Late is what an answer did not
have though it was asked for a second or more after the comment was acknowledged, by whichever server. At
the end a comment is lost, one doubled and one kept from the caches by hand; that all three were noticed says
that the zeros above mean something.
"""
_TROUBLE = {
    "kills": "servers killed",
    "cuts": "cables cut",
    "restarts": "restarts of PostgreSQL",
    "hangs": "times that it hung",
    "connections_ended": "times that its connections were ended",
}


def measure(_folder: Path, trouble: float) -> Part:
    """So many seconds of kills, cuts and restarts; raises where planted faults were not noticed."""
    command = [sys.executable, "-m", "tests.faults.cluster"]
    asked = [*command, "--seconds", f"{trouble:g}", "--seed", str(_SEED)]
    done = subprocess.run(asked, cwd=servers.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The cluster ended with {done.returncode}:\n{done.stderr}")
    found = json.loads(done.stdout)
    if not all(found["planted_and_noticed"].values()):
        raise RuntimeError(f"Planted faults were not noticed: {found['planted_and_noticed']}")
    figures = {name: float(len(found[name])) for name in ("lost", "twice", "late", "wrong")}
    delays = {"largest delay": found["largest_delay"], "slowest refusal": found["slowest_refusal"]}
    return Part(
        _told(found, trouble), figures | delays | {"slowest return": found["slowest_return"]}
    )


def _told(found: Mapping[str, Any], trouble: float) -> str:
    rows = [[name, f"{found[key]:,}"] for key, name in _TROUBLE.items()]
    rows += [
        ["comments acknowledged", f"{found['acknowledged']:,}"],
        ["answers looked at", ", ".join(f"{n:,} {what}" for what, n in found["reads"].items())],
        ["answers by status", ", ".join(f"{n:,} × {what}" for what, n in found["answers"].items())],
        ["requests without an answer", f"{found['unreachable']:,}"],
        ["**lost**", f"{len(found['lost'])}"],
        ["**twice**", f"{len(found['twice'])}"],
        ["**late**", f"{len(found['late'])}"],
        ["answers that were wrong", f"{len(found['wrong'])}"],
        ["oldest comment that was not read yet", f"{found['largest_delay']:.3f} s"],
        ["slowest refusal", f"{found['slowest_refusal']:.2f} s"],
        ["slowest way back after PostgreSQL was there", f"{found['slowest_return']:.2f} s"],
    ]
    title = f"{trouble:g} s of trouble, {found['network']}, seed {found['seed']}"
    return "\n".join([report.table(title, ["what", "how many"], rows), _NOTE])
