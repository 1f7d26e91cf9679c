"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("clients", "0001_initial"),
        ("practice", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "Contact",
            "ContactPhone",
            "Client",
            "ClientPhone",
            "ClientContact",
            "Case",
            "Relationship",
            "MedicalAlert",
            "RecallType",
            "Recall",
            "ReferralType",
            "ReferralSource",
        ),
    ]
