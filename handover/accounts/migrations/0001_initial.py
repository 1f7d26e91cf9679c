import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Workspace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("slug", models.SlugField(max_length=100, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=255)),
                ("is_active", models.BooleanField(default=True)),
                ("support_name", models.TextField(blank=True, db_default="", default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="one_account_per_email"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
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
                ("title", models.TextField(blank=True, default="")),
                ("first_name", models.TextField(blank=True, default="")),
                ("last_name", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                (
                    "role",
                    models.CharField(
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
                ("time_zone", models.TextField(blank=True, default="")),
                ("active", models.BooleanField(default=True)),
                ("sign_in_active", models.BooleanField(null=True)),
                ("own_clients_only", models.BooleanField(db_default=False, default=False)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to=settings.AUTH_USER_MODEL,
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
                "ordering": ("last_name", "first_name"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("account"),
                        condition=models.Q(("account__isnull", False)),
                        name="one_user_per_account",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UserPhone",
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
                    "type",
                    models.CharField(
                        choices=[
                            ("mobile", "Mobile"),
                            ("home", "Home"),
                            ("work", "Work"),
                            ("fax", "Fax"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
                ("number", models.TextField()),
                ("normalized_number", models.TextField(blank=True, default="")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phones",
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
                "ordering": ("position",),
                "abstract": False,
            },
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
        migrations.CreateModel(
            name="PracticeDetails",
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
                ("name", models.TextField(blank=True, default="")),
                ("subdomain", models.TextField(blank=True, default="")),
                ("country", models.TextField(blank=True, default="")),
                ("country_code", models.CharField(blank=True, default="", max_length=2)),
                ("currency_symbol", models.TextField(blank=True, default="")),
                ("time_zone", models.TextField(blank=True, default="")),
                ("terminology", models.TextField(blank=True, default="")),
                ("titles", models.JSONField(default=list)),
                ("custom_field_sections", models.JSONField(default=list)),
                ("other_settings", models.JSONField(default=dict)),
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
                "verbose_name_plural": "practice details",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                ("invited_by", models.TextField(blank=True, default="")),
                ("email", models.EmailField(max_length=255)),
                ("nonce", models.CharField(max_length=40)),
                (
                    "sent_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "expires_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
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
                ("user_id", models.BigIntegerField(null=True)),
                ("who", models.TextField(blank=True, default="")),
                (
                    "action",
                    models.CharField(
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
                ("record", models.TextField(blank=True, default="")),
                ("record_id", models.BigIntegerField(null=True)),
                ("client_id", models.BigIntegerField(null=True)),
                ("detail", models.TextField(blank=True, default="")),
                ("address", models.GenericIPAddressField(null=True)),
                ("browser", models.TextField(blank=True, default="")),
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
                "verbose_name_plural": "audit entries",
                "ordering": ("-id",),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["workspace", "-id"], name="audit_by_time"),
                    models.Index(fields=["workspace", "client_id", "-id"], name="audit_by_client"),
                    models.Index(fields=["workspace", "user_id", "-id"], name="audit_by_user"),
                ],
            },
        ),
    ]
