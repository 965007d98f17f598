"""Pages for readers that need no script: the thread, permalinks, and the demo's blog."""
