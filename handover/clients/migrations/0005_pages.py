"""An index of archived clients, who are few among all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_clients_search")]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                fields=["workspace", "id"],
                condition=models.Q(archived_at__isnull=False),
                name="client_archived",
            ),
        ),
    ]
