"""What was done, and how it is undone."""
