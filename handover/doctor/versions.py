"""Versions: Python, ours, and the packages that we stand on."""

import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

import handover
from handover.doctor.finding import Finding, ok, problem, warning

CHECK = "versions"
OLDEST_PYTHON = (3, 11)
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)
SET_UP = "Run `make setup`, which installs what is missing."


def check() -> Iterator[Finding]:
    """Hold what is installed against what we need, and against what was locked and tested."""
    yield python(sys.version_info[:2])
    yield from packages(requires("handover") or [])
    lock = Path(handover.__file__).parent.parent / "requirements" / "run.txt"
    if lock.is_file():  # not where it was installed without its repository
        yield from locked(lock.read_text(encoding="utf-8"))


def python(found: tuple[int, ...]) -> Finding:
    """Whether Python is new enough."""
    if found < OLDEST_PYTHON:
        do = "Install Python 3.11 or newer, and set up anew."
        return problem(CHECK, f"Python {'.'.join(map(str, found))} is too old", do)
    ours = _installed("handover") or "of no release"
    return ok(CHECK, f"Handover {ours}, Python {platform.python_version()}")


def packages(wanted: Sequence[str]) -> Iterator[Finding]:
    """What is needed and is not there, or is of another version."""
    for each in map(Requirement, wanted):
        if each.marker is not None and not each.marker.evaluate():
            continue
        found = _installed(each.name)
        if found is None:
            yield problem(CHECK, f"the package {each.name} is missing", SET_UP)
        elif not each.specifier.contains(found, prereleases=True):
            says = f"the package {each.name} is of version {found}; {each.specifier} is needed"
            yield problem(CHECK, says, SET_UP)


def locked(lock: str) -> Iterator[Finding]:
    """Whether packages are those that were tested together."""
    pins: Mapping[str, str] = dict(PIN.findall(lock))
    others = [
        f"{name} {found} (tested: {pin})"
        for name, pin in pins.items()
        if (found := _installed(name)) not in {None, pin}
    ]
    if others:
        yield warning(CHECK, f"other versions than those tested: {', '.join(others)}", SET_UP)
    else:
        yield ok(CHECK, f"{len(pins)} packages as they were tested")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
