from django.db import migrations


class Migration(migrations.Migration):
    """Who is not to be reminded of invoices is said in one place: `followups.OptOut`."""

    dependencies = [("clients", "0005_pages"), ("followups", "0003_debts")]

    operations = [migrations.RemoveField("client", "invoice_reminder_preference")]
