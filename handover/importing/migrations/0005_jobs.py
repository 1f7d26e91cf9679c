"""Whose a run is, what is asked of it, and whether workers look after it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See `handover.importing.engine.lease` and `handover.importing.jobs`."""

    dependencies = [("importing", "0004_fingerprint")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="beat_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="epoch",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importrun",
            name="in_background",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importrun",
            name="wish",
            field=models.CharField(
                blank=True,
                choices=[("", "Nothing"), ("pause", "Pause"), ("cancel", "Cancel")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("fetching", "Fetching"),
                    ("loading", "Loading"),
                    ("files", "Files"),
                    ("rehearsed", "Rehearsed"),
                    ("paused", "Paused"),
                    ("done", "Done"),
                    ("partly_done", "Partly done"),
                    ("needs_attention", "Needs attention"),
                    ("cancelled", "Cancelled"),
                    ("failed", "Failed"),
                    ("deleting", "Deleting"),
                    ("deleted", "Deleted"),
                ],
                default="queued",
                max_length=20,
            ),
        ),
    ]
