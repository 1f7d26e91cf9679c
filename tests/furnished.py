"""A client with one of everything, and a practice with something on each of its pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from handover.accounts.models import Workspace
from handover.billing.ledger import today
from handover.billing.models import BalanceFile, Invoice, OpeningBalance
from handover.billing.operations import open_link
from handover.clients.custom_fields import Wanted, define
from handover.clients.models import Case, Client, ClientPhone, Contact, MedicalAlert, Recall
from handover.clients.operations import link, relate, tag
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from handover.followups.models import FollowUp
from tests.charging import Desk
from tests.owing import a_rule, an_invoice, imported


def a_custom_field(workspace: Workspace) -> str:
    """A field with something to choose."""
    with acting_in(workspace.pk):
        return define(
            workspace.pk,
            Wanted("Sports", "Leisure", "checkboxes", ("Running", "Chess"), other=True),
        )


def followed_up(client: Client) -> dict[str, int]:
    """Somebody who is to be called, and invoices that rules come to."""
    workspace = client.workspace
    rule = a_rule(workspace, 7)
    invoice = an_invoice(client, 7)
    imported(client, 40)
    FollowUp.objects.create(
        workspace_id=workspace.pk,
        template=rule.template,
        invoice=invoice,
        client=client,
        state="to_call",
        batch="1",
    )
    numbers = {"rule": rule, "email_template": rule.template, "asked_for": invoice}
    return {name: row.pk for name, row in numbers.items()}


def a_full_client(workspace: Workspace) -> dict[str, int | str]:
    """A client with one of everything that their pages show."""
    with acting_in(workspace.pk):
        of = {"workspace_id": workspace.pk}
        doctor = Contact.objects.create(**of, type="doctor", title="Dr", last_name="Gray")
        client = Client.objects.create(
            **of,
            first_name="Annabel",
            last_name="Lee",
            preferred_name="Ann",
            birth_date=date(1980, 2, 14),
            alerts="Nut allergy",
            notes="Likes <early> appointments.\nSecond line.",
            referring_doctor=doctor,
        )
        about = of | {"client": client}
        ClientPhone.objects.create(**about, number="0412 345 678")
        MedicalAlert.objects.create(**about, name="Pacemaker")
        case = Case.objects.create(**about, name="Knee", max_sessions=6, referrer=doctor, notes="L")
        Recall.objects.create(**about, recall_on=date(2027, 1, 4), notes="Six months")
        Communication.objects.create(**about, kind="memo", content="Called", confidential=True)
        owed = Invoice.objects.create(
            **about, number="1", total_amount="90", status="open", origin="imported"
        )
        lists = balance_lists(of, owed)
        link(client, doctor, {"receives_invoices": True})
        relate(client, Client.objects.create(**of, first_name="Bea"), "sibling")
        mark = tag(client, "VIP")
        desk = Desk(workspace, client)
        invoice, draft = desk.charge("60.00"), desk.draft("33.00")
        desk.pay("10.00")
        numbers = {"client": client, "contact": doctor, "case": case, "owed": owed, **lists}
        numbers |= {"invoice": invoice, "draft": draft}
        token = {"token": open_link(invoice, None)}
        return {name: row.pk for name, row in numbers.items()} | {"tag": mark.tag_id} | token


def balance_lists(of: Mapping[str, Any], owed: Invoice) -> dict[str, BalanceFile]:
    """A list of balances with a line of each kind, and one that is applied."""
    columns = {"number": 0, "name": 1, "balance": 2, "credit": 3}
    content = "No,Patient,Due,Credit\n1,Lee,40,\n7,Nobody,x,\n8,Ann,5,\n,Annabel Lee,,12\n,,45,\n"
    told: dict[str, Any] = {**of, "content": content, "columns": columns, "as_at": today()}
    lists = {
        "list": BalanceFile.objects.create(**told, name="owed.csv"),
        "applied": BalanceFile.objects.create(**told, name="before.csv", applied_at=timezone.now()),
    }
    said = {"amount": 60, "before": 90, "as_at": today()}
    OpeningBalance.objects.create(**of, invoice=owed, file=lists["applied"], line=2, **said)
    return lists
