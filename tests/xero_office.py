"""A practice with debtors, a simulated Xero beside it, and somebody who connects the two."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from django.utils import timezone

from handover.accounts.models import Role, User, Workspace
from handover.billing.models import Invoice, InvoiceItem
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.sandbox.xero import FakeXero
from handover.xero import asking, jobs, looking
from handover.xero.consent import Desk, ask_for_consent, connection_of, keep_code
from handover.xero.due import sums
from handover.xero.models import XeroConnection, XeroErrand, XeroInvoice, XeroPush
from handover.xero.place import XeroPlace
from handover.xero.wire import connections
from tests.people import a_user

BACK = "http://localhost/settings/xero/callback/"
ISSUED = date(2026, 8, 3)
DIAGNOSIS = "Incontinence physiotherapy, stress disorder F43.1"
Mode: TypeAlias = XeroPush.Mode
Status: TypeAlias = XeroPush.Status


def place_of(xero: FakeXero, *, minute: int = 0, day: int = 0) -> XeroPlace:
    return XeroPlace(
        **xero.credentials,
        login_url=f"{xero.url}/identity/connect/authorize",
        identity_url=xero.url,
        api_url=xero.url,
        minute=minute,
        day=day,
    )


@dataclass
class Office:
    """What a person does on the pages and a worker does afterwards, without pages."""

    workspace: Workspace
    xero: FakeXero
    desk: Desk
    user: User

    def consent(self, *organisations: str) -> None:
        """Ask for consent as the page does, and allow it at Xero as a browser does."""
        with acting_in(self.workspace.pk):
            row = connection_of(self.workspace.pk)
            address, _ = ask_for_consent(self.desk.place, self.desk.home, row, self.user, BACK)
        tenants = organisations or (self.xero.books.tenant_id,)
        with connections() as http:
            answer = http.post(address, data={"answer": "allow", "tenant": list(tenants)})
        code = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]
        with acting_in(self.workspace.pk):
            keep_code(self.desk.home, connection_of(self.workspace.pk), code)

    def connect(self, *organisations: str) -> XeroConnection:
        self.consent(*organisations)
        return self.do(XeroErrand.Kind.EXCHANGE)

    def do(self, kind: XeroErrand.Kind) -> XeroConnection:
        """Ask for something, and be the worker that does it."""
        with acting_in(self.workspace.pk):
            asking.ask(self.workspace.pk, kind, "Ann")
        return self.work()

    def work(self) -> XeroConnection:
        jobs.work(self.desk)
        return self.connection

    @property
    def connection(self) -> XeroConnection:
        with acting_in(self.workspace.pk):
            return XeroConnection.objects.get()

    def map(self) -> None:
        """Choose the accounts, and the tax types that are suggested."""
        with acting_in(self.workspace.pk):
            row = XeroConnection.objects.get()
            row.taxes = looking.suggested(["", "GST"], row.tax_rates)
            row.account_code, row.clearing_code = "200", "885"
            row.save()

    def ready(self) -> "Office":
        """Connected, mapped and looked at."""
        self.connect()
        self.map()
        self.do(XeroErrand.Kind.PROBE)
        return self

    def begin(self, mode: Mode = Mode.BALANCE, status: Status = Status.AUTHORISED) -> XeroPush:
        """Press the button."""
        with acting_in(self.workspace.pk):
            row = XeroConnection.objects.get()
            shown = sums(asking.to_send(row.tenant_id))
            choices = asking.Choices(status, mode, shown.count, shown.total)
            return asking.begin_push(row, choices, "Ann")

    def push(self, mode: Mode = Mode.BALANCE, status: Status = Status.AUTHORISED) -> XeroPush:
        """Press the button, and be the worker until there is nothing to do or wait for."""
        return self.finish(self.begin(mode, status))

    def finish(self, push: XeroPush) -> XeroPush:
        for _ in range(10):
            jobs.work(self.desk)
            with acting_in(self.workspace.pk):
                push.refresh_from_db()
                if push.state not in {XeroPush.State.QUEUED, XeroPush.State.WORKING}:
                    break
                XeroPush.objects.update(waits_until=None)
        return push

    def rows(self, *states: str) -> list[XeroInvoice]:
        with acting_in(self.workspace.pk):
            found = XeroInvoice.objects.order_by("pk")
            return list(found.filter(state__in=states) if states else found)

    def owes(
        self, amount: str, *, client: Client | None = None, tax: str = "", **more: object
    ) -> Invoice:
        """An imported invoice that is open, of one line whose name says too much."""
        ws = {"workspace_id": self.workspace.pk}
        with acting_in(self.workspace.pk):
            client = client or self.client()
            told: dict[str, object] = {
                "origin": Invoice.Origin.IMPORTED,
                "status": Invoice.Status.OPEN,
                "due": Invoice.Due.NOT_KNOWN,
                "issued_on": ISSUED,
                "due_on": ISSUED + timedelta(days=14),
                "total_amount": Decimal(amount),
                "number": f"{Invoice.objects.count() + 1001:06}",
                "client": client,
            }
            invoice = Invoice.objects.create(**ws, **(told | more))
            InvoiceItem.objects.create(
                **ws,
                invoice=invoice,
                name=DIAGNOSIS,
                code="F43.1",
                tax_name=tax,
                total_including_tax=Decimal(amount),
            )
            return invoice

    def client(self, **more: str) -> Client:
        told = {"first_name": "Ann", "last_name": f"Lee{Client.objects.count()}"} | more
        return Client.objects.create(workspace_id=self.workspace.pk, diagnosis=DIAGNOSIS, **told)


@contextmanager
def an_office(workspace: Workspace, home: Path) -> Iterator[Office]:
    """An office with a Xero of its own, which limits nobody."""
    with FakeXero(minute=0, day=0) as xero:
        desk = Desk(place_of(xero), home, workspace.pk)
        yield Office(workspace, xero, desk, a_user(workspace, Role.ACCOUNTANT, None))


def something_sent(workspace: Workspace) -> int:
    """A connection that is ready, and a push that did not go well, with no Xero behind them."""
    ws = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        row = connection_of(workspace.pk)
        row.organisations = [{"tenant": each, "id": each, "name": each} for each in ("a", "b")]
        looking.choose(row, "a")
        row.accounts = [
            {"Code": "200", "Name": "Consultations", "income": True},
            {"Code": "885", "Name": "Clearing", "income": False},
        ]
        row.tax_rates = [{"TaxType": "OUTPUT", "Name": "GST on Income", "EffectiveRate": 10}]
        row.account_code, row.taxes, row.currency = "200", {"": "OUTPUT"}, "AUD"
        row.read_at, row.locked_until = timezone.now(), ISSUED
        row.probe = {"tenant": "a", "asked": 40, "there": 2, "examples": ["1", "2"], "at": ""}
        row.save()
        invoice = Invoice.objects.order_by("pk").first()
        push = XeroPush.objects.create(
            **ws,
            state=XeroPush.State.STOPPED,
            tenant_name="a",
            expected_count=1,
            expected_total=90,
            as_at=ISSUED,
            agrees=False,
            xero_count=1,
            xero_total=80,
        )
        if invoice is not None:
            told = {"invoice": invoice, "number": "1", "amount": 90, "state": "there"}
            XeroInvoice.objects.create(**ws, push=push, message="It is there already.", **told)
        return int(push.pk)
