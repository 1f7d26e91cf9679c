"""`make demo` leaves a practice's own data alone."""

import os
from pathlib import Path

from handover.demo.__main__ import environment_of


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
