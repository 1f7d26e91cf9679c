"""What the database holds about notes: rows by workspace, final ones that stay as they are."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables
from handover.files.operations import NoteLooseKeys

# Who may overrule the lock, and who may move the link to a final note's author: nobody, as long as
# nothing else says otherwise. The import tool puts its own answers here, for notes that an import
# made and nobody has touched since, and for practitioners whom somebody has reassigned.
LOCKS = """
CREATE FUNCTION handover_may_import_over(note clinical_progressnote) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT false $$;

CREATE FUNCTION handover_may_relink(of_workspace bigint, was bigint, becomes bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;

CREATE FUNCTION handover_lock_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE open_ones text[] := '{pinned_at,archived_at,revision}';
BEGIN
  IF OLD.state <> 'final' OR handover_may_import_over(OLD) THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.practitioner_id IS DISTINCT FROM OLD.practitioner_id
       AND handover_may_relink(OLD.workspace_id, OLD.practitioner_id, NEW.practitioner_id) THEN
      open_ones := open_ones || 'practitioner_id'::text;
    END IF;
    IF to_jsonb(NEW) - open_ones = to_jsonb(OLD) - open_ones THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'progress note % is final: write an addendum instead', OLD.id
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER lock_note BEFORE UPDATE OR DELETE ON clinical_progressnote
  FOR EACH ROW EXECUTE FUNCTION handover_lock_note();

CREATE FUNCTION handover_lock_addendum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.written_at := now();
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'addendum % stays as it is: write another one', OLD.id
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER lock_addendum BEFORE INSERT OR UPDATE OR DELETE ON clinical_noteaddendum
  FOR EACH ROW EXECUTE FUNCTION handover_lock_addendum();
"""


class Migration(migrations.Migration):
    """The triggers bind every role, the tables' owner too: see `handover.core.tenancy`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("clinical", "0003_locks"),
        ("clinical", "0004_form_signatures"),
        ("clinical", "0005_form_signature_contents"),
        ("clinical", "0006_relink"),
        ("clinical", "0007_notes"),
        ("clinical", "0008_pages"),
    ]
    dependencies = [
        ("clinical", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("clients", "0002_row_level_security"),
        ("practice", "0002_row_level_security"),
        ("scheduling", "0002_row_level_security"),
        ("files", "0002_row_level_security"),
    ]

    operations = [
        SecureTables(
            "NoteTemplate",
            "ServiceNoteTemplate",
            "ProgressNote",
            "NoteAddendum",
            "FormTemplate",
            "ClientForm",
            "FormSignature",
        ),
        NoteLooseKeys("FormSignature"),
        migrations.RunSQL(LOCKS, migrations.RunSQL.noop),
    ]
