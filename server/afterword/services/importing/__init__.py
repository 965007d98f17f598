"""Comments of elsewhere: read, looked at, taken in."""
