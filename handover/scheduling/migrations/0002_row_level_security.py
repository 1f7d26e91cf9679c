"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("scheduling", "0003_calendar"),
        ("scheduling", "0004_speed"),
        ("scheduling", "0005_pages"),
        ("scheduling", "0006_rest"),
    ]
    dependencies = [
        ("scheduling", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("clients", "0002_row_level_security"),
        ("practice", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "Appointment",
            "Attendance",
            "Availability",
            "AvailabilityInterval",
            "ExtraAvailability",
            "BusyTimeType",
            "BusyTime",
        ),
    ]
