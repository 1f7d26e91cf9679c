"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("followups", "0001_initial"),
        ("billing", "0004_debtors_held"),
        ("messaging", "0003_followups"),
    ]

    operations = [
        SecureTables("EmailTemplate", "FollowUpSettings", "FollowUpRule", "OptOut", "FollowUp"),
    ]
