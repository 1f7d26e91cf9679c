"""An index of appointments whose clients are known by attendances alone: groups, above all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0004_speed")]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                fields=["workspace", "practitioner", "id"],
                condition=models.Q(client__isnull=True),
                name="appointment_of_several",
            ),
        ),
    ]
