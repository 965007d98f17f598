"""What tests stand on: a PostgreSQL server, a browser, a real server process, checkers of our rules."""
