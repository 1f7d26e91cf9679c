"""``python -m handover.sandbox.xero``."""

import sys

from handover.sandbox.xero.command import serve

if __name__ == "__main__":
    sys.exit(serve())
