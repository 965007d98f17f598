"""Every metric that `/metrics` has: its name, its kind, its labels and what it means.

Units are seconds and bytes. A label has few values, which we choose: templates of routes, codes, names of
loops; never an address, a page, a site or anything that a stranger wrote. `docs/operations.md` has its
table from here, by `server/tools/metrics_docs.py`.
"""

from __future__ import annotations

from afterword.core.metrics import Family

LATENCY = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
"""Upper bounds of buckets, in seconds."""
GROUP_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)

REQUESTS = Family(
    "afterword_http_requests_total",
    "counter",
    "Requests, by template of their route (`none` where nothing is), method and status; 499 for"
    " those who left before they were answered.",
    ("route", "method", "status"),
)
REQUEST_SECONDS = Family(
    "afterword_http_request_duration_seconds",
    "histogram",
    "Seconds from a request to the beginning of its answer.",
    ("route", "method"),
)
RATE_REFUSALS = Family(
    "afterword_rate_refusals_total",
    "counter",
    "Requests refused because their address did too much of that kind.",
    ("kind",),
)
CACHE_HITS = Family("afterword_cache_hits_total", "counter", "Public reads answered from memory.")
CACHE_MISSES = Family(
    "afterword_cache_misses_total", "counter", "Public reads that had to ask the database."
)
CACHE_EVICTIONS = Family(
    "afterword_cache_evictions_total", "counter", "Entries dropped because there was no more room."
)
CACHE_ENTRIES = Family("afterword_cache_entries", "gauge", "Answers that are kept.")
CACHE_BYTES = Family("afterword_cache_bytes", "gauge", "Bytes that they take, as reckoned.")
CACHE_LIMIT = Family("afterword_cache_limit_bytes", "gauge", "Bytes that they may take.")
CACHE_BYPASSED = Family(
    "afterword_cache_bypassed",
    "gauge",
    "1 while the change poll fails, and every read asks the database.",
)
WRITERS_WAITING = Family(
    "afterword_writers_waiting", "gauge", "Writes that wait for their turn or for a connection."
)
WRITE_GROUPS = Family(
    "afterword_write_group_size",
    "histogram",
    "Writes that shared a commit; on PostgreSQL each has its own.",
)
COMMIT_SECONDS = Family(
    "afterword_commit_duration_seconds",
    "histogram",
    "Seconds from asking for a commit to its being durable.",
)
COMMIT_FAILURES = Family(
    "afterword_commit_failures_total", "counter", "Commits that failed, and stored nothing."
)
STREAMS = Family("afterword_streams", "gauge", "Readers to whom live updates are open.")
STREAMS_OPENED = Family(
    "afterword_streams_opened_total", "counter", "Streams of live updates that were opened."
)
STREAMS_DROPPED = Family(
    "afterword_streams_dropped_total",
    "counter",
    "Streams that were let go because their reader took nothing for too long.",
)
LOOP_ROUNDS = Family(
    "afterword_loop_rounds_total",
    "counter",
    "Rounds of what goes on beside the requests, by how they ended: `ok` or `failed`.",
    ("loop", "result"),
)
LOOP_SUCCESS = Family(
    "afterword_loop_last_success_timestamp_seconds",
    "gauge",
    "When its last round ended well; `time()` minus it is how far the change poll lags.",
    ("loop",),
)
DATABASE_UP = Family(
    "afterword_database_up",
    "gauge",
    "Whether the database could be asked; without it those below that come from it are missing.",
    of_all=True,
)
DATABASE_BYTES = Family(
    "afterword_database_size_bytes",
    "gauge",
    "Size of the SQLite file (`main`) and of its write-ahead log (`wal`).",
    ("file",),
    of_all=True,
)
COMMENTS = Family(
    "afterword_comments",
    "gauge",
    "Comments by status: `approved`, `pending`, `spam`, `removed`.",
    ("status",),
    of_all=True,
)
OLDEST_PENDING = Family(
    "afterword_oldest_pending_comment_timestamp_seconds",
    "gauge",
    "When the comment was written that waits longest; missing while none waits.",
    of_all=True,
)
EVENTS_WAITING = Family(
    "afterword_events_waiting",
    "gauge",
    "Events of which nobody has been told yet.",
    of_all=True,
)
OUTBOX = Family(
    "afterword_outbox_messages",
    "gauge",
    "Messages by channel that are `waiting`, or were given up as `failed`.",
    ("channel", "state"),
    of_all=True,
)
OUTBOX_OLDEST = Family(
    "afterword_outbox_oldest_waiting_timestamp_seconds",
    "gauge",
    "When the message was made that waits longest; missing while none waits.",
    ("channel",),
    of_all=True,
)
BUILD = Family(
    "afterword_build_info", "gauge", "1, with the versions.", ("version", "python", "engine")
)
CPU_SECONDS = Family(
    "process_cpu_seconds_total", "counter", "Processor time of the process, in seconds."
)
RESIDENT_BYTES = Family("process_resident_memory_bytes", "gauge", "Memory in use.")
VIRTUAL_BYTES = Family("process_virtual_memory_bytes", "gauge", "Address space in use.")
OPEN_FILES = Family("process_open_fds", "gauge", "Open files and connections.")
MOST_FILES = Family("process_max_fds", "gauge", "How many of them the system allows.")
THREADS = Family("process_threads", "gauge", "Threads.")
STARTED = Family("process_start_time_seconds", "gauge", "When the process began.")

FAMILIES: tuple[Family, ...] = (
    *(REQUESTS, REQUEST_SECONDS, RATE_REFUSALS),
    *(CACHE_HITS, CACHE_MISSES, CACHE_EVICTIONS, CACHE_ENTRIES, CACHE_BYTES, CACHE_LIMIT),
    *(CACHE_BYPASSED, WRITERS_WAITING, WRITE_GROUPS, COMMIT_SECONDS, COMMIT_FAILURES),
    *(STREAMS, STREAMS_OPENED, STREAMS_DROPPED, LOOP_ROUNDS, LOOP_SUCCESS),
    *(DATABASE_UP, DATABASE_BYTES, COMMENTS, OLDEST_PENDING),
    *(EVENTS_WAITING, OUTBOX, OUTBOX_OLDEST),
    *(BUILD, CPU_SECONDS, RESIDENT_BYTES, VIRTUAL_BYTES),
    *(OPEN_FILES, MOST_FILES, THREADS, STARTED),
)
