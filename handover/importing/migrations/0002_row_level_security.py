"""What the database holds about imports: rows by workspace, and what an import may write over."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables

# The setting alone opens nothing: the ledger must say that the note is as an import left it.
RULE = """
CREATE OR REPLACE FUNCTION handover_may_import_over(note clinical_progressnote) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF current_setting('app.importing', true) IS DISTINCT FROM 'on' THEN RETURN false; END IF;
  RETURN EXISTS (
    SELECT FROM importing_sourcerecord r
    WHERE r.workspace_id = note.workspace_id AND r.resource = 'treatment_notes'
      AND r.target_id = note.id AND r.made_by_id IS NOT NULL
      AND r.target_revision = note.revision
  );
END $$;
"""

# The setting alone opens nothing: a reassignment must say that this very row stands for the other.
RELINK = """
CREATE OR REPLACE FUNCTION handover_may_relink(of_workspace bigint, was bigint, becomes bigint)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF current_setting('app.reassigning', true) IS DISTINCT FROM 'on' THEN RETURN false; END IF;
  RETURN EXISTS (
    SELECT FROM importing_reassignment r
    WHERE r.workspace_id = of_workspace AND r.kind = 'practice.practitioner'
      AND ((r.from_id = was AND r.to_id = becomes) OR (r.from_id = becomes AND r.to_id = was))
  );
END $$;
"""

# An acceptance is written by the clock of the database, and stays as it is.
LOCK = """
CREATE FUNCTION handover_lock_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.accepted_at := now();
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'acceptance % stays as it is: add another one', OLD.id
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER lock_acceptance BEFORE INSERT OR UPDATE OR DELETE ON importing_acceptance
  FOR EACH ROW EXECUTE FUNCTION handover_lock_acceptance();
"""


class Migration(migrations.Migration):
    """The triggers bind every role, the tables' owner too: see `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("importing", "0003_final_notes"),
        ("importing", "0004_fingerprint"),
        ("importing", "0005_jobs"),
        ("importing", "0006_parts_of_lists"),
        ("importing", "0007_corrections"),
        ("importing", "0008_results"),
        ("importing", "0009_notify"),
        ("importing", "0010_only_rows"),
        ("importing", "0011_choices"),
        ("importing", "0012_errands"),
        ("importing", "0013_rest"),
        ("importing", "0014_debtors"),
        ("importing", "0015_choose"),
    ]
    dependencies = [
        ("importing", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("clinical", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "ImportRun", "Step", "Conflict", "Reassignment", "MovedLinks", "Move", "Choice"
        ),
        SecureTables("SourceRecord", "Acceptance", "Errand", linked_to=False, counted=False),
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
        migrations.RunSQL(RELINK, migrations.RunSQL.noop),
        migrations.RunSQL(LOCK, migrations.RunSQL.noop),
    ]
