"""Invoices in the browser: writing one, lists, who was not charged yet, settings."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from conftest import Emptying
from handover.accounts.models import AuditEntry, Role
from handover.billing import operations
from handover.billing.ledger import billing_settings, today
from handover.billing.models import Invoice, InvoiceItem
from handover.billing.pricing import lines_for_attendance
from handover.clients.models import Contact
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun, SourceRecord
from handover.practice.models import (
    BillableItem,
    ConcessionType,
    Tax,
)
from handover.scheduling.models import Attendance
from handover.web.billing.forms import Named
from handover.web.billing.uninvoiced import uninvoiced_of
from tests.charging import Desk
from tests.counting import questions
from tests.people import a_person
from tests.shop import FOUND, REFUSED, Shop, a_shop, form_of


@pytest.fixture(scope="module")
def shop(emptying: Emptying) -> Iterator[Shop]:
    with emptying():
        yield a_shop()


@pytest.fixture
def inside(shop: Shop) -> Iterator[None]:
    with acting_in(shop.workspace.pk):
        yield


pytestmark = pytest.mark.usefixtures("inside")


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


def test_an_appointment_is_charged_once_also_if_it_is_sent_twice(shop: Shop) -> None:
    ann = shop.client()
    came = shop.came(ann.client)
    asked = {"client": f"Ann Lee [{ann.client.pk}]", "contact": "", "came": came.pk}
    for _ in range(2):
        answer = shop.desk.browser.post("/invoices/new/", asked)
    assert answer.headers["Location"] == "/invoices/uninvoiced/"
    draft = Invoice.objects.get(client=ann.client)
    other = operations.begin(shop.workspace.pk, operations.Head(ann.client))
    with pytest.raises(operations.Refused, match="another invoice"):
        operations.add(other.pk, lines_for_attendance(came, other))
    assert [each.invoice_id for each in InvoiceItem.objects.filter(attendance=came)] == [draft.pk]


def test_an_appointment_is_offered_by_the_day_that_it_was_where_it_was(shop: Shop) -> None:
    came = shop.came(shop.client().client)
    came.appointment.starts_at = datetime(2026, 3, 1, 23, tzinfo=UTC)  # the 2nd in Perth
    said = Named("Appointment", Attendance.objects.all(), "-").label_from_instance(came)
    assert said == "2 Mar 2026 Visit"


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


def test_while_one_writes_the_totals_are_what_saving_will_make_of_it(shop: Shop) -> None:
    draft = shop.client().draft("10.05", "20.00")
    told = form_of(shop, draft) | {"calculation_method": "tax_exclusive"}
    told |= {"lines-0-quantity": "3", "lines-0-discount": "33.33", "lines-0-discount_in": "percent"}
    told |= {"lines-0-tax": str(Tax.objects.get(name="GST").pk), "lines-1-remove": "on"}
    told |= {"lines-2-name": "Tape", "lines-2-unit_price": "0.335", "lines-2-quantity": "3"}
    typed = shop.desk.browser.post(f"/invoices/{draft.pk}/totals/", told)
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", told)
    draft.refresh_from_db()
    sums = typed.context["sums"]
    assert (sums.net, sums.tax, sums.total) == (Decimal("21.11"), Decimal("2.01"), Decimal("23.12"))
    assert (draft.net_amount, draft.tax_amount, draft.total_amount) == (
        *(sums.net, sums.tax, sums.total),
    )
    assert "23.12" in typed.text
    assert "not counted" not in typed.text
    half = form_of(shop, draft) | {"lines-2-unit_price": "5"}
    answer = shop.desk.browser.post(f"/invoices/{draft.pk}/totals/", half)
    assert answer.context["sums"].total == sums.total
    assert "not counted" in answer.text
    assert Invoice.objects.get(pk=draft.pk).revision == draft.revision


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


def test_who_is_not_to_be_charged_leaves_the_list_until_they_are_put_back(shop: Shop) -> None:
    ann = shop.client().client
    came = shop.came(ann, days=3)
    charge, where = f"came={came.pk}", "/invoices/uninvoiced/"
    revision = came.revision
    for _ in range(2):
        shop.desk.browser.post(f"{where}{came.pk}/leave-out/?before={came.pk}")
        assert charge not in shop.page(where)
        assert f"{where}{came.pk}/put-back/" in shop.page(f"{where}?show=left-out")
        assert not uninvoiced_of(ann, shop.desk.user)
        back = shop.desk.browser.post(f"{where}{came.pk}/put-back/")
        assert back.headers["Location"] == f"{where}?show=left-out"
        assert charge in shop.page(where)
    came.refresh_from_db()
    assert came.revision == revision, "the attendance stays as it was imported"
    told = AuditEntry.objects.filter(record="attendance", record_id=came.pk)
    assert told.count() == 4


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


def test_lists_ask_the_same_number_of_questions_however_many_there_are(shop: Shop) -> None:
    zoe, browser = shop.client(preferred_name="Rosalind"), shop.desk.browser
    everybody, hers = [], []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            zoe.imported(f"R{number}")
        everybody.append(questions(browser, "/invoices/", q="Rosalind"))
        hers.append(questions(browser, f"/clients/{zoe.client.pk}/invoices/"))
    assert everybody[0] == everybody[1] <= 30
    assert hers[0] == hers[1] <= 20


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


def test_what_can_be_chosen_is_read_without_a_cursor_of_the_server(shop: Shop) -> None:
    by_cursor: list[str] = []

    def noted(execute: Callable[..., Any], sql: str, *given: Any) -> Any:  # noqa: ANN401  # Django's own
        if isinstance(given[-1]["cursor"].cursor, psycopg.ServerCursor):
            by_cursor.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(noted):
        assert str(shop.mary) in shop.page("/invoices/")
    assert not by_cursor


def test_the_list_of_invoices_asks_no_more_for_more_of_them(shop: Shop) -> None:
    def added() -> None:
        draft = shop.client().draft("10.00")
        insurer = Contact.objects.create(workspace=shop.workspace, company_name="Insurer")
        Invoice.objects.filter(pk=draft.pk).update(contact=insurer, practitioner=shop.mary)

    added()
    few = questions(shop.desk.browser, "/invoices/")
    added()
    added()
    assert questions(shop.desk.browser, "/invoices/") == few
