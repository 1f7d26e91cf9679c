"""An import may write over, or take back, the final notes that it made and nobody touched since."""

from django.db import migrations

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


class Migration(migrations.Migration):
    """See docs/decisions/0010-final-notes.md."""

    dependencies = [
        ("importing", "0002_row_level_security"),
        ("clinical", "0003_locks"),
    ]

    operations = [migrations.RunSQL(RULE, migrations.RunSQL.noop)]
