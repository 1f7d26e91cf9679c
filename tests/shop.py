"""A practice that charges, with somebody at the desk, as tests of its pages need it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from conftest import a_workspace
from handover.accounts.models import Role, Workspace
from handover.billing.models import Invoice
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.practice.models import (
    BillableItem,
    ConcessionPrice,
    ConcessionType,
    Practitioner,
    Service,
    ServiceItem,
    Tax,
)
from handover.scheduling.models import Appointment, Attendance
from tests.charging import Desk
from tests.people import Person, a_person

#: What a browser does not send: an empty choice, a box without its tick.
NOT_SENT = {"None", "False"}
OK, FOUND, MISSING, REFUSED, OFTEN = 200, 302, 404, 422, 429


@dataclass(frozen=True)
class Shop:
    """A practice with somebody at the desk; each test charges a client of its own."""

    workspace: Workspace
    desk: Person
    mary: Practitioner
    visit: Service

    def client(self, **more: object) -> Desk:
        row = Client.objects.create(
            workspace_id=self.workspace.pk, first_name="Ann", last_name="Lee", **more
        )
        return Desk(self.workspace, row)

    def came(self, client: Client, days: int = 1, **more: object) -> Attendance:
        """An appointment so many days ago."""
        starts = timezone.now() - timedelta(days)
        of = {"workspace_id": self.workspace.pk, "client": client}
        booked = Appointment.objects.create(
            **of,
            kind="individual",
            starts_at=starts,
            ends_at=starts + timedelta(minutes=30),
            time_zone="Australia/Perth",
            service=self.visit,
            practitioner=self.mary,
        )
        return Attendance.objects.create(**of, appointment=booked, **more)

    def page(self, path: str) -> str:
        answer = self.desk.browser.get(path)
        assert answer.status_code == OK, path
        return " ".join(answer.content.decode().split())


def a_shop() -> Shop:
    """A practice with a service, its price, a tax and a concession."""
    workspace = a_workspace("Shop")
    desk = a_person(workspace, Role.RECEPTIONIST)
    with acting_in(workspace.pk):
        of = {"workspace_id": workspace.pk}
        mary = Practitioner.objects.create(**of, last_name="Gray")
        gst = Tax.objects.create(**of, name="GST", rate=10)
        item = BillableItem.objects.create(**of, name="Long visit", price=110, tax=gst)
        visit = Service.objects.create(**of, name="Visit")
        ServiceItem.objects.create(**of, service=visit, billable_item=item, quantity=1)
        pensioner = ConcessionType.objects.create(**of, name="Pensioner")
        ConcessionPrice.objects.create(
            **of, billable_item=item, concession_type=pensioner, price=55
        )
    return Shop(workspace, desk, mary, visit)


def form_of(shop: Shop, draft: Invoice) -> dict[str, str]:
    """What the form of a draft holds, as a browser would send it back."""
    page = shop.desk.browser.get(f"/invoices/{draft.pk}/edit/")
    form, lines = page.context["form"], page.context["lines"]
    fields = [*form, *lines.management_form, *(field for each in lines for field in each)]
    told = {each.html_name: each.value() for each in fields}
    shown = {each.html_name: each.field.prepare_value(each.value()) for each in fields}
    return {name: str(shown[name]) for name, value in told.items() if str(value) not in NOT_SENT}
