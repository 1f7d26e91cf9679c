"""postmaster.pid: what a running server tells about itself, and what a dead one leaves behind."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

PORT_LINE, STATE_LINE = 3, 7


@dataclass(frozen=True)
class PidFile:
    """The facts in postmaster.pid; port 0 and no state while it is being written.

    The state is "starting", "ready" or "stopping".
    """

    pid: int
    port: int = 0
    state: str = ""


def pid_file_path(data: Path) -> Path:
    """Return where the server of this cluster keeps its file."""
    return data / "postmaster.pid"


def parse_pid_file(text: str) -> PidFile | None:
    """Read the file's lines, of which the last may be missing yet; None for nonsense."""
    lines = [line.strip() for line in text.splitlines()]
    if not lines or not _is_number(lines[0].removeprefix("-")):
        return None
    port = lines[PORT_LINE] if len(lines) > PORT_LINE else ""
    return PidFile(
        pid=abs(int(lines[0])),
        port=int(port) if _is_number(port) else 0,
        state=lines[STATE_LINE] if len(lines) > STATE_LINE else "",
    )


def read_pid_file(data: Path) -> PidFile | None:
    """Read the file of the cluster at `data`; None where there is none."""
    try:
        return parse_pid_file(pid_file_path(data).read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return None


def is_postmaster(pid: int, data: Path) -> bool:
    """Tell whether process `pid` is a server of this cluster: numbers are given out again."""
    program, started_on, rest = _command_line(pid).partition(" -D ")
    return (
        bool(started_on) and Path(program).name == "postgres" and f"{rest} ".startswith(f"{data} ")
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.decode(errors="replace").replace("\0", " ").strip()
    told = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()
