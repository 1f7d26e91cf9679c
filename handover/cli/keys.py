"""`handover keys`: new keys in the place of old ones."""

import click

from handover.cli.setting_up import opened, output


@click.group()
def keys() -> None:
    """Look after the keys that seal secrets."""


@keys.command()
@click.option("--workspace", help="Give this workspace a new data key instead.")
@click.option("--prepare", is_flag=True, help="Only make the new key: see the README.")
def rotate(workspace: str | None, prepare: bool) -> None:
    """Make a new key and seal with it what the old one has sealed; the old one then goes."""
    if workspace and prepare:
        raise click.UsageError("--prepare is for the installation's key, not for --workspace")
    with opened() as environment:
        from handover.core.keyring import key_file  # after set-up
        from handover.importing.runs import find_workspace
        from handover.vault import rotation

        if prepare:
            rotation.begin_rotation(environment.home)
            output.print(
                f"{key_file(environment.home)} has a new key beside the one in use. Copy it to"
                " every machine, then run `handover keys rotate` once, and copy it again."
            )
        elif workspace:
            done = rotation.rotate_workspace(environment.home, find_workspace(workspace).pk)
            output.print(f"New data key {done.name}: {done.resealed} secrets were sealed anew.")
            if done.unreadable:
                output.print(f"{done.unreadable} could not be opened and were left as they are.")
        else:
            done = rotation.rotate_installation(environment.home)
            output.print(
                f"New key {done.name}: {done.resealed} data keys were sealed anew. Copy"
                f" {key_file(environment.home)} to where you keep its copy."
            )
