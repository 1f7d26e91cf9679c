import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import handover.core.money
import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("practice", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Client",
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
                ("middle_name", models.TextField(blank=True, default="")),
                ("last_name", models.TextField(blank=True, default="")),
                ("preferred_name", models.TextField(blank=True, default="")),
                ("pronouns", models.JSONField(null=True)),
                ("sex", models.TextField(blank=True, default="")),
                ("gender_identity", models.TextField(blank=True, default="")),
                ("birth_date", models.DateField(null=True)),
                ("occupation", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("address_1", models.TextField(blank=True, default="")),
                ("address_2", models.TextField(blank=True, default="")),
                ("address_3", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("state", models.TextField(blank=True, default="")),
                ("post_code", models.TextField(blank=True, default="")),
                ("country", models.TextField(blank=True, default="")),
                ("country_code", models.CharField(blank=True, default="", max_length=2)),
                ("time_zone", models.TextField(blank=True, default="")),
                ("emergency_contact", models.TextField(blank=True, default="")),
                ("privacy_policy_accepted", models.BooleanField(null=True)),
                ("email_marketing_accepted", models.BooleanField(null=True)),
                ("sms_marketing_accepted", models.BooleanField(null=True)),
                ("receives_confirmation_emails", models.BooleanField(null=True)),
                ("receives_cancellation_emails", models.BooleanField(null=True)),
                (
                    "reminder_preference",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("sms", "SMS"),
                            ("email", "Email"),
                            ("sms_and_email", "SMS & Email"),
                            ("", "Not set"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("medicare_number", models.TextField(blank=True, default="")),
                ("medicare_reference_number", models.TextField(blank=True, default="")),
                ("dva_number", models.TextField(blank=True, default="")),
                ("health_fund_name", models.TextField(blank=True, default="")),
                ("health_fund_member_number", models.TextField(blank=True, default="")),
                ("health_fund_reference_number", models.TextField(blank=True, default="")),
                ("ndis_number", models.TextField(blank=True, default="")),
                ("ndis_fund_management", models.TextField(blank=True, default="")),
                ("ndis_plan_start", models.DateField(null=True)),
                ("ndis_plan_end", models.DateField(null=True)),
                ("invoice_recipient", models.TextField(blank=True, default="")),
                ("invoice_email", models.TextField(blank=True, default="")),
                ("invoice_extra_information", models.TextField(blank=True, default="")),
                ("notes", models.TextField(blank=True, default="")),
                ("alerts", models.TextField(blank=True, default="")),
                ("medications_and_allergies", models.TextField(blank=True, default="")),
                ("diagnosis", models.TextField(blank=True, default="")),
                ("referral_source_text", models.TextField(blank=True, default="")),
                ("custom_fields", models.JSONField(null=True)),
                ("old_reference_id", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                ("merged_at", models.DateTimeField(null=True)),
                (
                    "concession_type",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.concessiontype",
                    ),
                ),
                (
                    "merged_into",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
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
                        django.db.models.functions.text.Lower(
                            django.db.models.functions.text.Left("last_name", 100)
                        ),
                        django.db.models.functions.text.Lower(
                            django.db.models.functions.text.Left("first_name", 100)
                        ),
                        name="client_name",
                    ),
                    models.Index(
                        models.F("workspace"), models.F("birth_date"), name="client_birth_date"
                    ),
                    models.Index(
                        condition=models.Q(("archived_at__isnull", False)),
                        fields=["workspace", "id"],
                        name="client_archived",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientPhone",
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
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phones",
                        to="clients.client",
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
            name="Contact",
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
                            ("standard", "Standard"),
                            ("doctor", "Doctor"),
                            ("third_party_payer", "3rd party payer"),
                        ],
                        default="standard",
                        max_length=20,
                    ),
                ),
                (
                    "doctor_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("general_practitioner", "General practitioner"),
                            ("specialist", "Specialist"),
                            ("", "Not known"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("title", models.TextField(blank=True, default="")),
                ("first_name", models.TextField(blank=True, default="")),
                ("last_name", models.TextField(blank=True, default="")),
                ("preferred_name", models.TextField(blank=True, default="")),
                ("company_name", models.TextField(blank=True, default="")),
                ("occupation", models.TextField(blank=True, default="")),
                ("provider_number", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("address_1", models.TextField(blank=True, default="")),
                ("address_2", models.TextField(blank=True, default="")),
                ("address_3", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("state", models.TextField(blank=True, default="")),
                ("post_code", models.TextField(blank=True, default="")),
                ("country", models.TextField(blank=True, default="")),
                ("country_code", models.CharField(blank=True, default="", max_length=2)),
                ("notes", models.TextField(blank=True, default="")),
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientContact",
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
                ("notes", models.TextField(blank=True, default="")),
                ("receives_appointments", models.BooleanField(default=False)),
                ("receives_invoices", models.BooleanField(default=False)),
                ("receives_notes", models.BooleanField(default=False)),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="clients.client",
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
                (
                    "contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to="clients.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="client",
            name="referring_doctor",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="send_invoices_to",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.contact",
            ),
        ),
        migrations.CreateModel(
            name="Case",
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
                ("issued_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("referral", models.BooleanField(null=True)),
                ("referral_type", models.TextField(blank=True, default="")),
                ("notes", models.TextField(blank=True, default="")),
                ("max_sessions", models.PositiveIntegerField(null=True)),
                (
                    "max_invoiceable_amount",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                ("include_cancelled", models.BooleanField(null=True)),
                ("include_did_not_arrive", models.BooleanField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
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
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="clients.client",
                    ),
                ),
                (
                    "referrer",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactPhone",
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
                    "contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phones",
                        to="clients.contact",
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
            name="MedicalAlert",
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
                ("name", models.TextField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medical_alerts",
                        to="clients.client",
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
            name="RecallType",
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
                ("details", models.JSONField(default=dict)),
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Recall",
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
                ("recall_on", models.DateField(null=True)),
                ("recalled_at", models.DateTimeField(null=True)),
                ("notes", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalls",
                        to="clients.client",
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
                (
                    "type",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.recalltype",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReferralType",
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
                (
                    "referrer",
                    models.CharField(
                        blank=True,
                        choices=[("client", "Client"), ("contact", "Contact"), ("", "Nobody")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("subcategories", models.JSONField(default=list)),
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReferralSource",
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
                ("subcategory", models.TextField(blank=True, default="")),
                ("notes", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referral_sources",
                        to="clients.client",
                    ),
                ),
                (
                    "referring_client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "referring_contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
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
                (
                    "type",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.referraltype",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Relationship",
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
                    "relation",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("sibling", "Sibling"),
                            ("spouse", "Spouse"),
                            ("partner", "Partner"),
                            ("relative", "Relative"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relationships",
                        to="clients.client",
                    ),
                ),
                (
                    "related_client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
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
            name="SearchKey",
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
                    "thing",
                    models.CharField(
                        choices=[("client", "Client"), ("contact", "Contact")],
                        default="client",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "A word of a name, without accents, in small letters"),
                            ("phone", "A phone number, without country and leading noughts"),
                            ("phone_end", "A phone number backwards"),
                            ("email", "An e-mail address"),
                            ("reference", "A number of the system before"),
                            ("sort", "Last name, then first: one for each row"),
                        ],
                        default="name",
                        max_length=10,
                    ),
                ),
                ("key", models.TextField(db_collation="C")),
                ("row_id", models.BigIntegerField()),
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
                        models.F("thing"),
                        models.F("kind"),
                        models.F("key"),
                        models.F("row_id"),
                        name="search_by_key",
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("thing"),
                        models.F("kind"),
                        models.F("row_id"),
                        name="search_by_row",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
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
                ("name", models.TextField()),
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientTag",
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
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="clients.client",
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
                (
                    "tag",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to="clients.tag",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("client"),
                        models.F("tag"),
                        name="one_tag_once",
                    )
                ],
            },
        ),
    ]
