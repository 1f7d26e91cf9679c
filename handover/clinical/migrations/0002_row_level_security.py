"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("clinical", "0001_initial"),
        ("scheduling", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "NoteTemplate",
            "ServiceNoteTemplate",
            "ProgressNote",
            "NoteAddendum",
            "FormTemplate",
            "ClientForm",
        ),
    ]
