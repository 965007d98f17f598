"""Backups of a whole installation, putting them back, and from one engine to the other."""
