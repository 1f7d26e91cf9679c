"""The migration step that puts a practice's tables under row-level security."""

from collections.abc import Iterator

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from handover.core.tenancy.models import WorkspaceForeignKey

POLICY = "own_workspace"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION handover_workspace() RETURNS bigint LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('app.workspace_id', true), '')::bigint $$;

CREATE OR REPLACE FUNCTION handover_bump_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION handover_bump_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bump text;
BEGIN
  -- an import writes parent and children together and notes the revision itself
  IF current_setting('app.importing', true) = 'on' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NULL; END IF;
  bump := format('UPDATE %I SET revision = revision + 1 WHERE id = ($1).%I',
    TG_ARGV[0], TG_ARGV[1]);
  IF TG_OP = 'DELETE' THEN EXECUTE bump USING OLD; ELSE EXECUTE bump USING NEW; END IF;
  -- a part that moves to another record changes both
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) -> TG_ARGV[1] <> to_jsonb(NEW) -> TG_ARGV[1] THEN
    EXECUTE bump USING OLD;
  END IF;
  RETURN NULL;
END $$;
"""


class SecureTables(Operation):
    """Row-level security, same-workspace links and revision counting for the named models.

    Running it again on a model is harmless: links that were added since are secured. Tables that
    nothing links to may go without the key for it, and without counting revisions: both cost a
    table of millions of rows dear.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *names: str, linked_to: bool = True, counted: bool = True) -> None:
        self.names, self.linked_to, self.counted = names, linked_to, counted

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes for Django: the database alone knows."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002  # as Django calls it
        to_state: ProjectState,
    ) -> None:
        """Secure every named table."""
        schema_editor.execute(FUNCTIONS, params=None)
        found = [to_state.apps.get_model(app_label, name) for name in self.names]
        steps = [_own_rows, _key, _links, _revisions]  # links need all tables' keys first
        if not self.linked_to:
            steps.remove(_key)
        if not self.counted:
            steps.remove(_revisions)
        for step in steps:
            for statement in (each for model in found for each in step(model)):
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The tables themselves are dropped by the step before this one."""

    def describe(self) -> str:
        """Say it in the output of `migrate --plan`."""
        return f"Put under row-level security: {', '.join(self.names)}"


def _own_rows(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS {POLICY} ON "{table}"'
    yield (
        f'CREATE POLICY {POLICY} ON "{table}"'
        " USING (workspace_id = (SELECT handover_workspace()))"
        " WITH CHECK (workspace_id = (SELECT handover_workspace()))"
    )


def _key(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    yield _unless_there(table, f"{table}_ws_id", "UNIQUE (workspace_id, id)")


def _links(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    for field in model._meta.local_concrete_fields:
        if isinstance(field, WorkspaceForeignKey):
            parent = field.related_model._meta.db_table
            yield _unless_there(
                table,
                f"{table[:30]}_{field.column[:24]}_ws",
                f"FOREIGN KEY (workspace_id, {field.column}) REFERENCES"
                f' "{parent}" (workspace_id, id) DEFERRABLE INITIALLY DEFERRED',
            )


def _revisions(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    yield (
        f'CREATE OR REPLACE TRIGGER bump_revision BEFORE UPDATE ON "{table}" FOR EACH ROW'
        " WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION handover_bump_revision()"
    )
    for field in model._meta.local_concrete_fields:
        if (
            isinstance(field, WorkspaceForeignKey)
            and field.remote_field.on_delete is models.CASCADE
        ):
            parent = field.related_model._meta.db_table
            yield (
                "CREATE OR REPLACE TRIGGER bump_parent AFTER INSERT OR UPDATE OR DELETE"
                f' ON "{table}"'
                " FOR EACH ROW EXECUTE FUNCTION"
                f" handover_bump_parent('{parent}', '{field.column}')"
            )


def _unless_there(table: str, name: str, constraint: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}'"
        f" AND conrelid = '\"{table}\"'::regclass) THEN"
        f' ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {constraint}; END IF; END $$'
    )
