"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("practice", "0003_suppliers_stock_and_offerings"),
        ("practice", "0004_secure_suppliers_stock_and_offerings"),
        ("practice", "0005_settings"),
    ]
    dependencies = [
        ("practice", "0001_initial"),
        ("accounts", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "Tax",
            "BillableItem",
            "Product",
            "ConcessionType",
            "ConcessionPrice",
            "Service",
            "ServiceItem",
            "Location",
            "LocationService",
            "Practitioner",
            "ProviderNumber",
            "ProductSupplier",
            "StockAdjustment",
            "ServiceOffering",
            "OfferingPractitioner",
            "CancellationReason",
        ),
    ]
