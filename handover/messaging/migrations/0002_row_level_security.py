"""A workspace's messages are its own alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("messaging", "0001_initial"),
        ("accounts", "0002_row_level_security"),
    ]

    operations = [SecureTables("OutgoingMessage", linked_to=False, counted=False)]
