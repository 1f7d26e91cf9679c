import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.money
import handover.core.tenancy.models
import handover.xero.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0001_initial"),
        ("clients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="XeroAllowance",
            fields=[
                ("tenant_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("held_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="XeroCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tenant_id", models.CharField(max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("tenant_id"), models.F("begun_at"), name="xero_call_by_tenant"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="XeroPush",
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
                        choices=[("api", "By the connection"), ("csv", "As a file")],
                        default="api",
                        max_length=5,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting for its turn"),
                            ("working", "Being sent"),
                            ("attention", "Needs attention"),
                            ("done", "Done"),
                            ("stopped", "Stopped"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("message", models.TextField(blank=True, default="")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("waits_until", models.DateTimeField(null=True)),
                ("tenant_id", models.CharField(blank=True, default="", max_length=64)),
                ("tenant_name", models.TextField(blank=True, default="")),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Drafts, which somebody approves in Xero"),
                            ("AUTHORISED", "Approved, awaiting payment"),
                        ],
                        default="DRAFT",
                        max_length=12,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("balance", "Only what is still due"),
                            ("full", "The full invoice, and a payment to a clearing account"),
                        ],
                        default="balance",
                        max_length=8,
                    ),
                ),
                ("account_code", models.TextField(blank=True, default="")),
                ("clearing_code", models.TextField(blank=True, default="")),
                ("taxes", models.JSONField(default=dict)),
                ("tax_rates", models.JSONField(default=list)),
                ("as_at", models.DateField()),
                ("expected_count", models.PositiveIntegerField()),
                ("expected_total", handover.core.money.MoneyField(decimal_places=6, max_digits=18)),
                ("xero_count", models.PositiveIntegerField(null=True)),
                (
                    "xero_total",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                ("agrees", models.BooleanField(null=True)),
                ("asked_by", models.TextField(blank=True, default="")),
                ("finished_at", models.DateTimeField(null=True)),
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
                "verbose_name_plural": "xero pushes",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        condition=models.Q(("state__in", ("queued", "working", "attention"))),
                        name="one_xero_push_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="XeroInvoice",
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
                ("tenant_id", models.CharField(blank=True, default="", max_length=64)),
                ("number", models.TextField(blank=True, default="")),
                ("mark", models.CharField(default=handover.xero.models.new_mark, max_length=12)),
                ("amount", handover.core.money.MoneyField(decimal_places=6, max_digits=18)),
                (
                    "paid",
                    handover.core.money.MoneyField(decimal_places=6, default=0, max_digits=18),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "On its way"),
                            ("invoiced", "In Xero, its payment is to come"),
                            ("paying", "In Xero, its payment is on its way"),
                            ("sent", "Sent"),
                            ("unpaid", "In Xero, but its payment was refused"),
                            ("there", "Its number is in Xero already"),
                            ("refused", "Refused"),
                            ("left_out", "Nothing is due any more"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("message", models.TextField(blank=True, default="")),
                ("checked", models.BooleanField(default=False)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("xero_id", models.CharField(blank=True, default="", max_length=64)),
                (
                    "due_there",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "invoice",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_xero",
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
                (
                    "push",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="xero.xeropush",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"),
                        models.F("push"),
                        models.F("state"),
                        name="xero_invoice_by_push",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("workspace"),
                        models.F("tenant_id"),
                        models.F("invoice"),
                        name="sent_to_xero_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="XeroConnection",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("none", "Not connected"),
                            ("asked", "Waiting for the consent at Xero"),
                            ("exchanging", "Being connected"),
                            ("choosing", "An organisation has to be chosen"),
                            ("connected", "Connected"),
                            ("lost", "The consent is gone: connect again"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("message", models.TextField(blank=True, default="")),
                ("redirect_uri", models.TextField(blank=True, default="")),
                ("sealed_verifier", models.TextField(blank=True, default="")),
                ("sealed_code", models.TextField(blank=True, default="")),
                ("sealed_access", models.TextField(blank=True, default="")),
                ("sealed_refresh", models.TextField(blank=True, default="")),
                ("access_until", models.DateTimeField(null=True)),
                ("organisations", models.JSONField(default=list)),
                ("tenant_id", models.CharField(blank=True, default="", max_length=64)),
                ("tenant_name", models.TextField(blank=True, default="")),
                ("connection_id", models.CharField(blank=True, default="", max_length=64)),
                ("accounts", models.JSONField(default=list)),
                ("tax_rates", models.JSONField(default=list)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("locked_until", models.DateField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("account_code", models.TextField(blank=True, default="")),
                ("clearing_code", models.TextField(blank=True, default="")),
                ("taxes", models.JSONField(default=dict)),
                ("probe", models.JSONField(null=True)),
                (
                    "asked_by",
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
                "constraints": [
                    models.UniqueConstraint(models.F("workspace"), name="one_xero_connection")
                ],
            },
        ),
        migrations.CreateModel(
            name="XeroContact",
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
                ("tenant_id", models.CharField(max_length=64)),
                ("xero_id", models.CharField(max_length=64)),
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
                    "contact",
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
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.F("workspace"), models.F("tenant_id"), name="xero_contact_by_tenant"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("client__isnull", True), ("contact__isnull", True), _connector="XOR"
                        ),
                        name="xero_contact_has_one_payer",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="XeroErrand",
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
                            ("exchange", "Connect"),
                            ("read", "Read accounts and tax rates"),
                            ("probe", "Look for numbers that are there"),
                            ("disconnect", "Disconnect"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("message", models.TextField(blank=True, default="")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("asked_by", models.TextField(blank=True, default="")),
                ("finished_at", models.DateTimeField(null=True)),
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
                        models.F("id"),
                        condition=models.Q(("state", "waiting")),
                        name="xero_errand_waiting",
                    )
                ],
            },
        ),
    ]
