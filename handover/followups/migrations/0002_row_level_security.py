"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("followups", "0003_debts"),
        ("followups", "0004_asking"),
    ]
    dependencies = [
        ("followups", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("billing", "0002_row_level_security"),
        ("clients", "0002_row_level_security"),
    ]

    operations = [
        SecureTables("EmailTemplate", "FollowUpSettings", "FollowUpRule", "OptOut", "FollowUp"),
    ]
