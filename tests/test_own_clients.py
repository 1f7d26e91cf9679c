"""Whom a practitioner sees who is limited to their own clients: one answer, however it is asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handover.accounts.models import Role, User, Workspace
from handover.billing.models import Invoice
from handover.clients.models import Client, Contact
from handover.clinical.models import ProgressNote
from handover.core.tenancy import acting_in
from handover.followups.models import FollowUp
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance
from handover.scheduling.queries import FEW, clients_of, seen_among
from tests.charging import Desk
from tests.owing import a_template
from tests.people import a_person, a_user

NAMES = ("booked", "in a group", "written about", "of a colleague", "of nobody")


@pytest.fixture
def limited(workspace: Workspace) -> User:
    """A practitioner with a client of each kind, and a colleague with one."""
    user = a_user(workspace, Role.PRACTITIONER, None, own_clients_only=True)
    of = {"workspace_id": workspace.pk}
    now = timezone.now()
    time = {**of, "starts_at": now, "ends_at": now + timedelta(hours=1), "time_zone": "UTC"}
    with acting_in(workspace.pk):
        mary = Practitioner.objects.create(**of, display_name="Mary", user=user)
        colleague = Practitioner.objects.create(**of, display_name="Paul")
        booked, grouped, written, others, _ = (
            Client.objects.create(**of, first_name=name) for name in NAMES
        )
        Appointment.objects.create(**time, kind="individual", client=booked, practitioner=mary)
        group = Appointment.objects.create(**time, kind="group", practitioner=mary)
        Attendance.objects.create(**of, appointment=group, client=grouped)
        ProgressNote.objects.create(**of, client=written, practitioner=mary)
        Appointment.objects.create(**time, kind="individual", client=others, practitioner=colleague)
        ProgressNote.objects.create(**of, client=others, practitioner=colleague)
    return user


def test_the_quick_answer_for_many_is_the_answer_for_one(limited: User) -> None:
    with acting_in(limited.workspace_id):
        everybody = set(Client.objects.values_list("pk", flat=True))
        seen = clients_of(limited)
        assert {each.first_name for each in seen} == set(NAMES[:3])
        assert seen_among(limited, everybody) == set(seen.values_list("pk", flat=True))
        crowd = everybody | set(range(10_000, 10_000 + FEW))  # too many to look each one up
        assert seen_among(limited, crowd) == set(seen.values_list("pk", flat=True))
        limited.own_clients_only = False
        assert seen_among(limited, everybody) == everybody
        limited.role = Role.UNKNOWN
        assert seen_among(limited, everybody) == set()


def test_invoices_and_accounts_are_those_of_their_own_clients(workspace: Workspace) -> None:
    person = a_person(workspace, Role.PRACTITIONER, own_clients_only=True)
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        mary = Practitioner.objects.create(**of, user=person.user)
        own, other = (Desk(workspace, Client.objects.create(**of, first_name=n)) for n in "AB")
        ProgressNote.objects.create(**of, client=own.client, practitioner=mary)
        mine, theirs = own.charge(), other.charge()
        paid = other.pay("1.00")
        contact = Contact.objects.create(**of, last_name="Gray")
    listed = person.browser.get("/invoices/").content.decode()
    assert f"/invoices/{mine.pk}/" in listed
    assert f"/invoices/{theirs.pk}/" not in listed
    assert person.browser.get(f"/invoices/{mine.pk}/").status_code == 200
    for path in (
        *(f"/invoices/{theirs.pk}/{page}" for page in ("", "pdf/", "pay/", "credit/")),
        f"/clients/{other.client.pk}/account/",
        f"/contacts/{contact.pk}/account/",
    ):
        assert person.browser.get(path).status_code == 404, path
    assert person.browser.post(f"/credits/{paid.pk}/take-back/").status_code == 404


def test_an_insurers_invoice_in_their_own_name_is_theirs_on_every_page(
    workspace: Workspace,
) -> None:
    """Invoices, follow-ups, aged debtors and balances ask the same question."""
    person = a_person(workspace, Role.PRACTITIONER_ADMIN, own_clients_only=True)
    with acting_in(workspace.pk):
        of = {"workspace_id": workspace.pk, "origin": "imported", "status": "open"}
        of |= {"due": "not_known_to_source", "total_amount": 90}
        mary = Practitioner.objects.create(workspace_id=workspace.pk, user=person.user)
        paul = Practitioner.objects.create(workspace_id=workspace.pk)
        mine, theirs = (
            Invoice.objects.create(
                **of, practitioner=who, number=number, recipient=f"Insurer {number}"
            )
            for who, number in ((mary, "A-1"), (paul, "B-2"))
        )
        letter = a_template(workspace)
        for each in (mine, theirs):
            FollowUp.objects.create(workspace_id=workspace.pk, template=letter, invoice=each)
    numbers = f"invoice={mine.pk}&invoice={theirs.pk}"
    for path in (
        "/invoices/",
        f"/follow-ups/compose/?{numbers}",
        "/follow-ups/",
        "/reports/aged-debtors/",
    ):
        shown = person.browser.get(path).text
        assert ("A-1" in shown, "B-2" in shown) == (True, False), path
    for each, status in ((mine, 200), (theirs, 404)):
        for path in (f"/invoices/{each.pk}/balance/", f"/reports/aged-debtors/invoice/{each.pk}/"):
            assert person.browser.get(path).status_code == status, path
