"""Rows of every table, and what the database says to the application."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.apps import apps
from django.db import DatabaseError, connection, connections, models, transaction

from handover.accounts.models import AuditEntry, Workspace
from handover.billing.models import Allocation, Credit
from handover.clinical.models import NoteAddendum
from handover.core.money import MoneyField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.followups.models import OptOut
from handover.importing.models import Acceptance
from handover.practice.models import ServiceItem
from handover.xero.models import XeroContact, XeroPush

Model = type[models.Model]

#: Tables whose rows stay as they are, whoever asks.
FOR_EVER: set[Model] = {Acceptance, Allocation, AuditEntry, Credit, NoteAddendum}
#: Columns that a table needs although each of them alone may stay empty.
NEEDED_TOO: dict[Model, set[str]] = {
    Allocation: {"credit"},
    Credit: {"client"},
    OptOut: {"client"},
    ServiceItem: {"billable_item"},
    XeroContact: {"client"},
}
#: Where a sample would stand in the way of a second row.
INSTEAD_OF_SAMPLES: dict[Model, dict[str, object]] = {XeroPush: {"state": XeroPush.State.DONE}}
SAMPLES: "dict[type[models.Field[object, object]], object]" = {
    models.BigIntegerField: 1,
    models.SmallIntegerField: 1,
    models.PositiveIntegerField: 1,
    models.CharField: "x",
    models.EmailField: "x@practice.example",
    models.TextField: "x",
    MoneyField: Decimal(1),
    models.DateField: date(2026, 10, 4),
    models.DateTimeField: datetime(2026, 10, 4, 2, 30, tzinfo=UTC),
    models.TimeField: time(9),
}


def owned() -> list[Model]:
    """Every table of a practice."""
    return [each for each in apps.get_models() if issubclass(each, WorkspaceOwned)]


def links(model: Model) -> Iterator["WorkspaceForeignKey[models.Model, models.Model]"]:
    return (f for f in model._meta.local_concrete_fields if isinstance(f, WorkspaceForeignKey))


def a_row(model: Model, workspace: Workspace) -> models.Model:
    """The smallest row that the table takes, written by the owner."""
    values: dict[str, object] = {"workspace": workspace, **INSTEAD_OF_SAMPLES.get(model, {})}
    for field in model._meta.local_concrete_fields:
        optional = field.null or field.has_default() or field.has_db_default() or field.primary_key
        if field.name in values or (optional and field.name not in NEEDED_TOO.get(model, ())):
            continue
        if isinstance(field, models.ForeignKey):
            values[field.name] = a_row(field.related_model, workspace)
        else:
            values[field.name] = SAMPLES[type(field)]
    return model._default_manager.using("owner").create(**values)


@contextmanager
def taken_back() -> Iterator[None]:
    """A savepoint that is undone, so that one attempt does not spoil the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refusal(attempt: str, *values: str | int) -> str:
    """Try a statement as the application; the name of the database's error, or "" if it went."""
    try:
        with taken_back(), connection.cursor() as cursor:
            cursor.execute(attempt, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as problem:
        return type(problem.__cause__).__name__
    return ""


def asked(question: str, *values: str | int, using: str = "default") -> list[tuple[object, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())
