"""Waiting that tells what it waits for."""

import time
from collections.abc import Callable
from typing import TypeAlias

Say: TypeAlias = Callable[[str], None]

STEP_SECONDS = 0.005
FIRST_WORD_SECONDS = 1.0
NEXT_WORD_SECONDS = 10.0


def silent(_: str) -> None:
    """Say nothing: the default listener."""


def wait_until(
    done: Callable[[], bool], *, say: Say, why: str, limit_seconds: float | None = None
) -> bool:
    """Wait until `done()`; after a second, and then every ten, `say` why.

    Return False where `limit_seconds` passed first. None waits for as long as it takes.
    """
    started = time.monotonic()
    next_word = FIRST_WORD_SECONDS
    while not done():
        waited = time.monotonic() - started
        if limit_seconds is not None and waited >= limit_seconds:
            return False
        if waited >= next_word:
            say(f"{why} ({waited:.0f} s so far)")
            next_word += NEXT_WORD_SECONDS
        time.sleep(STEP_SECONDS)
    return True
