"""Afterword: comments that come after the article, owned by the site."""

__version__ = "0.1.0"
