"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("messaging", "0003_followups"),
        ("messaging", "0004_asking"),
    ]
    dependencies = [
        ("messaging", "0001_initial"),
        ("accounts", "0002_row_level_security"),
    ]

    operations = [
        SecureTables("OutgoingMessage", linked_to=False, counted=False),
    ]
