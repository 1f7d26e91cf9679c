"""`make demo` leaves a practice's own data alone, and nothing of itself behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handover.demo.__main__ import environment_of, port_of

#: The demo with one program, which tells its number; it ends by itself, should the demo not.
WITH_ONE_PROGRAM = """
import os
import sys
import time

from handover.demo.__main__ import end_when_told, running

end_when_told()
with running([sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ)) as one:
    print(one.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which a program listens that would share it."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_two_demos_never_share_a_port(taken: int) -> None:
    with pytest.raises(SystemExit, match=f"Another program listens on port {taken}"):
        port_of({"HANDOVER_PORT": str(taken)})
    assert port_of({}) not in {0, taken}
    for nonsense in ("0", "65536", "-1", "web", "8\u0660"):
        with pytest.raises(SystemExit, match="no number of a port"):
            port_of({"HANDOVER_PORT": nonsense})


def test_the_pages_are_not_served_on_a_port_that_is_taken(taken: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    found = subprocess.run(
        [sys.executable, "-m", "handover.cli", "up", "--port", str(taken)],
        env={**os.environ, "HANDOVER_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 1
    assert f"Another program listens on port {taken}" in found.stderr
    assert not home.exists()


def test_the_demo_never_works_in_the_folder_or_the_database_of_the_practice(
    tmp_path: Path,
) -> None:
    mine = {
        **os.environ,
        "HANDOVER_HOME": "/srv/handover",
        "DATABASE_URL": "postgresql://me@db.example/practice",
        "HANDOVER_CLINIKO_KEY": "the-real-one",
        "HANDOVER_FILES": "s3://practice/files",
        "HANDOVER_KEY_FILE": "/srv/handover.key",
        "HANDOVER_MAIL": "smtps://mail.practice.example",
        "HANDOVER_ADDRESS": "https://handover.practice.example",
    }
    sandbox: dict[str, object] = {
        "url": "http://127.0.0.1:4010/v1",
        "key": "simulated-au1",
        "storage_host": "127.0.0.1:4011",
    }
    found = environment_of(mine, tmp_path, sandbox, port=8123, real_limit=False)
    assert found["HANDOVER_HOME"] == str(tmp_path)
    assert found["HANDOVER_CLINIKO_KEY"] == "simulated-au1"
    assert found["HANDOVER_CLINIKO_URL"] == "http://127.0.0.1:4010/v1"
    assert found["HANDOVER_CLINIKO_FILE_HOSTS"] == "127.0.0.1:4011"
    assert found["HANDOVER_ADDRESS"].startswith("http://127.0.0.1:")
    not_theirs = {"DATABASE_URL", "HANDOVER_FILES", "HANDOVER_KEY_FILE", "HANDOVER_MAIL"}
    assert not not_theirs & found.keys()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_told_to_end_leaves_none_of_its_programs_behind(
    number: signal.Signals,
) -> None:
    command = [sys.executable, "-c", WITH_ONE_PROGRAM]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as demo:
        assert demo.stdout is not None
        program = int(demo.stdout.readline())
        demo.send_signal(number)
        demo.communicate(timeout=30)
    with pytest.raises(ProcessLookupError):
        os.kill(program, 0)
