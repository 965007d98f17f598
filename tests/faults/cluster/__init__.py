"""Three servers in front of one PostgreSQL, on a network that is cut, with processes that are killed.

`python -m tests.faults.cluster --seconds 30 --seed 1` runs it and prints what was counted, as JSON.
"""
