"""How the C library hands out memory: a long-running process gives back what it no longer needs."""

import ctypes
import gc

# From glibc's <malloc.h>.
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
ARENAS = 2  # as many threads as compute at once (see decision 0011)
KEPT_AT_MOST = 128 * 1024  # bytes at the top of the heap
GARBAGE = 10_000  # objects more than before, from which on Python looks for rings of them


def give_back_memory() -> bool:
    """Have few arenas, shared by all threads, and free memory returned to the system.

    By default glibc opens up to eight arenas for each core, one after the other as threads begin,
    and each keeps what its threads have freed: a process that loads batches in several threads
    holds each one's largest. Call it before threads begin. False where the C library is another
    one, which does well without.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(_M_ARENA_MAX, ARENAS) and mallopt(_M_TRIM_THRESHOLD, KEPT_AT_MOST))


def settle() -> None:
    """Look for garbage among what comes from now on: what is here by now is here to stay.

    Otherwise a page that makes thousands of objects has Python look through all of Django, which
    takes longer than the page. Call it once everything is loaded, before the first request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
