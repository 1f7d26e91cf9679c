"""`handover invite`: the way in for the first owner of a workspace that a command has made."""

import click

from handover.cli.setting_up import opened, output

ROLES = ("owner", "practitioner_admin", "practitioner", "practice_manager", "receptionist")


@click.command()
@click.option("--workspace", required=True, help="Name of the workspace.")
@click.option("--email", required=True, help="Whom the invitation is for.")
@click.option(
    "--role",
    default="owner",
    show_default=True,
    type=click.Choice([*ROLES, "accountant"]),
    help="What they may do.",
)
def invite(workspace: str, email: str, role: str) -> None:
    """Invite somebody into a workspace: prints a link, good once and for seven days."""
    from handover.config.environment import read
    from handover.config.signing import use_signing_key

    use_signing_key(read())
    with opened() as environment:
        from handover.accounts.invitations import CannotInvite, invite_by_command
        from handover.importing.runs import find_workspace

        try:
            link = invite_by_command(find_workspace(workspace), email, role)
        except CannotInvite as problem:
            raise click.ClickException(str(problem)) from None
    where = "" if environment.address else "Put the address of the site before this link:\n"
    output.print(f"{where}{link}", markup=False)
