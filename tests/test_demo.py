"""`make demo` leaves a practice's own data alone, and nothing of itself behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handover.demo.__main__ import environment_of

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
    found = environment_of(mine, tmp_path, sandbox, real_limit=False)
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
