"""From which day to which day weekly hours hold; those that are there hold always."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0005_pages")]

    operations = [
        migrations.AddField("availability", "first_day", models.DateField(null=True)),
        migrations.AddField("availability", "last_day", models.DateField(null=True)),
    ]
