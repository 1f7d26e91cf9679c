"""A long wait says what it waits for."""

import threading
from pathlib import Path

from handover.core.postgres import EmbeddedPostgres
from handover.core.postgres.locks import FileLock


def test_whoever_waits_for_another_start_is_told_so(home: Path) -> None:
    said: list[str] = []
    told = threading.Event()

    def listen(sentence: str) -> None:
        said.append(sentence)
        told.set()

    def enter_and_leave() -> None:
        with EmbeddedPostgres(home, durable=False, say=listen):
            pass

    with FileLock(home / "postgres" / "start.lock") as lock:
        assert lock.try_alone()
        waiting = threading.Thread(target=enter_and_leave)
        waiting.start()
        assert told.wait(timeout=10)
    waiting.join()

    assert said == ["Another Handover process is starting or stopping the database (1 s so far)"]
