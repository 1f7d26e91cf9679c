"""The audit log: what is noted, that it stays, and that it can be searched."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from django.db import DatabaseError, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from handover.accounts.access import Request
from handover.accounts.audit import Action, audited, note_by_command
from handover.accounts.models import AuditEntry, Role, User, Workspace
from handover.cli.importing import noted
from handover.clients.models import Client
from handover.core.postgres import throwaway_home
from handover.core.tenancy import acting_in
from handover.files.models import File, FileState
from handover.files.shelf import Shelf, shelf_at
from handover.importing.models import ImportRun
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance
from handover.scheduling.queries import clients_of
from tests.counting import questions
from tests.people import Person, a_person

pytestmark = pytest.mark.usefixtures("clean_tables")


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return a_person(workspace, Role.OWNER)


@pytest.mark.parametrize("using", ["default", "owner"])
@pytest.mark.parametrize(
    "attempt", ["UPDATE accounts_auditentry SET who = 'x'", "DELETE FROM accounts_auditentry"]
)
def test_a_line_stays_whoever_asks(owner: Person, using: str, attempt: str) -> None:
    refused = pytest.raises(DatabaseError, match="stays as it is")
    with acting_in(owner.user.workspace_id), transaction.atomic(using=using):
        with refused, transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(attempt)
        assert AuditEntry.objects.exists()


def test_nobody_can_date_a_line_back(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        line = AuditEntry.objects.create(
            workspace_id=workspace.pk, action="read", created_at="2001-01-01T00:00:00Z"
        )
        line.refresh_from_db()
    assert line.created_at is not None
    assert line.created_at.year > 2001


@audited(Action.READ, "note", pk="note_id", client="client_id")
def a_view(_request: Request, client_id: int, note_id: int, status: int = 200) -> HttpResponse:
    assert client_id
    assert note_id
    return HttpResponse(status=status)


def test_a_view_that_is_audited_leaves_who_what_which_client_and_from_where(
    owner: Person, workspace: Workspace
) -> None:
    plain = RequestFactory().get("/", headers={"User-Agent": "Firefox"}, REMOTE_ADDR="10.1.2.3")
    request = cast("Request", plain)
    request.member = owner.user  # as the middleware does
    with acting_in(workspace.pk):
        a_view(request, client_id=7, note_id=9)
        a_view(request, client_id=7, note_id=10, status=404)
        line = AuditEntry.objects.get(action="read")
    told = (line.who, line.record, line.record_id, line.client_id, line.address, line.browser)
    assert told == (str(owner.user), "note", 9, 7, "10.1.2.3", "Firefox")


def test_the_log_is_found_by_person_client_day_and_action(
    owner: Person, workspace: Workspace
) -> None:
    with acting_in(workspace.pk):
        for who, client, action in (("Ann Lee", 7, "read"), ("Ben Ray", 8, "changed")):
            AuditEntry.objects.create(
                workspace_id=workspace.pk, who=who, client_id=client, action=action
            )
        day = AuditEntry.objects.latest("id").created_at

    def found(**asked: str | int) -> set[str]:
        page = owner.browser.get("/settings/audit-log/", asked).context["page"]
        return {each.who for each in page} & {"Ann Lee", "Ben Ray"}

    assert found() == {"Ann Lee", "Ben Ray"}
    assert found(who="ann") == {"Ann Lee"}
    assert found(client=8) == {"Ben Ray"}
    assert found(action="read") == {"Ann Lee"}
    assert day is not None
    assert found(day=f"{day:%Y-%m-%d}") == {"Ann Lee", "Ben Ray"}
    assert found(day="2001-01-01") == set()
    assert owner.browser.get("/settings/audit-log/?client=x").status_code == 200


def test_the_log_is_shown_by_pages_with_few_questions(owner: Person, workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        AuditEntry.objects.bulk_create(
            [AuditEntry(workspace_id=workspace.pk, who=f"P{n}", action="read") for n in range(120)]
        )
    assert questions(owner.browser, "/settings/audit-log/", action="read", page="2") <= 10
    text = owner.browser.get("/settings/audit-log/?action=read&page=2").text
    assert "51 to 100 of 120" in text
    assert "?action=read&amp;page=3" in text


# files


@pytest.fixture
def file(workspace: Workspace, settings: Settings) -> Iterator[File]:
    """A stored file of a client."""
    with throwaway_home() as home:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=home, files="")
        key, shelf = Shelf.new_key(workspace.pk), shelf_at(home)
        kept = shelf.put(key, [b"%PDF-1.7 of Ann"])
        with acting_in(workspace.pk):
            client = Client.objects.create(workspace_id=workspace.pk, last_name="Papadopoulos")
            found = File.objects.create(
                workspace_id=workspace.pk,
                client=client,
                name="Papadopoulos.pdf",
                state=FileState.STORED,
                storage_key=key,
                size=kept.size,
                sniffed_type=kept.type,
            )
        yield found


def test_a_download_is_noted_without_a_word_of_what_is_in_it(
    owner: Person, workspace: Workspace, file: File
) -> None:
    answer = owner.browser.get(f"/files/{file.pk}/")
    assert answer.getvalue() == b"%PDF-1.7 of Ann"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    with acting_in(workspace.pk):
        line = AuditEntry.objects.get(action="downloaded")
    assert (line.record, line.record_id, line.client_id) == ("file", file.pk, file.client_id)
    assert "Papadopoulos" not in str(vars(line))


def test_a_file_that_has_not_come_says_why_and_is_not_noted_as_downloaded(
    owner: Person, workspace: Workspace, file: File
) -> None:
    with acting_in(workspace.pk):
        File.objects.filter(pk=file.pk).update(state=FileState.WAITING, problem="too large")
    answer = owner.browser.get(f"/files/{file.pk}/")
    assert answer.status_code == 404
    assert "too large" in answer.text
    with acting_in(workspace.pk):
        assert not AuditEntry.objects.filter(action="downloaded").exists()


def test_a_practitioner_who_is_limited_sees_their_own_clients_and_their_files_alone(
    workspace: Workspace, file: File
) -> None:
    person = a_person(workspace, Role.PRACTITIONER, own_clients_only=True)
    assert person.browser.get(f"/files/{file.pk}/").status_code == 404
    with acting_in(workspace.pk):
        user = User.objects.get(pk=person.user.pk)
        assert list(clients_of(user)) == []
        practitioner = Practitioner.objects.create(workspace_id=workspace.pk, user=user)
        group = Appointment.objects.create(
            workspace_id=workspace.pk,
            practitioner=practitioner,
            kind=Appointment.Kind.GROUP,
            starts_at=timezone.now(),
            ends_at=timezone.now(),
        )
        Attendance.objects.create(
            workspace_id=workspace.pk, appointment=group, client_id=file.client_id
        )
        assert [each.pk for each in clients_of(user)] == [file.client_id]
    assert person.browser.get(f"/files/{file.pk}/").status_code == 200
    everybody = a_person(workspace, Role.RECEPTIONIST)
    assert everybody.browser.get(f"/files/{file.pk}/").status_code == 200


def test_a_view_that_fails_leaves_neither_its_work_nor_a_line(
    owner: Person, workspace: Workspace, file: File, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.silent"
    owner.browser.raise_request_exception = False
    answer = owner.browser.get("/failing/")
    assert answer.status_code == 500
    assert "nothing of what you sent was kept" in answer.text
    with acting_in(workspace.pk):
        assert not AuditEntry.objects.filter(record="failing").exists()


def test_an_export_by_command_is_noted(workspace: Workspace) -> None:
    note_by_command(workspace.pk, Action.EXPORTED, "workspace")
    with acting_in(workspace.pk):
        assert [(e.who, e.action) for e in AuditEntry.objects.all()] == [
            ("Command line", "exported")
        ]


def test_a_run_that_is_begun_at_the_command_line_is_noted(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        run = ImportRun.objects.create(workspace_id=workspace.pk, system="cliniko", rehearsal=True)
        assert noted(run) is run
        line = AuditEntry.objects.get(record="import", record_id=run.pk)
    assert (line.action, line.who, line.detail) == (Action.IMPORTED, "Command line", "rehearsal")
