"""postmaster.pid is read while it is written, and after it was left behind."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from handover.core.postgres import EmbeddedPostgres
from handover.core.postgres.pid_file import PidFile, is_postmaster, parse_pid_file

WHOLE = "4711\n/srv/data\n1795405311\n5433\n\n127.0.0.1\n  2180455         4\nready   \n"


def test_a_whole_file_tells_number_port_and_readiness() -> None:
    assert parse_pid_file(WHOLE) == PidFile(pid=4711, port=5433, state="ready")


@given(st.integers(min_value=0, max_value=len(WHOLE) - 5))
def test_a_file_cut_anywhere_is_never_ready(length: int) -> None:
    found = parse_pid_file(WHOLE[:length])

    assert found is None or found.state != "ready"


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = parse_pid_file(text)

    assert found is None or found.pid >= 0


def test_a_process_is_told_from_a_server_of_another_cluster(
    shared_server: EmbeddedPostgres,
) -> None:
    status = shared_server.status()
    assert status.cluster is not None
    assert status.pid is not None

    assert is_postmaster(status.pid, status.cluster)
    assert not is_postmaster(status.pid, status.cluster.parent)
    assert not is_postmaster(status.pid, Path("/srv/data"))
    assert not is_postmaster(os.getpid(), status.cluster)
    assert not is_postmaster(2**22 + 1, status.cluster)
