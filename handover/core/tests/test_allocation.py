"""Memory that threads have freed goes back to the system."""

import platform
import subprocess
import sys

import pytest

# Threads that are alive at once, each of which has made and freed many small things in its turn.
PROGRAM = """
import os, sys, threading
from handover.core.allocation import give_back_memory

if sys.argv[1] == "given back":
    give_back_memory()
pages = lambda: int(open("/proc/self/statm").read().split()[1])
turn, everybody = threading.Lock(), threading.Barrier(9)

def work():
    everybody.wait()
    with turn:
        [bytes(700 + each % 300) for each in range(30_000)]
    everybody.wait()
    everybody.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for each in threads:
    each.start()
before = pages()
everybody.wait()
everybody.wait()
print(pages() - before)
everybody.wait()
"""


def _grown(how: str) -> int:
    """By how many pages a process has grown when its threads have freed everything."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc")
def test_a_process_gives_back_the_memory_that_its_threads_have_freed() -> None:
    assert _grown("given back") * 3 < _grown("kept")
