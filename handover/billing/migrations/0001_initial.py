import datetime

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.money
import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("clients", "0001_initial"),
        ("practice", "0001_initial"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
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
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "undone_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="clients.contact",
                    ),
                ),
                (
                    "location",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.location",
                    ),
                ),
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "reverses",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="billing.credit",
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
                        models.F("dated_on"),
                        name="credit_by_client",
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("contact"),
                        models.F("dated_on"),
                        name="credit_by_contact",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("client__isnull", True), ("contact__isnull", True), _connector="XOR"
                        ),
                        name="credit_has_one_payer",
                    ),
                    models.UniqueConstraint(
                        models.F("workspace"), models.F("reverses"), name="credit_reversed_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
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
                    "origin",
                    models.CharField(
                        choices=[("here", "Made here"), ("imported", "Imported")],
                        default="here",
                        max_length=10,
                    ),
                ),
                ("number", models.TextField(blank=True, default="")),
                ("reference", models.TextField(blank=True, default="")),
                ("issued_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("finalised_at", models.DateTimeField(null=True)),
                (
                    "recipient",
                    models.TextField(
                        blank=True, default="", help_text="as it stood on the invoice"
                    ),
                ),
                ("extra_information", models.TextField(blank=True, default="")),
                ("notes", models.TextField(blank=True, default="")),
                (
                    "status",
                    models.CharField(
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
                ("source_status", models.TextField(blank=True, default="")),
                (
                    "due",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing is due"),
                            (
                                "not_known_to_source",
                                "Not known to Cliniko's API, which gives no payments",
                            ),
                            ("ledger", "As its payments and credits say"),
                        ],
                        default="not_known_to_source",
                        max_length=20,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "net_amount",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "tax_amount",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "total_amount",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "discounted_amount",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "calculation_method",
                    models.CharField(
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
                ("source_signature_id", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "attendance",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="scheduling.attendance",
                    ),
                ),
                (
                    "client",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="clients.contact",
                    ),
                ),
                (
                    "location",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="practice.location",
                    ),
                ),
                (
                    "original_invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="billing.invoice",
                    ),
                ),
                (
                    "practitioner",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="practice.practitioner",
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
                        models.F("issued_on"),
                        name="invoice_by_client",
                    ),
                    models.Index(
                        models.F("workspace"), models.F("status"), name="invoice_by_status"
                    ),
                    models.Index(
                        models.F("workspace"), models.F("contact"), name="invoice_by_contact"
                    ),
                    models.Index(
                        models.F("workspace"), models.F("number"), name="invoice_by_number"
                    ),
                    models.Index(
                        models.F("workspace"),
                        django.db.models.functions.comparison.Coalesce(
                            "issued_on", models.Value(datetime.date(1900, 1, 1))
                        ),
                        models.F("id"),
                        name="invoice_by_day",
                    ),
                    models.Index(
                        models.F("workspace"),
                        models.F("issued_on"),
                        condition=models.Q(("client__isnull", True), ("contact__isnull", True)),
                        name="invoice_of_nobody",
                    ),
                    models.Index(
                        models.F("workspace"), models.F("due_on"), name="invoice_by_due_day"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("number"),
                        condition=models.Q(
                            ("origin", "here"), models.Q(("number", ""), _negated=True)
                        ),
                        name="invoice_numbered_once",
                    )
                ],
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
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collected_elsewhere",
                        to="billing.invoice",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"), models.F("invoice"), name="collected_in_one_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceItem",
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
                ("position", models.PositiveIntegerField(null=True)),
                ("name", models.TextField(blank=True, default="")),
                ("code", models.TextField(blank=True, default="")),
                (
                    "unit_price",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "quantity",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "discount_percentage",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "discounted_amount",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                ("discount_is_monetary", models.BooleanField(null=True)),
                (
                    "net_price",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                ("tax_name", models.TextField(blank=True, default="")),
                (
                    "tax_rate",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "tax_amount",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                (
                    "total_including_tax",
                    handover.core.money.IssuedAmount(decimal_places=12, max_digits=24, null=True),
                ),
                ("concession_type_name", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "attendance",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="scheduling.attendance",
                    ),
                ),
                (
                    "billable_item",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.billableitem",
                    ),
                ),
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="billing.invoice",
                    ),
                ),
                (
                    "product",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.product",
                    ),
                ),
                (
                    "service",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.service",
                    ),
                ),
                (
                    "tax",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.tax",
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
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="billing.invoice",
                    ),
                ),
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
            name="NotToInvoice",
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
                    "attendance",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="not_to_invoice",
                        to="scheduling.attendance",
                    ),
                ),
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "verbose_name_plural": "not to invoice",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"), models.F("attendance"), name="not_to_invoice_once"
                    )
                ],
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
                (
                    "file",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="billing.balancefile",
                    ),
                ),
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opening_balances",
                        to="billing.invoice",
                    ),
                ),
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("invoice"),
                        name="opening_balance_by_invoice",
                    )
                ],
            },
        ),
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
                (
                    "made_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                (
                    "credit",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.credit",
                    ),
                ),
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.invoice",
                    ),
                ),
                (
                    "opening",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.openingbalance",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("invoice"),
                        models.F("dated_on"),
                        name="allocation_by_invoice",
                    ),
                    models.Index(
                        models.F("workspace"), models.F("credit"), name="allocation_by_credit"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credit__isnull", True), ("opening__isnull", True), _connector="XOR"
                        ),
                        name="allocation_is_of_one_thing",
                    )
                ],
            },
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
                "verbose_name_plural": "billing settings",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("workspace"), name="one_billing_settings")
                ],
            },
        ),
    ]
