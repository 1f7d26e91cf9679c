"""A run may say which documents it was begun with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See `handover.importing.attaching`."""

    dependencies = [("importing", "0003_final_notes")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="fingerprint",
            field=models.TextField(blank=True, default=""),
        ),
    ]
