"""What the database holds about money: rows by workspace, facts that stay as they were written."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables

FACTS = """
CREATE FUNCTION handover_keep_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'row % of % stays as it is: write one that takes it back', OLD.id, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON billing_credit
  FOR EACH ROW EXECUTE FUNCTION handover_keep_fact();
CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON billing_allocation
  FOR EACH ROW EXECUTE FUNCTION handover_keep_fact();
"""
NO_FACTS = """
DROP TRIGGER keep_fact ON billing_allocation;
DROP TRIGGER keep_fact ON billing_credit;
DROP FUNCTION handover_keep_fact;
"""


class Migration(migrations.Migration):
    """The triggers bind every role, the tables' owner too."""

    dependencies = [("billing", "0003_debtors")]

    operations = [
        SecureTables("BillingSettings", "BalanceFile", "OpeningBalance", "Credit"),
        SecureTables("Allocation", linked_to=False, counted=False),
        SecureTables("CollectedElsewhere", "InvoiceLink", "Invoice", "InvoiceItem"),
        migrations.RunSQL(FACTS, NO_FACTS),
    ]
