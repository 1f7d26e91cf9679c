"""Marks on what is even: from which day on nothing is due of an invoice, nothing left of a credit.

A report over all invoices leaves those out. Only the triggers here write marks, in the transaction
of what they mark; an invoice without one is reckoned, so a mark that is missing costs time alone.
Two who allocate at once wait for each other: the second one's statements see what the first wrote.
Who changes what an invoice charges (`ledger.CHARGED`) replaces handover_settle and runs it anew.
"""

from django.db import migrations

TABLES = """
CREATE TABLE billing_settled (
  workspace_id bigint NOT NULL,
  invoice_id bigint NOT NULL,
  settled_on date NOT NULL,
  PRIMARY KEY (workspace_id, invoice_id),
  FOREIGN KEY (workspace_id, invoice_id)
    REFERENCES billing_invoice (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE billing_spent (
  workspace_id bigint NOT NULL,
  credit_id bigint NOT NULL,
  spent_on date NOT NULL,
  PRIMARY KEY (workspace_id, credit_id),
  FOREIGN KEY (workspace_id, credit_id)
    REFERENCES billing_credit (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE billing_settled ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON billing_settled
  USING (workspace_id = (SELECT handover_workspace()))
  WITH CHECK (workspace_id = (SELECT handover_workspace()));
ALTER TABLE billing_spent ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON billing_spent
  USING (workspace_id = (SELECT handover_workspace()))
  WITH CHECK (workspace_id = (SELECT handover_workspace()));
"""
MARKS = """
CREATE FUNCTION handover_settle(invoices bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM billing_settled WHERE invoice_id = ANY(invoices);
  INSERT INTO billing_settled (workspace_id, invoice_id, settled_on)
  SELECT i.workspace_id, i.id, greatest(i.issued_on, max(a.dated_on), date '0001-01-01')
  FROM billing_invoice i LEFT JOIN billing_allocation a
    ON a.invoice_id = i.id AND (a.credit_id IS NOT NULL OR i.due <> 'nothing')
  WHERE i.id = ANY(invoices)
  GROUP BY i.id
  HAVING coalesce(sum(a.amount), 0) = CASE
    WHEN i.status = 'draft' OR i.archived_at IS NOT NULL OR i.due = 'nothing' THEN 0
    ELSE coalesce(round(i.total_amount, 2), 0) END;
END $$;

CREATE FUNCTION handover_spend(credits bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM billing_spent WHERE credit_id = ANY(credits);
  INSERT INTO billing_spent (workspace_id, credit_id, spent_on)
  SELECT c.workspace_id, c.id, greatest(c.dated_on, max(a.dated_on))
  FROM billing_credit c JOIN billing_allocation a ON a.credit_id = c.id
  WHERE c.id = ANY(credits)
  GROUP BY c.id
  HAVING sum(a.amount) = c.amount;
END $$;

CREATE FUNCTION handover_mark_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  credits bigint[] := ARRAY(SELECT DISTINCT credit_id FROM written WHERE credit_id IS NOT NULL);
  invoices bigint[] := ARRAY(SELECT DISTINCT invoice_id FROM written);
BEGIN
  PERFORM FROM billing_credit WHERE id = ANY(credits) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM billing_invoice WHERE id = ANY(invoices) ORDER BY id FOR NO KEY UPDATE;
  PERFORM handover_spend(credits);
  PERFORM handover_settle(invoices);
  RETURN NULL;
END $$;

CREATE FUNCTION handover_mark_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM handover_settle(ARRAY(SELECT id FROM written));
  RETURN NULL;
END $$;

CREATE FUNCTION handover_mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoices bigint[] := ARRAY(
    SELECT n.id FROM written n JOIN before o ON o.id = n.id
    WHERE (n.status = 'draft', n.archived_at IS NULL, n.due, n.issued_on, n.total_amount)
      IS DISTINCT FROM (o.status = 'draft', o.archived_at IS NULL, o.due, o.issued_on,
        o.total_amount));
BEGIN
  IF cardinality(invoices) > 0 THEN PERFORM handover_settle(invoices); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER mark_allocated AFTER INSERT ON billing_allocation
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION handover_mark_allocated();
CREATE TRIGGER mark_written AFTER INSERT ON billing_invoice
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION handover_mark_written();
CREATE TRIGGER mark_changed AFTER UPDATE ON billing_invoice
  REFERENCING OLD TABLE AS before NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION handover_mark_changed();
"""
UNMARKED = """
DROP TRIGGER mark_changed ON billing_invoice;
DROP TRIGGER mark_written ON billing_invoice;
DROP TRIGGER mark_allocated ON billing_allocation;
DROP FUNCTION handover_mark_changed;
DROP FUNCTION handover_mark_written;
DROP FUNCTION handover_mark_allocated;
DROP FUNCTION handover_spend;
DROP FUNCTION handover_settle;
"""


class Migration(migrations.Migration):
    """Tables that nobody but the database keeps, as it keeps an index: they have no model."""

    replaces = [("billing", "0009_settled")]  # of before the first release
    dependencies = [("billing", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE billing_spent; DROP TABLE billing_settled;"),
        migrations.RunSQL(MARKS, UNMARKED),
    ]
