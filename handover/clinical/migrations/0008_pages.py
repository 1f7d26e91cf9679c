"""An index for whom a practitioner has written about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinical", "0007_notes")]

    operations = [
        migrations.AddIndex(
            model_name="progressnote",
            index=models.Index(
                models.F("workspace"),
                models.F("practitioner"),
                models.F("client"),
                name="note_own_clients",
            ),
        ),
    ]
