import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.money
import handover.core.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_support"),
        ("billing", "0002_row_level_security"),
        ("clients", "0004_clients_search"),
        ("practice", "0005_settings"),
        ("scheduling", "0004_speed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allocation",
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
                ("dated_on", models.DateField()),
                ("amount", handover.core.money.MoneyField(decimal_places=6, max_digits=18)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BalanceFile",
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
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("columns", models.JSONField(default=dict)),
                ("as_at", models.DateField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BillingSettings",
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
                ("prefix", models.CharField(blank=True, default="", max_length=20)),
                ("digits", models.PositiveSmallIntegerField(default=1)),
                ("next_number", models.PositiveBigIntegerField(null=True)),
                ("credit_prefix", models.CharField(blank=True, default="CN", max_length=20)),
                ("next_credit_number", models.PositiveBigIntegerField(default=1)),
                ("due_days", models.PositiveSmallIntegerField(default=14)),
                (
                    "tax_mode",
                    models.CharField(
                        choices=[
                            ("tax_inclusive", "Tax inclusive"),
                            ("tax_exclusive", "Tax exclusive"),
                            ("no_tax", "No tax"),
                        ],
                        default="tax_inclusive",
                        max_length=15,
                    ),
                ),
                ("payment_methods", models.JSONField(default=list)),
                (
                    "information",
                    models.TextField(blank=True, default="", help_text="stands on each invoice"),
                ),
                (
                    "debtors",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not chosen yet"),
                            ("xero_connected", "Xero, and it is connected with Cliniko"),
                            ("xero", "Xero, but it is not connected with Cliniko"),
                            ("here", "No Xero: we collect from here"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "billing settings",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CollectedElsewhere",
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
                ("system", models.CharField(max_length=10)),
                (
                    "reference",
                    models.TextField(blank=True, default="", help_text="what it is there"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Credit",
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
                            ("payment", "Payment"),
                            ("credit_note", "Credit note"),
                            ("account_credit", "Account credit"),
                            ("write_off", "Write-off"),
                            ("refund", "Refund"),
                        ],
                        max_length=15,
                    ),
                ),
                ("number", models.TextField(blank=True, default="", help_text="of credit notes")),
                ("dated_on", models.DateField()),
                ("amount", handover.core.money.MoneyField(decimal_places=6, max_digits=18)),
                ("method", models.TextField(blank=True, default="", help_text="how it was paid")),
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InvoiceLink",
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
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OpeningBalance",
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
                    "line",
                    models.PositiveIntegerField(
                        help_text="of the file, the heading is line 1", null=True
                    ),
                ),
                ("as_at", models.DateField()),
                ("before", handover.core.money.MoneyField(decimal_places=6, max_digits=18)),
                (
                    "amount",
                    handover.core.money.MoneyField(
                        decimal_places=6, help_text="what is still due", max_digits=18
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="invoice",
            name="contact",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="finalised_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="reference",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="appointment",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_items",
                to="scheduling.appointment",
            ),
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="attendance",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_items",
                to="scheduling.attendance",
            ),
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not known"),
                    ("appointment", "Appointment"),
                    ("support_activity", "Support activity"),
                    ("service", "Service"),
                    ("product", "Product"),
                    ("custom", "Custom"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="position",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="service",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practice.service",
            ),
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="tax",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practice.tax",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="calculation_method",
            field=models.CharField(
                choices=[
                    ("legacy", "Legacy"),
                    ("tax_exclusive", "Tax exclusive"),
                    ("tax_inclusive", "Tax inclusive"),
                    ("no_tax", "No tax"),
                    ("unknown", "Not known"),
                ],
                default="unknown",
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="due",
            field=models.CharField(
                choices=[
                    ("nothing", "Nothing is due"),
                    ("not_known_to_source", "Not known to Cliniko's API, which gives no payments"),
                    ("ledger", "As its payments and credits say"),
                ],
                default="not_known_to_source",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("open", "Open"),
                    ("paid", "Paid"),
                    ("closed", "Closed"),
                    ("open_credit", "Open credit"),
                    ("unknown", "Not known"),
                ],
                default="unknown",
                max_length=15,
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                models.F("workspace"), models.F("contact"), name="invoice_by_contact"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(models.F("workspace"), models.F("number"), name="invoice_by_number"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("number"),
                condition=models.Q(("origin", "here"), models.Q(("number", ""), _negated=True)),
                name="invoice_numbered_once",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="invoice",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="made_by",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.user",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="balancefile",
            name="made_by",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.user",
            ),
        ),
        migrations.AddField(
            model_name="balancefile",
            name="undone_by",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.user",
            ),
        ),
        migrations.AddField(
            model_name="balancefile",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="billingsettings",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="collectedelsewhere",
            name="invoice",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="collected_elsewhere",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="collectedelsewhere",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="client",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="contact",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="location",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practice.location",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="made_by",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.user",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="reverses",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversals",
                to="billing.credit",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="credit",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="billing.credit",
            ),
        ),
        migrations.AddField(
            model_name="invoicelink",
            name="invoice",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="invoicelink",
            name="made_by",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.user",
            ),
        ),
        migrations.AddField(
            model_name="invoicelink",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="openingbalance",
            name="file",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="balances",
                to="billing.balancefile",
            ),
        ),
        migrations.AddField(
            model_name="openingbalance",
            name="invoice",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opening_balances",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="openingbalance",
            name="made_by",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.user",
            ),
        ),
        migrations.AddField(
            model_name="openingbalance",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="opening",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="billing.openingbalance",
            ),
        ),
        migrations.AddConstraint(
            model_name="billingsettings",
            constraint=models.UniqueConstraint(models.F("workspace"), name="one_billing_settings"),
        ),
        migrations.AddConstraint(
            model_name="collectedelsewhere",
            constraint=models.UniqueConstraint(
                models.F("workspace"), models.F("invoice"), name="collected_in_one_place"
            ),
        ),
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(
                models.F("workspace"),
                models.F("client"),
                models.F("dated_on"),
                name="credit_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="credit",
            index=models.Index(
                models.F("workspace"),
                models.F("contact"),
                models.F("dated_on"),
                name="credit_by_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("client__isnull", True), ("contact__isnull", True), _connector="XOR"
                ),
                name="credit_has_one_payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.UniqueConstraint(
                models.F("workspace"), models.F("reverses"), name="credit_reversed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="openingbalance",
            index=models.Index(
                models.F("workspace"), models.F("invoice"), name="opening_balance_by_invoice"
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                models.F("workspace"),
                models.F("invoice"),
                models.F("dated_on"),
                name="allocation_by_invoice",
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                models.F("workspace"), models.F("credit"), name="allocation_by_credit"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit__isnull", True), ("opening__isnull", True), _connector="XOR"
                ),
                name="allocation_is_of_one_thing",
            ),
        ),
    ]
