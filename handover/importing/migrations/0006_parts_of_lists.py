"""Lists may be read by parts, and a later run asks for what has changed only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See `handover.importing.engine.lists`."""

    dependencies = [("importing", "0005_jobs")]

    operations = [
        migrations.AddField("importrun", "whole", models.BooleanField(default=False)),
        *(
            migrations.AddField("importrun", name, models.DateTimeField(null=True))
            for name in ("reading_began_at", "since", "calendar_ready_at", "waits_until")
        ),
        *(
            migrations.AddField(
                name, "part", models.CharField(blank=True, default="", max_length=20)
            )
            for name in ("step", "sourcerecord")
        ),
        migrations.AddField("step", "filters", models.JSONField(default=list)),
        migrations.RemoveConstraint("step", "one_step_per_list"),
        migrations.AddConstraint(
            "step",
            models.UniqueConstraint("workspace", "run", "path", "part", name="one_step_per_part"),
        ),
        migrations.CreateModel(
            "Allowance",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("held_until", models.DateTimeField(null=True)),
                ("lowered", models.PositiveIntegerField(default=0, db_default=0)),
                ("lowered_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("free_at", models.DateTimeField()),
                (
                    "allowance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="places",
                        to="importing.allowance",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint("allowance", "number", name="one_place_of_a_number")
                ]
            },
        ),
    ]
