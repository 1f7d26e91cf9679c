"""`handover sandbox`: the simulated Cliniko, under our own command."""

import sys

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Serve a simulated Cliniko with a demo practice (`handover sandbox serve --help`)."""
    from handover.sandbox.command import run  # keeps `--help` quick

    sys.exit(run(list(arguments)))
