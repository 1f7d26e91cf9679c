"""`handover ...`: the command line."""

from handover.cli.main import main

__all__ = ["main"]
