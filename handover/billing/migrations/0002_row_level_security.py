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

# What may change of an invoice once it is finalised: where it stands. A draft it becomes again only while
# nothing was paid or credited on it and nobody was given it. What an import brought is its own.
LOCKS = """
CREATE FUNCTION handover_lock_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := '{status,finalised_at,closed_at,revision}';
BEGIN
  IF OLD.origin <> 'here' OR OLD.finalised_at IS NULL THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - free = to_jsonb(OLD) - free AND (
    NEW.status <> 'draft' AND NEW.finalised_at = OLD.finalised_at
    OR NEW.status = 'draft' AND NEW.finalised_at IS NULL AND NOT (
      EXISTS (SELECT FROM billing_allocation a WHERE a.workspace_id = OLD.workspace_id
        AND a.invoice_id = OLD.id)
      OR EXISTS (SELECT FROM billing_invoicelink l WHERE l.workspace_id = OLD.workspace_id
        AND l.invoice_id = OLD.id)
      OR EXISTS (SELECT FROM billing_collectedelsewhere c WHERE c.workspace_id = OLD.workspace_id
        AND c.invoice_id = OLD.id)
    )
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'invoice % is final: write a credit note instead', OLD.id
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER lock_invoice BEFORE UPDATE OR DELETE ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION handover_lock_invoice();

CREATE FUNCTION handover_lock_invoice_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND EXISTS (SELECT FROM billing_invoice i WHERE i.id = OLD.invoice_id
      AND i.origin = 'here' AND i.finalised_at IS NOT NULL)
    OR TG_OP <> 'DELETE' AND EXISTS (SELECT FROM billing_invoice i WHERE i.id = NEW.invoice_id
      AND i.origin = 'here' AND i.finalised_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a line of a final invoice stays as it is: write a credit note instead'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER lock_invoice_item BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceitem
  FOR EACH ROW EXECUTE FUNCTION handover_lock_invoice_item();
"""

NO_LOCKS = """
DROP TRIGGER lock_invoice_item ON billing_invoiceitem;
DROP FUNCTION handover_lock_invoice_item;
DROP TRIGGER lock_invoice ON billing_invoice;
DROP FUNCTION handover_lock_invoice;
"""


class Migration(migrations.Migration):
    """The triggers bind every role, the tables' owner too: see `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("billing", "0003_debtors"),
        ("billing", "0004_debtors_held"),
        ("billing", "0005_invoices"),
        ("billing", "0006_debtors"),
        ("billing", "0007_followups"),
        ("billing", "0008_charges"),
    ]
    dependencies = [
        ("billing", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("clients", "0002_row_level_security"),
        ("practice", "0002_row_level_security"),
        ("scheduling", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "BillingSettings",
            "BalanceFile",
            "OpeningBalance",
            "Credit",
            "CollectedElsewhere",
            "InvoiceLink",
            "Invoice",
            "InvoiceItem",
            "OpeningCredit",
            "NotToInvoice",
        ),
        SecureTables("Allocation", linked_to=False, counted=False),
        migrations.RunSQL(FACTS, NO_FACTS),
        migrations.RunSQL(LOCKS, NO_LOCKS),
    ]
