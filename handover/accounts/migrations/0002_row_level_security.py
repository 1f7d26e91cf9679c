"""Rows are seen and written by their own workspace alone, held by the database."""

from django.db import migrations

from handover.core.tenancy.operations import FUNCTIONS, SecureTables


class Migration(migrations.Migration):
    """See `handover.core.tenancy`."""

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_workspace ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY own_workspace ON accounts_workspace"
            " USING (id = (SELECT handover_workspace()))",
            "ALTER TABLE accounts_workspace DISABLE ROW LEVEL SECURITY;",
        ),
        SecureTables(
            "User",
            "UserPhone",
            "PracticeDetails",
        ),
    ]
