"""The ledger's index of rows leaves out records that have none: each is written once less."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("importing", "0009_notify")]

    operations = [
        migrations.RemoveIndex(model_name="sourcerecord", name="record_by_target"),
        migrations.AddIndex(
            model_name="sourcerecord",
            index=models.Index(
                *("workspace", "resource", "target_id"),
                name="record_by_target",
                condition=models.Q(target_id__isnull=False),
            ),
        ),
    ]
