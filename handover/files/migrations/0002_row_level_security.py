"""Rows are seen by their own workspace alone; bytes whose row goes are noted, to be deleted."""

from django.db import migrations

from handover.core.tenancy.operations import SecureTables

# Whoever deletes a row, and however: its bytes are on the list before anybody can forget them.
NOTE_LOOSE_KEYS = """
CREATE FUNCTION handover_note_loose_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO files_loosekey (workspace_id, storage_key)
    VALUES (OLD.workspace_id, OLD.storage_key) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER note_loose_key_of_deleted AFTER DELETE ON files_file FOR EACH ROW
  WHEN (OLD.storage_key <> '') EXECUTE FUNCTION handover_note_loose_key();

CREATE TRIGGER note_loose_key_of_changed AFTER UPDATE ON files_file FOR EACH ROW
  WHEN (OLD.storage_key <> '' AND OLD.storage_key <> NEW.storage_key)
  EXECUTE FUNCTION handover_note_loose_key();
"""
BACK = """
DROP TRIGGER note_loose_key_of_changed ON files_file;
DROP TRIGGER note_loose_key_of_deleted ON files_file;
DROP FUNCTION handover_note_loose_key();
"""


class Migration(migrations.Migration):
    """See `handover.core.tenancy` and `handover.files.keeping`."""

    # Those of before the first release; an installation that ran them all is up to date.
    replaces = [
        ("files", "0003_holders"),
        ("files", "0004_files_without_a_client"),
    ]
    dependencies = [
        ("files", "0001_initial"),
        ("accounts", "0002_row_level_security"),
        ("clients", "0002_row_level_security"),
    ]

    operations = [
        SecureTables("File", "CaseFile", "LooseKey"),
        migrations.RunSQL(NOTE_LOOSE_KEYS, BACK),
    ]
