"""What people type: `afterword serve`, `afterword site add …`; one module a command."""

from afterword.cli.main import main

__all__ = ["main"]
