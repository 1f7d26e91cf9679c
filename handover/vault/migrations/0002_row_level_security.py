"""A workspace's data keys are its own alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("vault", "0001_initial"),
        ("accounts", "0002_row_level_security"),
    ]

    operations = [SecureTables("DataKey", linked_to=False)]
