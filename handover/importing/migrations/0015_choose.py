"""Conflicts may be about one piece of a column, such as one custom field of a client."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("importing", "0014_debtors"),)

    operations = (
        migrations.AlterField(
            model_name="conflict", name="field", field=models.CharField(max_length=160)
        ),
    )
