"""The sandbox as a program: says where it is, answers, and ends when told to."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handover.sandbox.command import run
from handover.sandbox.tests.conftest import AGENT, get

SMALL = ["--clients", "40", "--appointments", "60", "--today", "2026-11-20"]


def test_it_listens_tells_its_key_and_ends_on_sigterm(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    program = subprocess.Popen(
        [
            sys.executable, "-m", "handover.sandbox", "serve", "--port", "0", *SMALL,
            "--fault", "status=500;path=/users;times=1", "--ready-file", str(ready_file),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        _wait_for(ready_file)
        ready = json.loads(ready_file.read_text())
        headers = {"User-Agent": AGENT}
        assert get(f"{ready['url']}/users", key=ready["key"], **headers).status_code == 500
        assert get(f"{ready['url']}/users", key=ready["key"], **headers).status_code == 200
        assert get(f"{ready['control']}/stats").json()["total"] == 2
    finally:
        program.send_signal(signal.SIGTERM)
        printed, _ = program.communicate(timeout=10)
    assert program.returncode == 0
    assert ready["key"] in printed
    assert printed.endswith("The sandbox has ended.\n")


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, "the sandbox did not get ready"
        time.sleep(0.02)


def test_a_fault_it_cannot_read_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["serve", "--fault", "kind=nonsense"])
    assert "There is no fault 'nonsense'" in capsys.readouterr().err


def test_a_port_in_use_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["serve", "--port", str(port), *SMALL]) == 1
    assert "Try --port 0" in capsys.readouterr().out
