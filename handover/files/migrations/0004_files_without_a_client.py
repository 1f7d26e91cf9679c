"""A file may wait for somebody to say whose it is."""

import django.db.models.deletion
from django.db import migrations

import handover.core.tenancy.models


class Migration(migrations.Migration):
    """See `handover.importing.attaching`."""

    dependencies = [
        ("clients", "0002_row_level_security"),
        ("files", "0003_holders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="file",
            name="client",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="clients.client",
            ),
        ),
    ]
