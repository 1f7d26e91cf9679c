"""Reasons for cancelling, as the practice words them; taxes that are no longer in use."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """What Settings may change and no import brings."""

    dependencies = [
        ("accounts", "0005_support"),
        ("practice", "0004_secure_suppliers_stock_and_offerings"),
    ]

    operations = [
        migrations.AddField(
            model_name="tax",
            name="archived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="CancellationReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("name", models.TextField()),
                ("code", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        SecureTables("CancellationReason"),
    ]
