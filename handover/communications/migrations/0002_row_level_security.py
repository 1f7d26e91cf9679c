"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("communications", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("billing", "0002_row_level_security"),
        ("clients", "0002_row_level_security"),
        ("scheduling", "0002_row_level_security"),
    ]

    operations = [
        SecureTables("Communication"),
    ]
