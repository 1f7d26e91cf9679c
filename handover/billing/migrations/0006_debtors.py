import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.tenancy.models
from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_support"), ("billing", "0005_invoices")]

    operations = [
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                models.F("workspace"),
                models.F("issued_on"),
                condition=models.Q(("client__isnull", True), ("contact__isnull", True)),
                name="invoice_of_nobody",
            ),
        ),
        migrations.CreateModel(
            name="OpeningCredit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("line", models.PositiveIntegerField(help_text="of the file")),
                (
                    "credit",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.credit",
                    ),
                ),
                (
                    "file",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="billing.balancefile",
                    ),
                ),
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
        SecureTables("OpeningCredit"),
    ]
