import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import handover.core.money
import handover.core.tenancy.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BillableItem",
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
                ("code", models.TextField(blank=True, default="")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("service", "Service"),
                            ("product", "Product"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
                (
                    "price",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
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
            name="CancellationReason",
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
                ("code", models.TextField(blank=True, default="")),
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
            name="ConcessionType",
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
            name="ConcessionPrice",
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
                    "price",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "billable_item",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.billableitem",
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
                    "concession_type",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="practice.concessiontype",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Location",
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
                ("display_name", models.TextField(blank=True, default="")),
                ("address_1", models.TextField(blank=True, default="")),
                ("address_2", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("state", models.TextField(blank=True, default="")),
                ("post_code", models.TextField(blank=True, default="")),
                ("country", models.TextField(blank=True, default="")),
                ("country_code", models.CharField(blank=True, default="", max_length=2)),
                ("time_zone", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("website", models.TextField(blank=True, default="")),
                ("contact_information", models.TextField(blank=True, default="")),
                ("additional_information", models.TextField(blank=True, default="")),
                ("invoice_information", models.TextField(blank=True, default="")),
                ("registration_name", models.TextField(blank=True, default="")),
                ("registration_number", models.TextField(blank=True, default="")),
                ("reminders_enabled", models.BooleanField(null=True)),
                ("show_in_online_bookings", models.BooleanField(null=True)),
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
            name="Practitioner",
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
                ("display_name", models.TextField(blank=True, default="")),
                ("profession", models.TextField(blank=True, default="")),
                ("description", models.TextField(blank=True, default="")),
                ("former", models.BooleanField(default=False)),
                ("show_in_online_bookings", models.BooleanField(null=True)),
                (
                    "user",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practitioners",
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
            name="ProductSupplier",
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
            name="Product",
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
                ("code", models.TextField(blank=True, default="")),
                ("serial_number", models.TextField(blank=True, default="")),
                (
                    "price_excluding_tax",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "price_including_tax",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "cost_price",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "stock_level",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                ("supplier_name", models.TextField(blank=True, default="")),
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
                (
                    "supplier",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="practice.productsupplier",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProviderNumber",
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
                ("type", models.TextField(blank=True, default="")),
                ("number", models.TextField(blank=True, default="")),
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
                    "practitioner",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_numbers",
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
            },
        ),
        migrations.CreateModel(
            name="Service",
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
                            ("appointment", "Appointment"),
                            ("support_activity", "Support activity"),
                        ],
                        default="appointment",
                        max_length=20,
                    ),
                ),
                ("name", models.TextField(blank=True, default="")),
                ("category", models.TextField(blank=True, default="")),
                ("description", models.TextField(blank=True, default="")),
                ("duration_minutes", models.PositiveIntegerField(null=True)),
                (
                    "max_clients",
                    models.PositiveIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("colour", models.TextField(blank=True, default="")),
                ("telehealth", models.BooleanField(null=True)),
                ("show_in_online_bookings", models.BooleanField(null=True)),
                ("online_bookings_lead_time_hours", models.PositiveIntegerField(null=True)),
                ("online_payments_enabled", models.BooleanField(null=True)),
                ("online_payments_mode", models.TextField(blank=True, default="")),
                (
                    "deposit_price",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                ("add_deposit_to_account_credit", models.BooleanField(null=True)),
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
        migrations.AddField(
            model_name="practitioner",
            name="default_service",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practice.service",
            ),
        ),
        migrations.CreateModel(
            name="LocationService",
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
                    "location",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="services",
                        to="practice.location",
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
                    "service",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.service",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServiceOffering",
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
                    "location",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offerings",
                        to="practice.location",
                    ),
                ),
                (
                    "service",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offerings",
                        to="practice.service",
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
            name="OfferingPractitioner",
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
                ("position", models.PositiveSmallIntegerField(default=0)),
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
                    "practitioner",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offerings",
                        to="practice.practitioner",
                    ),
                ),
                (
                    "offering",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="practitioners",
                        to="practice.serviceoffering",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StockAdjustment",
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
                            ("stock_purchase", "Stock purchase"),
                            ("returned", "Returned"),
                            ("damaged", "Damaged"),
                            ("out_of_date", "Out of date"),
                            ("item_sold", "Item sold"),
                            ("correction", "Correction"),
                            ("other", "Other"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=15,
                    ),
                ),
                ("source_type", models.TextField(blank=True, default="")),
                (
                    "quantity",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                ("notes", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "adjusted_by",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
                (
                    "product",
                    handover.core.tenancy.models.WorkspaceForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_adjustments",
                        to="practice.product",
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
            name="Tax",
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
                ("rate", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
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
                "verbose_name_plural": "taxes",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="product",
            name="tax",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practice.tax",
            ),
        ),
        migrations.AddField(
            model_name="billableitem",
            name="tax",
            field=handover.core.tenancy.models.WorkspaceForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practice.tax",
            ),
        ),
        migrations.CreateModel(
            name="ServiceItem",
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
                    "quantity",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "discount_percentage",
                    models.DecimalField(decimal_places=6, max_digits=18, null=True),
                ),
                (
                    "discounted_amount",
                    handover.core.money.MoneyField(decimal_places=6, max_digits=18, null=True),
                ),
                ("discount_is_monetary", models.BooleanField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="practice.service",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("billable_item__isnull", True),
                            ("product__isnull", True),
                            _connector="XOR",
                        ),
                        name="service_item_is_one_thing",
                    )
                ],
            },
        ),
    ]
