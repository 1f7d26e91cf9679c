"""Bytes may belong to rows of several kinds: a note says of which."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See `handover.files.models.LooseKey`."""

    dependencies = [("files", "0002_row_level_security")]

    operations = [
        migrations.RenameField("loosekey", "file_id", "row_id"),
        migrations.AddField(
            "loosekey",
            "holder",
            models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
