"""Three servers in front of one PostgreSQL in trouble: each promise is kept by each of them in a second."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.faults.cluster.checker import WITHIN, Checker, numbers_in, text_of
from tests.support.project import ROOT

SECONDS, SEED = 25, 7


# It has a PostgreSQL of its own; the other one says that there can be one.
@pytest.mark.usefixtures("postgres_server")
def test_each_server_reads_within_a_second_what_any_of_them_acknowledged() -> None:
    command = [sys.executable, "-m", "tests.faults.cluster"]
    asked = [*command, "--seconds", str(SECONDS), "--seed", str(SEED)]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert (found["lost"], found["twice"], found["late"], found["wrong"]) == ([], [], [], [])
    assert found["acknowledged"] > 20
    assert found["kills"] > 0
    assert min(found["reads"][what] for what in ("thread", "page", "feed", "count")) > 20
    assert found["planted_and_noticed"] == {"lost": True, "twice": True, "late": True}


def test_the_checker_speaks_of_what_is_late() -> None:
    checker = Checker()
    checker.promise("page", 1, at=10.0)
    checker.promise("page", 2, at=10.5)
    checker.look("s1", "thread", "page", text_of(1), asked=10.2)
    checker.look("s1", "thread", "page", text_of(1), asked=11.4)
    checker.count("s1", "page", 2, asked=99.0)
    assert (checker.late, round(checker.largest_delay, 3)) == ([], 0.9)
    checker.look("s1", "thread", "page", text_of(1), asked=10.5 + WITHIN)
    checker.count("s2", "page", 1, asked=13.0)
    assert checker.late == [
        "thread of page by s1: 2 after 1.00 s",
        "count of page by s2: 2 after 2.50 s",
    ]


def test_the_checker_speaks_of_what_is_lost_or_twice() -> None:
    checker = Checker()
    for number in (1, 2, 12):
        checker.promise("page", number, at=1.0)
    checker.settle([text_of(1), text_of(12), text_of(12), text_of(3)])
    assert (checker.lost, checker.twice) == ([2], [12])


def test_a_number_is_not_taken_for_another() -> None:
    assert numbers_in(f"<p>{text_of(12)}</p><p>{text_of(3)}.</p>") == [12, 3]
