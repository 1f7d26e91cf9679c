"""The disk: room, and who can look."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from handover.doctor.finding import Finding, ok, problem, warning

CHECK = "disk"
GIGABYTE = 1_000_000_000
TOO_LITTLE, LITTLE = 1 * GIGABYTE, 5 * GIGABYTE
OTHERS = 0o066  # to read and to write; to pass through is nothing: what lies within is shut


def check(home: Path, files: str) -> Iterator[Finding]:
    """Look at the folder of data, and at that of files if it is another."""
    places = {home} | ({Path(files)} if files and "://" not in files else set())
    for each in sorted(places):
        yield room(each, _free(each))
        yield from access(each)


def room(folder: Path, free: int) -> Finding:
    """Whether there is room for a practice's records and files."""
    says = f"{free / GIGABYTE:,.1f} GB are free for {folder}"
    do = "Make room, or move the folder to a larger disk."
    if free < TOO_LITTLE:
        return problem(CHECK, says, do)
    return warning(CHECK, says, do) if free < LITTLE else ok(CHECK, says)


def access(folder: Path) -> Iterator[Finding]:
    """Whether we may write there, and others may not look."""
    if not folder.exists():
        return  # it is made when it is needed
    if not os.access(folder, os.W_OK | os.X_OK):
        do = "Run as the user whose folder it is, or let HANDOVER_HOME name another."
        yield problem(CHECK, f"{folder} cannot be written to", do)
    if folder.stat().st_mode & OTHERS:
        do = f"chmod go-rwx {folder}"
        yield warning(CHECK, f"other users of this machine can look into {folder}", do)


def _free(folder: Path) -> int:
    """Free bytes there, or where it is going to be."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free
