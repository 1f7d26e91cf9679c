"""Support staff, and who lets them in until when."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.tenancy.models
from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """What support staff do is noted under actions of its own."""

    dependencies = [
        ("accounts", "0004_access_held"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="support_name",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("signed_in", "Signed in"),
                    ("sign_in_failed", "Sign-in failed"),
                    ("signed_out", "Signed out"),
                    ("read", "Read"),
                    ("searched", "Searched"),
                    ("downloaded", "Downloaded"),
                    ("created", "Created"),
                    ("changed", "Changed"),
                    ("deleted", "Deleted"),
                    ("exported", "Exported"),
                    ("imported", "Imported"),
                    ("invited", "Invited"),
                    ("joined", "Joined"),
                    ("role_changed", "Role changed"),
                    ("deactivated", "Deactivated"),
                    ("reactivated", "Reactivated"),
                    ("security_changed", "Sign-in security changed"),
                    ("refused", "Refused"),
                    ("support_allowed", "Support access changed"),
                    ("support", "Support at work"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("owner", "Account owner"),
                    ("practitioner_admin", "Practitioner admin"),
                    ("practitioner", "Practitioner"),
                    ("practice_manager", "Practice manager"),
                    ("receptionist", "Receptionist"),
                    ("accountant", "Accountant"),
                    ("support", "Our support staff"),
                    ("unknown", "Not known yet"),
                ],
                default="unknown",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="SupportGrant",
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
                ("until", models.DateTimeField()),
                ("allowed_by", models.TextField(blank=True, default="")),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.TextField(blank=True, default="")),
                (
                    "user",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="accounts.user",
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
            },
        ),
        SecureTables("SupportGrant"),
    ]
