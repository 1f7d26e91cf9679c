"""`handover outbox`: the mail of this installation."""

import click
from rich.table import Table

from handover.cli.setting_up import errors, opened, output


@click.command()
@click.option("--workspace", help="Only that of this workspace.")
@click.option("--send", is_flag=True, help="Send what is due now, without waiting for a worker.")
def outbox(workspace: str | None, send: bool) -> None:
    """List the messages that were sent, wait, or could not be sent; newest last."""
    with opened() as environment:
        from handover.importing.runs import find_workspace  # after set-up
        from handover.messaging.delivery import deliver_due
        from handover.messaging.models import OutgoingMessage

        found = OutgoingMessage.objects.using("owner").select_related("workspace").order_by("pk")
        if workspace:
            found = found.filter(workspace=find_workspace(workspace))
        if send:
            deliver_due()
        table = Table("Written", "Workspace", "State", "To", "Subject", "Message", box=None)
        for each in found:
            written = each.created_at.strftime("%Y-%m-%d %H:%M UTC") if each.created_at else ""
            state = each.get_state_display()
            name = each.workspace.name
            told = ("a client", "") if each.about_client else (each.to, each.subject)
            table.add_row(written, name, state, *told, each.last_error)
        output.print(table if table.row_count else "No messages yet.")
        if not environment.mail.host:
            errors.print("HANDOVER_MAIL is not set: messages are kept, and none is sent.")
