"""`handover support`, `support-add`, `support-remove`: who of our staff owners may let in."""

import click
from rich.table import Table

from handover.cli.setting_up import opened, output, printable


@click.command()
def support() -> None:
    """List the support staff whom owners may let run their import."""
    with opened():
        from handover.accounts.support import has_second_step, staff  # after set-up

        table = Table("Name", "E-mail", "Second step", box=None)
        for each in staff():
            second = "yes" if has_second_step(each) else "not yet"
            table.add_row(printable(each.support_name), each.email, second)
    output.print(table if table.row_count else "There is nobody of the support.")


@click.command("support-add")
@click.option("--email", required=True, help="Their address; no practice may know it yet.")
@click.option("--name", required=True, help="What owners see.")
def support_add(email: str, name: str) -> None:
    """Make an account for somebody of the support. It opens nothing until an owner allows it."""
    with opened():
        from handover.accounts.support import NotAllowed, add_staff  # after set-up

        try:
            made = add_staff(email, name)
        except NotAllowed as problem:
            raise click.ClickException(str(problem)) from None
    output.print(
        f"{made.email} is of the support. They choose a password at /password/forgotten/, and set"
        " up a second step: without one no workspace opens.",
        markup=False,
    )


@click.command("support-remove")
@click.option("--email", required=True, help="Whom.")
def support_remove(email: str) -> None:
    """Let somebody of the support in nowhere any more, at once."""
    with opened():
        from handover.accounts.support import NotAllowed, remove_staff  # after set-up

        try:
            ended = remove_staff(email)
        except NotAllowed as problem:
            raise click.ClickException(str(problem)) from None
    output.print(f"{email} cannot sign in any more; {ended} grants ended.", markup=False)
