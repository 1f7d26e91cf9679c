"""Other processes that use a home, as a test sees them and (run as a program) as they are."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from handover.core.json import JsonObject
from handover.core.postgres import EmbeddedPostgres, PostgresProblem

REPOSITORY = Path(__file__).parents[4]


class Member:
    """A process that enters `home` and stays until it is told to leave, or killed."""

    def __init__(
        self, home: Path, *options: str, python: str = sys.executable, user: str | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [python, "-m", "handover.core.postgres.tests.members", str(home), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path[1:]])},
            cwd="/",
            text=True,
            user=user,
            extra_groups=None if user is None else [],
        )

    def told(self) -> JsonObject:
        """Wait until it is in, or was refused, and return what it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        told: JsonObject = json.loads(line)
        return told

    def leave(self) -> None:
        """Let it go out in order."""
        self.process.communicate("leave\n", timeout=30)

    def kill(self) -> None:
        """kill -9, without a chance to tidy up."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def copy_home(source: Path, target: Path) -> Path:
    """Copy a home whose server is stopped, owners and rights included."""
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)
    return target


def tell(**facts: str | int | None) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main(home: str, *options: str) -> None:
    try:
        embedded = EmbeddedPostgres(
            Path(home), durable="durable" in options, exclusive="exclusive" in options
        )
        with embedded as server:
            tell(port=server.facts.port, url=server.owner_url, notice=server.notice)
            sys.stdin.readline()
    except PostgresProblem as problem:
        tell(problem=type(problem).__name__, text=str(problem))


if __name__ == "__main__":
    main(*sys.argv[1:])
