"""The count of changes that tells an import, and its undoing, what somebody has edited."""

import pytest
from django.db import connection, models

from handover.accounts.models import AuditEntry, Workspace
from handover.billing.models import Allocation
from handover.clients.models import Client, ClientPhone, SearchKey
from handover.importing.models import Acceptance, Errand, SourceRecord
from handover.messaging.models import OutgoingMessage
from tests.rows import asked, links, owned

PHONE = "workspace_id, client_id, type, number, normalized_number, position"


@pytest.fixture
def client(in_workspace: Workspace) -> Client:
    """A client with a phone number that came with it."""
    client = Client.objects.create(workspace_id=in_workspace.pk, first_name="Ada")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.importing = 'on'")
        ClientPhone.objects.create(
            workspace_id=in_workspace.pk, client=client, number="0400 000 000"
        )
        cursor.execute("SET LOCAL app.importing = ''")
    return client


def revision(client: Client) -> int:
    client.refresh_from_db()
    return client.revision


def test_a_new_record_has_revision_1(client: Client) -> None:
    assert revision(client) == 1


def test_a_change_counts(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(first_name="Grace")
    assert revision(client) == 2


def test_a_change_that_changes_nothing_does_not_count(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(first_name="Ada")
    assert revision(client) == 1


def test_nobody_can_set_the_count(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(revision=99)
    assert revision(client) == 2


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO clients_clientphone ({PHONE}) SELECT {PHONE} FROM clients_clientphone",
        "UPDATE clients_clientphone SET number = '0400 000 001'",
        "DELETE FROM clients_clientphone",
    ],
)
def test_a_change_of_a_phone_number_counts_for_its_client(client: Client, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert revision(client) > 1


def test_a_phone_number_that_is_saved_as_it_was_does_not_count(client: Client) -> None:
    client.phones.get().save()
    assert revision(client) == 1


def test_an_import_writes_phone_numbers_without_counting_for_the_client(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.importing = 'on'")
        cursor.execute("UPDATE clients_clientphone SET number = '0400 000 001'")
    assert revision(client) == 1


@pytest.mark.usefixtures("clean_tables")
def test_every_part_of_a_record_counts_for_the_record() -> None:
    """The tables whose rows are parts of another's are those that are deleted with it."""
    parts = {
        (model._meta.db_table, link.related_model._meta.db_table)
        for model in owned()
        for link in links(model)
        if link.remote_field.on_delete is models.CASCADE
    }
    triggers = asked("""
        SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger
        WHERE tgname = 'bump_parent' AND tgenabled = 'O'
    """)
    assert {(table, str(told).split("\\000")[0]) for table, told in triggers} == parts


@pytest.mark.usefixtures("clean_tables")
def test_every_table_counts_its_changes_but_those_that_nobody_edits() -> None:
    triggers = asked(
        "SELECT tgrelid::regclass::text FROM pg_trigger"
        " WHERE tgname = 'bump_revision' AND tgenabled = 'O'"
    )
    kept_apart = {Acceptance, Allocation, AuditEntry, Errand}
    uncounted = {SourceRecord, OutgoingMessage, SearchKey, *kept_apart}
    counted = {each._meta.db_table for each in owned() if each not in uncounted}
    assert {table for (table,) in triggers} == counted
