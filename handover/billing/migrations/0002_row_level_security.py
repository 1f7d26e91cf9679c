"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("billing", "0001_initial"),
        ("practice", "0004_secure_suppliers_stock_and_offerings"),
        ("scheduling", "0002_row_level_security"),
    ]

    operations = [
        SecureTables("Invoice", "InvoiceItem"),
    ]
