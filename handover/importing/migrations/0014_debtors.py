from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What moves said of debtors becomes what the practice says: the last one of each counts."""
    to = schema_editor.connection.alias
    said: dict[str, Any] = {"debtors": ""}  # the model of today has no such column
    moves = apps.get_model("importing", "Move").objects.using(to).exclude(**said)
    settings = apps.get_model("billing", "BillingSettings").objects.using(to)
    for workspace, debtors in moves.order_by("pk").values_list("workspace_id", *said):
        settings.update_or_create(workspace_id=workspace, defaults={"debtors": debtors})


def give_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What the practice says is what each of its moves said: nobody is asked again."""
    to = schema_editor.connection.alias
    settings = apps.get_model("billing", "BillingSettings").objects.using(to)
    moves = apps.get_model("importing", "Move").objects.using(to)
    for workspace, debtors in settings.exclude(debtors="").values_list("workspace_id", "debtors"):
        said: dict[str, Any] = {"debtors": debtors}
        moves.filter(workspace_id=workspace).update(**said)


class Migration(migrations.Migration):
    """Where debtors are collected is said once for a practice, and not for each of its moves."""

    dependencies = [("importing", "0013_rest"), ("billing", "0004_debtors_held")]

    operations = [
        migrations.RunPython(keep, give_back),
        migrations.RemoveField(model_name="move", name="debtors"),
    ]
