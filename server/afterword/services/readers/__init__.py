"""Whom a site knows, and how."""
