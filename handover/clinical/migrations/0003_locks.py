"""Final notes and addenda stay as they are, held by the database: see docs/decisions/0010."""

from django.db import migrations

# Who may overrule the lock: nobody, as long as nothing else says otherwise. The import tool puts
# its own answer here, for notes that an import made and nobody has touched since.
LOCKS = """
CREATE FUNCTION handover_may_import_over(note clinical_progressnote) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT false $$;

CREATE FUNCTION handover_lock_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'final' OR handover_may_import_over(OLD) THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{pinned_at,archived_at,revision}'::text[]
      = to_jsonb(OLD) - '{pinned_at,archived_at,revision}'::text[] THEN
    RETURN NEW;
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
    """Triggers: they bind every role, the tables' owner too."""

    dependencies = [("clinical", "0002_row_level_security")]

    operations = [migrations.RunSQL(LOCKS, migrations.RunSQL.noop)]
