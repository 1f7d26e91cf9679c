"""Invoices in the browser: writing one, being paid, statements, the link that a client opens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone

from conftest import Emptying, a_workspace
from handover.accounts.models import AuditEntry, Role, Workspace
from handover.billing import operations as billing
from handover.billing.ledger import balance_of, billing_settings, today
from handover.billing.models import CollectedElsewhere, Credit, Invoice, InvoiceItem
from handover.billing.payers import EVER, Payer, unapplied_of
from handover.billing.statements import activity, outstanding
from handover.clients.models import Client, Contact
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun, SourceRecord
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
from handover.web.billing import public
from tests.charging import Desk, money
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


@pytest.fixture(scope="module")
def shop(emptying: Emptying) -> Iterator[Shop]:
    with emptying():
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
        yield Shop(workspace, desk, mary, visit)


@pytest.fixture
def inside(shop: Shop) -> Iterator[None]:
    with acting_in(shop.workspace.pk):
        yield


pytestmark = pytest.mark.usefixtures("inside")


def form_of(shop: Shop, draft: Invoice) -> dict[str, str]:
    """What the form of a draft holds, as a browser would send it back."""
    page = shop.desk.browser.get(f"/invoices/{draft.pk}/edit/")
    form, lines = page.context["form"], page.context["lines"]
    fields = [*form, *lines.management_form, *(field for each in lines for field in each)]
    told = {each.html_name: each.value() for each in fields}
    shown = {each.html_name: each.field.prepare_value(each.value()) for each in fields}
    return {name: str(shown[name]) for name, value in told.items() if str(value) not in NOT_SENT}


# writing


def test_a_receptionist_charges_for_an_appointment_from_the_list_of_those_not_charged(
    shop: Shop,
) -> None:
    ann = shop.client()
    came = shop.came(ann.client)
    page = shop.page("/invoices/uninvoiced/")
    assert f"/invoices/new/?came={came.pk}" in page
    asked = {"client": f"Ann Lee [{ann.client.pk}]", "contact": "", "came": came.pk}
    answer = shop.desk.browser.post("/invoices/new/", asked)
    draft = Invoice.objects.get(client=ann.client)
    assert answer.headers["Location"] == f"/invoices/{draft.pk}/edit/"
    (line,) = draft.items.all()
    assert (line.total_including_tax, line.tax_amount, line.tax_name) == (110, 10, "GST")
    assert line.name.startswith("Long visit, ")
    assert draft.practitioner == shop.mary
    assert f"came={came.pk}" not in shop.page("/invoices/uninvoiced/")
    sent = form_of(shop, draft) | {"finalise": "yes"}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    draft.refresh_from_db()
    assert draft.status == "open"
    assert draft.number
    assert "Awaiting payment" in shop.page(f"/invoices/{draft.pk}/")


def test_lines_are_written_added_and_removed_without_a_script(shop: Shop) -> None:
    ann = shop.client()
    draft = ann.draft("10.00")
    sent = form_of(shop, draft)
    sent |= {"lines-1-name": "Tape", "lines-1-unit_price": "4.50", "lines-1-quantity": "2"}
    sent |= {"add_service": str(shop.visit.pk), "notes": "Thank you"}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    draft.refresh_from_db()
    assert (draft.total_amount, draft.notes) == (129, "Thank you")
    sent = form_of(shop, draft) | {"lines-0-remove": "on", "lines-1-discount": "50"}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    draft.refresh_from_db()
    assert draft.total_amount == Decimal("114.50")


def test_who_has_a_concession_pays_its_price(shop: Shop) -> None:
    ann = shop.client(concession_type=ConcessionType.objects.get())
    draft = ann.draft()
    sent = form_of(shop, draft) | {"add_item": str(BillableItem.objects.get().pk)}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    assert InvoiceItem.objects.get(invoice=draft).total_including_tax == 55
    assert InvoiceItem.objects.get(invoice=draft).concession_type_name == "Pensioner"


def test_a_line_that_cannot_be_is_refused_with_what_was_typed(shop: Shop) -> None:
    draft = shop.client().draft("10.00")
    sent = form_of(shop, draft) | {"lines-1-unit_price": "5", "lines-0-discount": "101"}
    answer = shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    assert answer.status_code == REFUSED
    assert "Say what the price is for." in answer.content.decode()
    assert "100 % at most" in answer.content.decode()


def test_of_two_who_write_one_draft_the_second_is_told(shop: Shop) -> None:
    draft = shop.client().draft("10.00")
    mine, theirs = form_of(shop, draft), form_of(shop, draft) | {"reference": "theirs"}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", theirs)
    answer = shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", mine)
    assert answer.status_code == REFUSED
    assert "Somebody has changed this draft" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.reference == "theirs"


def test_an_invoice_to_a_contact_is_made_out_to_them(shop: Shop) -> None:
    insurer = Contact.objects.create(workspace_id=shop.workspace.pk, company_name="Safe Ltd")
    ann = shop.client(send_invoices_to=insurer)
    page = shop.page(f"/invoices/new/?client={ann.client.pk}")
    assert f"[{insurer.pk}]" in page
    asked = {"client": f"Ann [{ann.client.pk}]", "contact": f"Safe [{insurer.pk}]"}
    shop.desk.browser.post("/invoices/new/", asked)
    assert "Safe Ltd" in Invoice.objects.get(contact=insurer).recipient


def test_a_final_invoice_opens_in_no_editor_and_a_draft_is_thrown_away(shop: Shop) -> None:
    ann = shop.client()
    final, draft = ann.charge(), ann.draft("1.00")
    answer = shop.desk.browser.get(f"/invoices/{final.pk}/edit/")
    assert answer.headers["Location"] == f"/invoices/{final.pk}/"
    shop.desk.browser.post(f"/invoices/{draft.pk}/discard/", {"revision": draft.revision})
    shop.desk.browser.post(f"/invoices/{final.pk}/discard/", {"revision": final.revision})
    assert list(Invoice.objects.filter(client=ann.client)) == [final]


# not charged yet


def test_only_who_came_and_was_not_charged_is_listed(shop: Shop) -> None:
    ann = shop.client().client
    listed = [shop.came(ann), shop.came(ann, status="arrived")]
    left_out = [
        shop.came(ann, status="cancelled"),
        shop.came(ann, status="did_not_arrive"),
        shop.came(ann, archived_at=timezone.now()),
        shop.came(ann, days=-1),
        shop.came(ann, days=400),
    ]
    page = shop.page("/invoices/uninvoiced/")
    assert all(f"came={each.pk}" in page for each in listed)
    assert not any(f"came={each.pk}" in page for each in left_out)


def test_what_was_imported_from_before_the_move_never_appears(shop: Shop) -> None:
    ann = shop.client().client
    before, after, charged = shop.came(ann, 30), shop.came(ann, 2), shop.came(ann, 1)
    run = ImportRun.objects.create(
        workspace_id=shop.workspace.pk,
        system="cliniko",
        state="done",
        finished_at=timezone.now() - timedelta(10),
    )
    for number, each in enumerate((before, after, charged)):
        SourceRecord.objects.create(
            workspace_id=shop.workspace.pk,
            run=run,
            resource="individual_appointments",
            source_id=str(number),
            target_id=each.appointment_id,
        )
    Invoice.objects.create(
        workspace_id=shop.workspace.pk, client=ann, appointment=charged.appointment, number="C7"
    )
    page = shop.page("/invoices/uninvoiced/")
    found = [f"came={each.pk}" in page for each in (before, after, charged)]
    assert found == [False, True, False]
    draft = Desk(shop.workspace, ann).draft()
    offered = shop.desk.browser.get(f"/invoices/{draft.pk}/edit/").context["form"]
    assert list(offered.fields["add_attendance"].queryset) == [after]


# the list


def test_the_list_is_narrowed_by_status_number_and_name(shop: Shop) -> None:
    ann, zoe = shop.client(), shop.client(preferred_name="Zuleika")
    late = ann.charge("70.00", today() - timedelta(30))
    fresh, draft = zoe.charge("80.00"), zoe.draft("90.00")
    paid = zoe.imported("C12", due="nothing", status="paid")
    zoe.pay("30.00", {fresh.pk: Decimal(30)})

    def found(query: str) -> set[int]:
        page = shop.page(f"/invoices/?{query}")
        return {int(each) for each in re.findall(r'href="/invoices/(\d+)/"', page)}

    mine = {late.pk, fresh.pk, draft.pk, paid.pk}
    assert found("") >= mine
    assert found("status=overdue") & mine == {late.pk}
    assert found("status=awaiting") & mine == {fresh.pk}
    assert found("status=draft") & mine == {draft.pk}
    assert found("status=paid") & mine == {paid.pk}
    assert found(f"q={late.number}") == {late.pk}
    assert found("q=Zuleika") == {fresh.pk, draft.pk, paid.pk}
    assert found(f"until={today() - timedelta(20)}") & mine == {late.pk, paid.pk}
    assert "50.00" in shop.page("/invoices/?q=Zuleika")


def test_pages_of_the_list_follow_each_other_without_a_gap(shop: Shop) -> None:
    zoe = shop.client(preferred_name="Quentin")
    made = {zoe.imported(f"Q{number}").pk for number in range(120)}
    made |= {zoe.imported("Q-none", issued_on=None).pk}
    seen: list[int] = []
    query = "q=Quentin"
    for _ in range(3):
        page = shop.page(f"/invoices/?{query}")
        seen += [int(each) for each in re.findall(r'<a href="/invoices/(\d+)/"', page)]
        query = f"q=Quentin&after={seen[-1]}"
    assert len(seen) == len(made)
    assert set(seen) == made


def test_the_list_asks_the_same_number_of_questions_however_many_there_are(
    shop: Shop, django_assert_max_num_queries: object
) -> None:
    zoe = shop.client(preferred_name="Rosalind")
    for number in range(30):
        zoe.imported(f"R{number}")
    with django_assert_max_num_queries(30):  # type: ignore[operator]  # the plugin's own
        shop.page("/invoices/?q=Rosalind")


# money


def pay(shop: Shop, path: str, **more: str) -> int:
    seen = shop.desk.browser.get(path).context["form"].initial["seen"]
    told = {"seen": str(seen), "dated_on": str(today()), "method": "Cash", "note": ""} | more
    return int(shop.desk.browser.post(path, told).status_code)


def test_a_payment_at_the_desk_pays_and_the_rest_is_credit_that_is_used_later(shop: Shop) -> None:
    ann = shop.client()
    first = ann.charge("60.00")
    assert pay(shop, f"/invoices/{first.pk}/pay/", amount="100.00") == FOUND
    assert (balance_of(first, EVER), unapplied_of(ann.payer)) == (Decimal(0), Decimal(40))
    second = ann.charge("50.00")
    assert "They have 40.00 of credit." in shop.page(f"/invoices/{second.pk}/")
    shop.desk.browser.post(f"/invoices/{second.pk}/use-credit/")
    assert balance_of(second, EVER) == 10
    credit = Credit.objects.get(client=ann.client)
    assert (credit.method, credit.made_by) == ("Cash", shop.desk.user)
    noted = AuditEntry.objects.filter(record="payment", record_id=credit.pk)
    assert noted.get().client_id == ann.client.pk


def test_what_cannot_be_is_refused_and_leaves_nothing_behind(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge("60.00")
    path = f"/clients/{ann.client.pk}/payment/"
    more = {"amount": "70.00", f"for_{invoice.pk}": "70.00"}
    assert pay(shop, path, **more) == REFUSED
    assert pay(shop, path, amount="70", dated_on=str(today() + timedelta(1))) == REFUSED
    assert pay(shop, path, amount="70", seen="999999999") == REFUSED
    assert not Credit.objects.filter(client=ann.client).exists()


def test_a_credit_note_a_refund_and_taking_back_go_through_their_pages(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge("60.00")
    ann.pay("60.00")
    path, day = f"/invoices/{invoice.pk}/credit/", str(today())
    shop.desk.browser.post(path, {"amount": "20.00", "dated_on": day, "note": "Too long"})
    account = shop.page(f"/clients/{ann.client.pk}/account/")
    assert "CN" in account
    refund = {"amount": "20.00", "dated_on": day, "method": "Cash", "note": ""}
    shop.desk.browser.post(f"/clients/{ann.client.pk}/refund/", refund)
    assert unapplied_of(ann.payer) == 0
    back = Credit.objects.get(client=ann.client, kind="refund")
    shop.desk.browser.post(f"/credits/{back.pk}/take-back/")
    assert unapplied_of(ann.payer) == 20
    assert "taken back" in shop.page(f"/clients/{ann.client.pk}/account/")


def test_an_invoice_that_another_system_collects_says_so_and_takes_no_money(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge()
    CollectedElsewhere.objects.create(
        workspace_id=shop.workspace.pk, invoice=invoice, system="xero"
    )
    page = shop.page(f"/invoices/{invoice.pk}/")
    assert "collected in another system" in page
    assert f"/invoices/{invoice.pk}/pay/" not in page


# statements and paper


def test_a_statement_ends_with_what_the_ledger_says_whichever_way_it_is_told(shop: Shop) -> None:
    ann = shop.client()
    ann.charge("60.00", today() - timedelta(40))
    ann.charge("33.33", today() - timedelta(10))
    ann.imported("S1", "70.00", issued_on=None)
    elsewhere = ann.charge("9.00", today() - timedelta(8))
    ann.pay("4.00", {elsewhere.pk: Decimal(4)})
    CollectedElsewhere.objects.create(
        workspace_id=shop.workspace.pk, invoice=elsewhere, system="xero"
    )
    billing.pay(ann.payer, money("45.00", today() - timedelta(20)))
    taken = billing.pay(ann.payer, money("5.00", today() - timedelta(5)))
    billing.take_back(taken, None)
    for days in (0, 3, 15, 30, 60):
        until = today() - timedelta(days)
        whole = activity(ann.payer, until - timedelta(30), until)
        ends = whole.entries[-1].balance if whole.entries else whole.before
        assert ends == whole.balance == outstanding(ann.payer, until).balance
    assert outstanding(ann.payer, today()).balance == Decimal("118.33")


def test_invoices_and_statements_are_pdfs(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge()
    for path in (
        f"/invoices/{invoice.pk}/pdf/",
        f"/clients/{ann.client.pk}/statement/?show=activity",
    ):
        answer = shop.desk.browser.get(path)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_what_people_write_is_no_code_of_the_page_or_of_the_paper(shop: Shop) -> None:
    ann = shop.client()
    draft = ann.draft("5.00")
    sent = form_of(shop, draft) | {"lines-0-name": "<b>#panic() $x$", "notes": "#eval(1)"}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    assert "&lt;b&gt;#panic()" in shop.page(f"/invoices/{draft.pk}/")
    assert shop.desk.browser.get(f"/invoices/{draft.pk}/pdf/").content.startswith(b"%PDF")


# links


def test_a_link_shows_one_invoice_to_whoever_has_it_until_it_is_revoked(shop: Shop) -> None:
    cache.clear()
    invoice = shop.client().charge("77.70")
    page = shop.desk.browser.post(f"/invoices/{invoice.pk}/link/").content.decode()
    (path,) = re.findall(r"/invoice/[0-9]+-[A-Za-z0-9_-]{43}/", page)
    stranger = Browser()
    answer = stranger.get(path)
    assert answer.status_code == OK
    assert "77.70" in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert stranger.get(f"{path}pdf/").content.startswith(b"%PDF")
    assert "last opened" in shop.page(f"/invoices/{invoice.pk}/")
    shop.desk.browser.post(f"/invoices/{invoice.pk}/links/revoke/")
    gone, never = stranger.get(path), stranger.get(f"/invoice/{shop.workspace.pk}-{'x' * 43}/")
    assert (gone.status_code, never.status_code) == (MISSING, MISSING)
    assert "77.70" not in gone.content.decode()


def test_a_link_leads_nowhere_in_another_workspace(shop: Shop) -> None:
    cache.clear()
    token = billing.open_link(shop.client().charge(), None)
    number = str(shop.workspace.pk)
    moved = f"{int(number) + 1}{token.removeprefix(number)}"
    assert Browser().get(f"/invoice/{moved}/").status_code == MISSING


def test_links_are_not_tried_one_after_the_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(public, "MOST", 3)
    path = f"/invoice/{shop.workspace.pk}-{'x' * 43}/"
    codes = [Browser().get(path).status_code for _ in range(5)]
    assert codes == [MISSING, MISSING, MISSING, OFTEN, OFTEN]
    cache.clear()


# settings


def test_how_a_practice_charges_is_set_and_shown_to_whoever_may(shop: Shop) -> None:
    owner = a_person(shop.workspace, Role.OWNER)
    form = owner.browser.get("/settings/invoices/").context["form"]
    told = {name: form[name].value() for name in form.fields}
    told |= {"before_number": "T-", "digits": "4", "next_number": "7000", "due_days": "7"}
    assert owner.browser.post("/settings/invoices/", told).status_code == FOUND
    kept = billing_settings(shop.workspace.pk)
    assert (kept.prefix, kept.next_number, kept.due_days) == ("T-", 7000, 7)
    assert "EFTPOS" in kept.payment_methods
    assert shop.client().charge().number == "T-7000"
    assert owner.browser.post("/settings/invoices/", told).status_code == REFUSED
    assert (
        owner.browser.post("/settings/invoices/", told | {"before_number": "A1"}).status_code
        == REFUSED
    )


def test_a_contact_has_an_account_too(shop: Shop) -> None:
    insurer = Contact.objects.create(workspace_id=shop.workspace.pk, company_name="Safe Ltd")
    assert pay(shop, f"/contacts/{insurer.pk}/payment/", amount="12.00") == FOUND
    assert unapplied_of(Payer(contact=insurer)) == 12
    assert "12.00" in shop.page(f"/contacts/{insurer.pk}/account/")
    assert shop.desk.browser.get(f"/contacts/{insurer.pk}/statement/").status_code == OK
    assert shop.desk.browser.get(f"/contacts/{insurer.pk}/refund/").status_code == OK
