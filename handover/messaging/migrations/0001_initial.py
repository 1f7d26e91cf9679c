import datetime

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutgoingMessage",
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
                ("to", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True, default="")),
                ("from_name", models.CharField(blank=True, default="", max_length=200)),
                ("reply_to", models.CharField(blank=True, default="", max_length=254)),
                ("about_client", models.BooleanField(db_default=False, default=False)),
                ("key", models.CharField(max_length=120)),
                ("message_id", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "next_attempt_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "held",
                    models.DurationField(
                        db_default=datetime.timedelta(0), default=datetime.timedelta(0)
                    ),
                ),
                ("enclosed", models.TextField(blank=True, db_default="", default="")),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True, default="")),
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
                "ordering": ("pk",),
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("next_attempt_at"),
                        condition=models.Q(("state__in", ("waiting", "sending"))),
                        name="message_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"), models.F("key"), name="one_message_per_key"
                    )
                ],
            },
        ),
    ]
