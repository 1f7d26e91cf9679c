"""The migration step after which no row of a table can leave its bytes behind unnoticed."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

TRIGGERS = """
CREATE OR REPLACE TRIGGER note_loose_key_of_deleted AFTER DELETE ON "{table}" FOR EACH ROW
  WHEN (OLD.storage_key <> '') EXECUTE FUNCTION handover_note_loose_key();

CREATE OR REPLACE TRIGGER note_loose_key_of_changed AFTER UPDATE ON "{table}" FOR EACH ROW
  WHEN (OLD.storage_key <> '' AND OLD.storage_key <> NEW.storage_key)
  EXECUTE FUNCTION handover_note_loose_key();
"""
BACK = """
DROP TRIGGER note_loose_key_of_changed ON "{table}";
DROP TRIGGER note_loose_key_of_deleted ON "{table}";
"""


class NoteLooseKeys(Operation):
    """Whoever deletes a row of these models, and however: the key of its bytes is noted.

    The migration depends on `files` 0002, which makes the function.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *names: str) -> None:
        self.names = names

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes for Django: the database alone knows."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002  # as Django calls it
        to_state: ProjectState,
    ) -> None:
        """Have every named table note."""
        self._execute(TRIGGERS, app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002  # as Django calls it
    ) -> None:
        """Have them forget it."""
        self._execute(BACK, app_label, schema_editor, from_state)

    def describe(self) -> str:
        """Say it in the output of `migrate --plan`."""
        return f"Note the keys of bytes that lose their row: {', '.join(self.names)}"

    def _execute(
        self,
        statements: str,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        for name in self.names:
            table = state.apps.get_model(app_label, name)._meta.db_table
            schema_editor.execute(statements.format(table=table), params=None)
