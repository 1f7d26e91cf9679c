from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: How people wrote down, in a field of any text, that a client wants no reminders of invoices.
NO = r"^\s*(no|off|never|do not|don)"


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave those alone of whom it was written down."""
    to = schema_editor.connection.alias
    clients = apps.get_model("clients", "Client").objects.using(to)
    opted_out = apps.get_model("followups", "OptOut").objects.using(to)
    no: dict[str, Any] = {"invoice_reminder_preference__iregex": NO}  # no column of today's model
    said = clients.filter(**no).order_by("pk")
    for workspace, client in said.values_list("workspace_id", "pk"):
        opted_out.get_or_create(workspace_id=workspace, client_id=client)


class Migration(migrations.Migration):
    """What was written about reminders of invoices becomes what follow-ups go by."""

    dependencies = [
        ("followups", "0002_row_level_security"),
        ("clients", "0004_clients_search"),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
