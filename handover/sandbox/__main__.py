"""``python -m handover.sandbox serve``."""

import sys

from handover.sandbox.command import run

if __name__ == "__main__":
    sys.exit(run())
