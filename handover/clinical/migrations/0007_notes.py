"""Who wrote a note here, and the case that they chose for it."""

import django.db.models.deletion
from django.db import migrations

from handover.core.tenancy import WorkspaceForeignKey
from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_access_held"),
        ("clients", "0002_row_level_security"),
        ("clinical", "0006_relink"),
    ]

    operations = [
        migrations.AddField(
            "ProgressNote",
            "author",
            WorkspaceForeignKey(
                "accounts.User",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                db_constraint=False,
            ),
        ),
        migrations.AddField(
            "ProgressNote",
            "case",
            WorkspaceForeignKey(
                "clients.Case",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                db_constraint=False,
            ),
        ),
        SecureTables("ProgressNote"),
    ]
