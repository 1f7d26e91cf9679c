"""An index for whose clients somebody's are, and for which appointments they have with them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0003_calendar")]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                models.F("workspace"),
                models.F("practitioner"),
                models.F("client"),
                name="appointment_own_clients",
            ),
        ),
    ]
