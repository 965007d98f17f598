"""Benchmarks: `make bench`. Apart from the tests, because no test asserts a time."""
