import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0001_initial"),
        ("clients", "0001_initial"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Communication",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("sms", "SMS"),
                            ("memo", "Memo"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("sms", "SMS"),
                            ("phone_call", "Phone call"),
                            ("other", "Other"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("received", "Received"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("category", models.TextField(blank=True, default="")),
                ("category_code", models.PositiveIntegerField(null=True)),
                ("subject", models.TextField(blank=True, default="")),
                ("content", models.TextField(blank=True, default="")),
                (
                    "content_format",
                    models.CharField(
                        choices=[
                            ("text", "Plain text"),
                            ("html", "Formatted, cleaned of everything that could run"),
                        ],
                        default="text",
                        max_length=4,
                    ),
                ),
                ("sender", models.TextField(blank=True, default="")),
                ("recipient", models.TextField(blank=True, default="")),
                (
                    "delivery",
                    models.CharField(
                        choices=[("not_known", "Not known: the source does not say")],
                        default="not_known",
                        max_length=10,
                    ),
                ),
                ("confidential", models.BooleanField(null=True)),
                ("source_letter_id", models.TextField(blank=True, default="")),
                ("source_payment_id", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "attendance",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.attendance",
                    ),
                ),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.invoice",
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
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("client"),
                        models.F("created_at"),
                        name="communication_by_client",
                    )
                ],
            },
        ),
    ]
