"""The simulated Xero as a program of its own."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from handover.sandbox.xero.server import FakeXero


def serve() -> int:
    """Listen, say where, and wait to be told to end; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m handover.sandbox.xero")
    parser.add_argument("--port", type=int, default=4020, help="0 takes any free port")
    parser.add_argument("--ready-file", type=Path, help="written as JSON once it listens")
    options = parser.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with FakeXero(port=options.port) as xero:
        if options.ready_file is not None:
            unfinished = options.ready_file.with_suffix(".part")
            unfinished.write_text(json.dumps({"url": xero.url, **xero.credentials}) + "\n")
            unfinished.rename(options.ready_file)
        sys.stdout.write(f"A simulated Xero listens at {xero.url}. Ctrl-C ends it.\n")
        sys.stdout.flush()
        over.wait()
    return 0
