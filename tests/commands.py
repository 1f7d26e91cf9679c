"""Several commands in one process, as quick as one: cases in, how each ended out, as JSON."""

import contextlib
import io
import json
import os
import sys

from handover.cli import main


def ended(words: list[str], variables: dict[str, str]) -> tuple[int, str]:
    """Run one command; its exit code and all that it said."""
    said, code = io.StringIO(), 0
    before, sys.argv = dict(os.environ), ["handover", *words]
    os.environ.update(variables)
    sys.stdin = io.StringIO("\n")
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main()
    except SystemExit as ending:
        code = int(ending.code or 0)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return code, said.getvalue()


if __name__ == "__main__":
    cases = json.load(sys.stdin)
    json.dump([ended(words, variables) for words, variables in cases], sys.stdout)
