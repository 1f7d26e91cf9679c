"""What is asked of an import's result on a page, and done by a worker."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.tenancy.models
from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """Errands."""

    dependencies = [
        ("accounts", "0004_access_held"),
        ("importing", "0011_choices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Errand",
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
                            ("retry", "Try failures again"),
                            ("settle", "Settle conflicts"),
                            ("reassign", "Say who or what stands for whom"),
                            ("take_back", "Take a reassignment back"),
                            ("look_ahead", "Say what deleting would do"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asked", models.JSONField(default=dict)),
                ("asked_by", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being done"),
                            ("done", "Done"),
                            ("refused", "Not done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("message", models.TextField(blank=True, default="")),
                ("told", models.JSONField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "run",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errands",
                        to="importing.importrun",
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
                "ordering": ("id",),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["workspace", "run", "-id"], name="errand_by_run"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["id"],
                        name="errand_waiting",
                    ),
                ],
            },
        ),
        SecureTables("Errand", linked_to=False, counted=False),
    ]
