"""A final note may follow its author's record to another row; nothing else of it may change."""

from django.db import migrations

# Who may move the link: nobody, as long as nothing else says otherwise. The import tool puts its
# own answer here, for practitioners whom somebody has reassigned.
LOCKS = """
CREATE FUNCTION handover_may_relink(of_workspace bigint, was bigint, becomes bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;

CREATE OR REPLACE FUNCTION handover_lock_note() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    """See docs/decisions/0010-final-notes.md."""

    dependencies = [("clinical", "0005_form_signature_contents")]

    operations = [migrations.RunSQL(LOCKS, migrations.RunSQL.noop)]
