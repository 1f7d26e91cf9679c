"""Serve a simulated Cliniko, move its demo practice into a workspace, and show the report.

On a terminal the pages stay up until Ctrl-C; without one everything ends with the report. Data
lie in a folder of its own, which is removed at the end: nothing in it is of a practice, and its
password stands on the screen.
"""

import json
import os
import secrets
import signal
import socket
import subprocess  # the demo is several programs, as in real life
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from rich.console import Console

from handover.core.ports import bindable
from handover.core.postgres import throwaway_home
from handover.demo.owner import EMAIL

WORKSPACE = "Demo practice"
PATIENCE = 60
LAST_PORT = 2**16
console = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Run the demo; returns the exit code of the import."""
    end_when_told()
    real_limit = os.environ.get("REAL_LIMIT", "") not in {"", "0"}
    port = port_of(os.environ)
    with ExitStack() as stack:
        home = stack.enter_context(throwaway_home())
        console.print("Starting the simulated Cliniko ...")
        sandbox = stack.enter_context(_sandbox(limit=200 if real_limit else 0))
        environ = environment_of(os.environ, home, sandbox, port=port, real_limit=real_limit)
        environ |= xero_settings(stack.enter_context(_xero()))
        console.print(f"Moving its practice into the workspace {WORKSPACE!r} ...")
        words = ["import", "--workspace", WORKSPACE, "--create", "--notify", EMAIL]
        code = _handover(*words, environ=environ)
        password = _owner(environ)
        stack.enter_context(_pages(environ))
        stack.enter_context(_worker(environ))
        console.print(f"\nThe workspace:          {_address(environ)}")
        console.print(f"Sign in as:             {EMAIL}  (password {password})")
        console.print(f"The mail that it wrote: {_address(environ)}settings/outbox/")
        console.print("The simulated Xero:     Settings > Xero > Connect with Xero")
        console.print(f"The simulated Cliniko:  {sandbox['url']}  (key {sandbox['key']})")
        _stay()
    return code


def end_when_told() -> None:
    """A closed terminal or a `kill` ends the demo as Ctrl-C does: with all that it started."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        del frame
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def port_of(environ: Mapping[str, str]) -> int:
    """Where the pages will be: a free port, unless `HANDOVER_PORT` names one that is free."""
    wanted = environ.get("HANDOVER_PORT", "")
    if not wanted:
        return bindable(0)
    port = int(wanted) if wanted.isascii() and wanted.isdecimal() else 0
    if not 0 < port < LAST_PORT:
        raise SystemExit(f"HANDOVER_PORT is {wanted!r}, and no number of a port (1 to 65535).")
    if not bindable(port):
        raise SystemExit(
            f"Another program listens on port {port} of this machine: end it, or set HANDOVER_PORT "
            "to another one (without it, the demo takes one that is free)."
        )
    return port


def environment_of(
    mine: Mapping[str, str],
    home: Path,
    sandbox: Mapping[str, object],
    *,
    port: int,
    real_limit: bool,
) -> dict[str, str]:
    """The settings of the demo's programs: nothing of the practice that may be on this machine."""
    environ = {
        **mine,
        "HANDOVER_HOME": str(home),
        "HANDOVER_CLINIKO_URL": str(sandbox["url"]),
        "HANDOVER_CLINIKO_RATE": "200" if real_limit else "0",
        "HANDOVER_CLINIKO_KEY": str(sandbox["key"]),
        "HANDOVER_CLINIKO_FILE_HOSTS": str(sandbox["storage_host"]),
        "HANDOVER_DEMO": "1",
    }
    for name in ("DATABASE_URL", "HANDOVER_FILES", "HANDOVER_KEY_FILE", "HANDOVER_MAIL"):
        environ.pop(name, None)
    environ["HANDOVER_PORT"] = str(port)
    environ["HANDOVER_ADDRESS"] = _address(environ).rstrip("/")
    return environ


def xero_settings(xero: Mapping[str, object]) -> dict[str, str]:
    """The settings that lead to the simulated Xero, which counts no requests of a demo."""
    return {
        "HANDOVER_XERO_CLIENT_ID": str(xero["client_id"]),
        "HANDOVER_XERO_CLIENT_SECRET": str(xero["client_secret"]),
        "HANDOVER_XERO_LOGIN_URL": f"{xero['url']}/identity/connect/authorize",
        "HANDOVER_XERO_IDENTITY_URL": str(xero["url"]),
        "HANDOVER_XERO_API_URL": str(xero["url"]),
        "HANDOVER_XERO_A_DAY": "5000",
    }


def _owner(environ: dict[str, str]) -> str:
    """Make somebody who can sign in; returns their password."""
    password = secrets.token_urlsafe(9)
    command = [sys.executable, "-m", "handover.demo.owner", WORKSPACE]
    subprocess.run(command, env=environ, check=True, input=password.encode())
    return password


def _handover(*arguments: str, environ: dict[str, str]) -> int:
    command = [sys.executable, "-m", "handover.cli", *arguments]
    return subprocess.run(command, env=environ, check=False).returncode


def _sandbox(limit: int) -> AbstractContextManager[dict[str, object]]:
    command = [sys.executable, "-m", "handover.sandbox", "serve", "--rate-limit", str(limit)]
    return _simulated(command, "the simulated Cliniko")


def _xero() -> AbstractContextManager[dict[str, object]]:
    return _simulated([sys.executable, "-m", "handover.sandbox.xero"], "the simulated Xero")


@contextmanager
def _simulated(command: list[str], what: str) -> Iterator[dict[str, object]]:
    """Somebody else's system on a free port, and what it says of itself once it listens."""
    with TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        whole = [*command, "--port", "0", "--ready-file", str(ready)]
        with running(whole, dict(os.environ)) as process:
            while not ready.exists():
                _check(process, what)
            yield json.loads(ready.read_text(encoding="utf-8"))


@contextmanager
def _pages(environ: dict[str, str]) -> Iterator[None]:
    port = environ["HANDOVER_PORT"]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level"]
    command += ["warning", "--workers-kill-timeout", "3", "--host", "127.0.0.1", "--port", port]
    with running([*command, "handover.config.wsgi:application"], environ) as process:
        while not _listens(int(port)):
            _check(process, "the web server")
        yield


@contextmanager
def _worker(environ: dict[str, str]) -> Iterator[None]:
    """What is begun on the pages is done by it: an import, for one."""
    with running([sys.executable, "-m", "handover.cli", "worker"], environ):
        yield


def _address(environ: dict[str, str]) -> str:
    return f"http://127.0.0.1:{environ['HANDOVER_PORT']}/"


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the demo, which is ended with the block, however that ends."""
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _check(process: subprocess.Popen[bytes], what: str) -> None:
    if process.poll() is not None:
        raise SystemExit(f"{what} did not start (exit code {process.returncode})")
    time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _stay() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        console.print("No terminal: everything is stopped again. Run it on one to look around.")
        return
    console.print("Ctrl-C ends the demo.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Ended.")


if __name__ == "__main__":
    sys.exit(main())
