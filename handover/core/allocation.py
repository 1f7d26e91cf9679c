"""How the C library hands out memory: a long-running process gives back what it no longer needs."""

import ctypes

# From glibc's <malloc.h>.
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
ARENAS = 2  # as many threads as compute at once (see decision 0011)
KEPT_AT_MOST = 128 * 1024  # bytes at the top of the heap


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
