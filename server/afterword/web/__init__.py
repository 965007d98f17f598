"""HTTP in, HTTP out: reads requests, calls one service, writes answers. No rules, no SQL."""
