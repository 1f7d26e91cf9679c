"""What the database holds about access: rows by workspace, a log that stays as it was written."""

from django.db import migrations

from handover.core.tenancy.operations import FUNCTIONS, SecureTables

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

# A workspace itself: nobody acts in another one, and none is made or changed but by the owner.
WORKSPACES = """
ALTER TABLE accounts_workspace ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON accounts_workspace USING (id = (SELECT handover_workspace()));
"""


class Migration(migrations.Migration):
    """The triggers bind every role, the tables' owner too: see `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("accounts", "0003_access"),
        ("accounts", "0004_access_held"),
        ("accounts", "0005_support"),
    ]
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(WORKSPACES, "ALTER TABLE accounts_workspace DISABLE ROW LEVEL SECURITY"),
        SecureTables("User", "UserPhone", "PracticeDetails", "Invitation", "SupportGrant"),
        SecureTables("AuditEntry", linked_to=False, counted=False),
        migrations.RunSQL(LOG, NO_LOG),
        migrations.RunSQL(COUNTS, "DROP TABLE accounts_cache"),
    ]
