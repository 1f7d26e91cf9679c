"""A practice with its people, and clients as tests need them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils import timezone

from conftest import Emptying, a_workspace
from handover.accounts.models import Role, Workspace
from handover.clients.models import (
    Client,
    ClientPhone,
    Thing,
)
from handover.clients.search import matching
from handover.core.tenancy import acting_in
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance
from tests.people import Person, a_person

OK, FOUND, FORBIDDEN, MISSING, REFUSED = 200, 302, 403, 404, 422
TODAY = date(2026, 11, 23)
EMPTY_FORM = {
    "phones-TOTAL_FORMS": "1",
    "phones-INITIAL_FORMS": "0",
    "phones-0-type": "mobile",
    "phones-0-number": "",
}


@dataclass(frozen=True)
class Practice:
    """One practice with its people, for the tests of this file: each makes its own clients."""

    workspace: Workspace
    desk: Person
    accountant: Person
    practitioner: Person

    def client(self, first: str, last: str = "", *phones: str, **more: object) -> Client:
        with acting_in(self.workspace.pk):
            made = Client.objects.create(
                workspace_id=self.workspace.pk, first_name=first, last_name=last, **more
            )
            for number in phones:
                ClientPhone.objects.create(
                    workspace_id=self.workspace.pk, client=made, number=number
                )
            return made

    def found(self, typed: str) -> list[str]:
        """The first names of those whom the search finds."""
        with acting_in(self.workspace.pk):
            rows = cast("object", matching(Client.objects.all(), Thing.CLIENT, typed, TODAY))
            return sorted(each.first_name for each in rows)  # type: ignore[attr-defined]  # a query


@contextmanager
def a_practice_open(emptying: Emptying) -> Iterator[Practice]:
    with emptying():
        workspace = a_workspace("Practice")
        yield Practice(
            workspace,
            a_person(workspace, Role.RECEPTIONIST),
            a_person(workspace, Role.ACCOUNTANT),
            a_person(workspace, Role.PRACTITIONER, own_clients_only=True),
        )


def a_visit(
    practice: Practice,
    client: Client,
    practitioner: Practitioner | None = None,
    **more: object,
) -> None:
    about = {"workspace_id": practice.workspace.pk, "client": client}
    moment = timezone.now()
    appointment = Appointment.objects.create(
        **about, practitioner=practitioner, kind="individual", starts_at=moment, ends_at=moment
    )
    Attendance.objects.create(**about, appointment=appointment, **more)
