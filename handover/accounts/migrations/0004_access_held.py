"""What the database holds about access: rows by workspace, a log that stays as it was written."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables

LOG = """
CREATE FUNCTION handover_keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.created_at := now();
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'line % of the audit log stays as it is', OLD.id
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER keep_audit BEFORE INSERT OR UPDATE OR DELETE ON accounts_auditentry
  FOR EACH ROW EXECUTE FUNCTION handover_keep_audit();
"""
NO_LOG = "DROP TRIGGER keep_audit ON accounts_auditentry; DROP FUNCTION handover_keep_audit;"

# Counts of attempts to sign in, shared by all processes; as Django's `createcachetable` has it.
COUNTS = """
CREATE TABLE accounts_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
"""


class Migration(migrations.Migration):
    """The trigger binds every role, the tables' owner too."""

    dependencies = [("accounts", "0003_access")]

    operations = [
        SecureTables("Invitation"),
        SecureTables("AuditEntry", linked_to=False, counted=False),
        migrations.RunSQL(LOG, NO_LOG),
        migrations.RunSQL(COUNTS, "DROP TABLE accounts_cache"),
    ]
