"""Migrations that carry over what people have chosen: run over rows, forwards and backwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddField, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


@dataclass
class Past:
    """The tables of today with columns of the past, until the end of the test."""

    state: ProjectState
    editor: BaseDatabaseSchemaEditor
    migrations: dict[tuple[str, str], Migration]

    def column(self, app: str, model: str, name: str) -> None:
        """Have a column that is gone by now."""
        field = models.CharField(max_length=20, default="", blank=True)
        add = AddField(model, name, field)
        before = self.state.clone()
        add.state_forwards(app, self.state)
        add.database_forwards(app, self.editor, before, self.state)

    def forwards(self, *names: tuple[str, str]) -> None:
        for name in names:
            self._checked()
            self.state = self.migrations[name].apply(self.state.clone(), self.editor)

    def backwards(self, name: tuple[str, str], before: ProjectState) -> None:
        self._checked()
        self.state = self.migrations[name].unapply(before, self.editor)

    def rows(self, name: str) -> models.QuerySet[Any]:
        """The rows of a model as it is now; as the owner sees them."""
        found: models.QuerySet[Any] = self.state.apps.get_model(name)._default_manager.using(
            "owner"
        )
        return found

    def _checked(self) -> None:
        """As at the end of a transaction: each migration has its own."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def past(clean_tables: None) -> Iterator[Past]:
    owner = connections["owner"]
    loader = MigrationExecutor(owner).loader
    with transaction.atomic(using="owner"), owner.schema_editor(atomic=False) as editor:
        yield Past(loader.project_state(loader.graph.leaf_nodes()), editor, loader.graph.nodes)
        transaction.set_rollback(True, using="owner")


def practices(past: Past, count: int) -> list[int]:
    made = past.rows("accounts.Workspace").bulk_create(
        past.state.apps.get_model("accounts.Workspace")(name=f"P{each}", slug=f"p{each}")
        for each in range(count)
    )
    return [each.pk for each in made]


DEBTORS = ("importing", "0014_debtors")


def test_what_moves_said_of_debtors_is_what_the_practice_says(past: Past) -> None:
    past.column("importing", "move", "debtors")
    before = past.state.clone()
    said = [["xero_connected"], ["xero"], ["here"], [""], ["xero", "here"], ["here", ""]]
    for workspace, choices in zip(practices(past, len(said)), said, strict=True):
        for each in choices:
            run = past.rows("importing.ImportRun").create(workspace_id=workspace)
            past.rows("importing.Move").create(workspace_id=workspace, run=run, debtors=each)

    def kept() -> list[str]:
        found = past.rows("billing.BillingSettings").order_by("workspace")
        return list(found.values_list("debtors", flat=True))

    past.forwards(DEBTORS)
    assert kept() == ["xero_connected", "xero", "here", "here", "here"]
    past.backwards(DEBTORS, before)
    moves = past.rows("importing.Move").order_by("pk").values_list("debtors", flat=True)
    assert list(moves) == ["xero_connected", "xero", "here", "", *["here"] * 4]
    past.forwards(DEBTORS)
    assert kept() == ["xero_connected", "xero", "here", "here", "here"]


def test_who_wanted_no_reminders_of_invoices_is_left_alone(past: Past) -> None:
    past.column("clients", "client", "invoice_reminder_preference")
    (workspace,) = practices(past, 1)
    for said in ("", "No", "e-mail", " off", "none please"):
        past.rows("clients.Client").create(
            workspace_id=workspace, first_name=said, invoice_reminder_preference=said
        )
    past.forwards(("followups", "0003_debts"), ("clients", "0006_debts"))
    alone = past.rows("followups.OptOut").values_list("client__first_name", flat=True)
    assert sorted(alone) == [" off", "No", "none please"]
