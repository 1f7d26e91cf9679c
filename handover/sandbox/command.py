"""``handover sandbox serve``: the sandbox as a program of its own."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import FrameType

from handover.sandbox.faults import KINDS, BadFault, Fault
from handover.sandbox.practice import DemoPractice
from handover.sandbox.server import Sandbox


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``serve``."""
    parser.add_argument("--port", type=int, default=4010, help="0 takes any free port")
    parser.add_argument("--clients", type=int, default=1200)
    parser.add_argument("--appointments", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=1, help="another seed is another practice")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD; default: today")
    parser.add_argument("--empty", action="store_true", help="an account with nothing in it")
    parser.add_argument(
        "--rate-limit", type=int, default=200, help="requests a minute and key; 0 lifts it"
    )
    parser.add_argument("--window", choices=("sliding", "fixed"), default="sliding")
    parser.add_argument(
        "--link-lifetime",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long the link to a file is good",
    )
    parser.add_argument("--no-recalls", action="store_true", help="as an account without recalls")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="TEXT",
        help=f"such as status=503;path=/patients;times=2. Kinds: {', '.join(KINDS)}",
    )
    parser.add_argument("--ready-file", type=Path, help="written as JSON once it listens")


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse a command line and do what it says; the exit status."""
    parser = argparse.ArgumentParser(
        prog="handover sandbox", description="A simulated Cliniko with a demo practice."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add_arguments(commands.add_parser("serve", help="serve until Ctrl-C"))
    return serve(parser.parse_args(arguments))


def serve(options: argparse.Namespace) -> int:
    """Make the practice, listen, say where, and wait to be told to end."""
    over = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    _say("Making the demo practice ...")
    practice = DemoPractice(
        clients=options.clients,
        appointments=options.appointments,
        seed=options.seed,
        today=options.today,
        empty=options.empty,
    )
    try:
        sandbox = Sandbox(
            practice,
            rate_limit=options.rate_limit,
            window=options.window,
            recalls=not options.no_recalls,
            faults=options.fault,
            port=options.port,
            link_lifetime=options.link_lifetime,
        )
    except OSError as problem:
        _say(f"Port {options.port} cannot be used ({problem.strerror}). Try --port 0.")
        return 1
    with sandbox:
        _announce(sandbox, options.ready_file)
        over.wait()
    _say("The sandbox has ended.")
    return 0


def _announce(sandbox: Sandbox, ready_file: Path | None) -> None:
    control = sandbox.url.removesuffix("/v1") + "/_sandbox"
    if ready_file is not None:
        ready = {
            "url": sandbox.url,
            "key": sandbox.key,
            "keys": sandbox.keys,
            "storage_host": sandbox.storage_host,
            "control": control,
        }
        unfinished = ready_file.with_suffix(ready_file.suffix + ".part")
        unfinished.write_text(json.dumps(ready, indent=2) + "\n")
        unfinished.rename(ready_file)
    _say(
        f"A simulated Cliniko listens at {sandbox.url}\n"
        f"  administrator's key  {sandbox.key}\n"
        f"  files come from      {sandbox.storage_host}\n"
        f"  what was asked       {control}/stats\n"
        f"  what files truly are {control}/files\n"
        f"  what is still owed   {control}/receivables\n"
        "\nTry it:\n"
        f'  curl -u "{sandbox.key}:" -A "Trial (you@example.com)" {sandbox.url}/patients\n'
        "or paste the key in Handover under Settings > Import. Ctrl-C ends it."
    )


def _fault(text: str) -> Fault:
    try:
        return Fault.parse(text)
    except BadFault as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
