"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("practice", "0003_suppliers_stock_and_offerings"),
    ]

    operations = [
        SecureTables(
            "ProductSupplier",
            "Product",
            "StockAdjustment",
            "ServiceOffering",
            "OfferingPractitioner",
        ),
    ]
