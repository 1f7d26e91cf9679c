"""Debtors go to Xero: each once, to the cent, and nothing of what was done to anybody."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from handover.accounts.models import Workspace
from handover.billing.ledger import billing_settings
from handover.billing.models import CollectedElsewhere, Debtors
from handover.core.tenancy import acting_in
from handover.sandbox.xero import XeroFault
from handover.xero import asking, outbox
from handover.xero.client import A_PAGE
from handover.xero.consent import connection_of, keep_code
from handover.xero.models import XeroErrand, XeroPush
from handover.xero.problems import XeroProblem
from handover.xero.wire import connections
from tests.test_ledger import paid, told
from tests.xero_office import DIAGNOSIS, ISSUED, Mode, Office, Status, an_office

INVOICES, PAYMENTS = "/api.xro/2.0/Invoices", "/api.xro/2.0/Payments"
CONTACTS = "/api.xro/2.0/Contacts"


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Iterator[Office]:
    with an_office(workspace, tmp_path) as made:
        yield made


def in_books(office: Office) -> dict[str, Decimal]:
    """What is due in Xero, by number; each number stands there once."""
    found = [(each["InvoiceNumber"], each) for each in office.xero.books.invoices.values()]
    assert len({number for number, _ in found}) == len(found)
    return {number: each["AmountDue"] for number, each in found}


def elsewhere(office: Office) -> int:
    with acting_in(office.workspace.pk):
        return CollectedElsewhere.objects.count()


def test_what_is_due_stands_in_xero_afterwards_to_the_cent(office: Office) -> None:
    office.owes("90.00")
    office.owes("110.05", tax="GST")
    office.ready()
    push = office.push()
    assert (push.state, push.message) == ("done", "")
    assert (push.xero_count, push.xero_total, push.agrees) == (2, push.expected_total, True)
    assert in_books(office) == {row.number: row.amount for row in office.rows("sent")}
    assert elsewhere(office) == 2
    invoice = next(iter(office.xero.books.invoices.values()))
    assert (invoice["SentToContact"], invoice["Status"]) == (True, "AUTHORISED")


def test_nothing_of_what_was_done_leaves(office: Office) -> None:
    office.owes("90.00")
    office.ready()
    office.push(Mode.FULL)
    said = b"".join(each.body for each in office.xero.asked).decode()
    assert "Invoice 001001, line 1" in said
    for word in ("F43", *DIAGNOSIS.split()):
        assert word not in said


def test_of_a_part_paid_invoice_the_balance_goes_split_over_its_taxes(office: Office) -> None:
    invoice = office.owes("33.33", tax="GST")
    with acting_in(office.workspace.pk):
        item = invoice.items.get()
        for amount in ("33.33", "33.34"):
            item.pk, item.tax_name, item.total_including_tax = None, "", Decimal(amount)
            item.save()
        invoice.total_amount = Decimal("100.00")
        invoice.save()
        told(invoice, "70.01", ISSUED)
        paid(invoice, "0.01", ISSUED)
    office.ready()
    assert office.push().agrees
    (there,) = office.xero.books.invoices.values()
    lines = {each["TaxType"]: each["UnitAmount"] for each in there["LineItems"]}
    assert lines == {"OUTPUT": Decimal("23.33"), "EXEMPTOUTPUT": Decimal("46.67")}
    assert there["AmountDue"] == 70


def test_a_full_invoice_goes_with_its_payment_to_the_clearing_account(office: Office) -> None:
    invoice = office.owes("100.00")
    with acting_in(office.workspace.pk):
        told(invoice, "35.50", ISSUED)
    office.ready()
    office.xero.go_wrong(XeroFault("lost", path=PAYMENTS, method="PUT"))
    push = office.push(Mode.FULL)
    (there,) = office.xero.books.invoices.values()
    assert (there["Total"], there["AmountDue"], len(there["Payments"])) == (100, Decimal("35.5"), 1)
    assert (push.state, push.agrees, [row.state for row in office.rows()]) == (
        "done",
        True,
        ["sent"],
    )


def test_a_payment_that_xero_refuses_is_shown_and_the_invoice_is_still_collected_there(
    office: Office,
) -> None:
    invoice = office.owes("100.00")
    with acting_in(office.workspace.pk):
        told(invoice, "35.50", ISSUED)
    office.ready()
    for account in office.xero.books.accounts:
        account["EnablePaymentsToAccount"] = False
    push = office.push(Mode.FULL)
    assert (push.state, push.agrees) == ("done", False)
    (row,) = office.rows("unpaid")
    assert "cannot be made to this account" in row.message
    assert elsewhere(office) == 1


def test_what_is_not_due_or_not_collected_here_is_never_sent(office: Office) -> None:
    for amount in ("0.00", "-20.00"):
        office.owes(amount)
    settled = office.owes("50.00")
    with acting_in(office.workspace.pk):
        told(settled, "0", ISSUED)
    office.owes("60.00", due="nothing", status="paid")
    office.owes("70.00", status="draft")
    kept = office.owes("80.00")
    office.ready()
    with acting_in(office.workspace.pk):
        assert [each.pk for each in asking.to_send("t")] == [kept.pk]
        row = billing_settings(office.workspace.pk)
        row.debtors = Debtors.XERO_CONNECTED
        row.save()
        assert asking.to_send("t") == []


def test_what_is_paid_after_the_button_was_pressed_is_not_asked_for_in_xero(
    office: Office,
) -> None:
    first, second = office.owes("80.00"), office.owes("60.00")
    office.ready()
    push = office.begin()
    with acting_in(office.workspace.pk):
        told(first, "0", ISSUED)
        told(second, "10.00", ISSUED)
    office.finish(push)
    assert in_books(office) == {second.number: 10}
    assert [row.state for row in office.rows()] == ["left_out", "sent"]


def test_a_number_that_is_there_already_is_neither_changed_nor_sent(office: Office) -> None:
    invoice = office.owes("80.00")
    books = office.xero.books
    line = {"Description": "x", "UnitAmount": 12, "TaxType": "OUTPUT", "AccountCode": "200"}
    theirs: dict[str, object] = {
        "Type": "ACCREC",
        "InvoiceNumber": invoice.number,
        "Contact": {"Name": "Zoe"},
    }
    theirs |= {"Date": "2026-08-03", "LineItems": [line], "LineAmountTypes": "Inclusive"}
    books.save_invoice(theirs, create=True)
    office.ready()
    office.push()
    assert [row.state for row in office.rows()] == ["there"]
    assert in_books(office) == {invoice.number: 12}
    assert elsewhere(office) == 0


def test_payers_are_matched_by_id_number_and_address_and_names_are_kept_apart(
    office: Office,
) -> None:
    books = office.xero.books
    books.save_contact({"Name": "Ann Lee", "EmailAddress": "ANN@example.net"})
    books.save_contact({"Name": "Bea Fox", "EmailAddress": "another@example.net"})
    with acting_in(office.workspace.pk):
        ann = office.client(last_name="Lee", email="ann@example.net")
        bea = office.client(first_name="Bea", last_name="Fox", email="bea@example.net")
        other = office.client(first_name="bea", last_name="FOX")
    for client in (ann, bea, other):
        office.owes("10.00", client=client)
    office.ready()
    office.push()
    names = {each["Name"] for each in books.contacts.values()}
    assert names == {"Ann Lee", "Bea Fox", f"Bea Fox ({bea.pk})", f"bea FOX ({other.pk})"}
    office.owes("20.00", client=bea)
    office.push()
    assert len(books.contacts) == 4
    of_bea = [each for each in books.contacts.values() if each["Name"] == f"Bea Fox ({bea.pk})"]
    there = [each["Contact"]["ContactID"] for each in books.invoices.values()]
    assert there.count(of_bea[0]["ContactID"]) == 2


def test_of_many_contacts_those_known_from_before_are_asked_for_by_their_ids(
    office: Office,
) -> None:
    books = office.xero.books
    one = {"ContactStatus": "ACTIVE", "Name": ""}
    strangers = (f"{number:036}" for number in range(2 * A_PAGE + 1))
    books.contacts |= {each: one | {"ContactID": each, "Name": each} for each in strangers}
    with acting_in(office.workspace.pk):
        ann = office.client()

    def reads() -> int:
        """How often contacts are asked for by a push of one more invoice of hers."""
        office.owes("10.00", client=ann)
        before = len(office.xero.asked)
        assert office.push().agrees
        asked = [each for each in office.xero.asked[before:] if each.path == CONTACTS]
        return len([each for each in asked if each.method == "GET"])

    office.ready()
    assert reads() == 3
    assert reads() == 2
    *_, hers = books.contacts.values()
    hers["ContactStatus"] = "ARCHIVED"
    assert reads() == 4, "she is there no more: the others are read, too"
    assert books.contacts[hers["ContactID"]]["ContactStatus"] == "ARCHIVED"


FAULTS = (
    XeroFault("lost", path=INVOICES, method="PUT"),
    XeroFault("reset", path=INVOICES, method="PUT"),
    XeroFault("status", path=INVOICES, method="PUT", status=503),
    XeroFault("status", path=INVOICES, method="GET", status=500),
    XeroFault("status", path=INVOICES, method="PUT", status=429, retry_after=0),
    XeroFault("lost", path=CONTACTS, method="PUT"),
    XeroFault("expired", path=INVOICES, method="PUT"),
)


def test_whatever_goes_wrong_on_the_way_each_is_there_once(office: Office) -> None:
    office.ready()
    for number, fault in enumerate(FAULTS, 1):
        office.owes(f"{number}.00")
        office.owes(f"{number}.50")
        office.xero.go_wrong(fault)
        push = office.push()
        assert (push.state, push.agrees) == ("done", True), fault
        assert len(in_books(office)) == len(office.xero.books.contacts) == 2 * number, fault
        assert elsewhere(office) == 2 * number
    assert office.xero.identity.rotations == 1


def test_what_is_paid_here_while_it_is_sent_is_not_asked_for_in_silence(office: Office) -> None:
    invoice = office.owes("100.00")
    office.ready()
    push = office.begin()
    with acting_in(office.workspace.pk):
        claimed = outbox.claim(push, 50)
        paid(invoice, "40.00")
        outbox.arrived([(claimed[0], "some-id")])
    (row,) = office.rows("sent")
    assert (row.amount, elsewhere(office)) == (Decimal("60.00"), 1)
    assert row.message.startswith("40.00 of it was paid here while it was sent")


def test_a_limit_of_the_day_puts_the_rest_off_and_says_until_when(office: Office) -> None:
    office.owes("10.00")
    office.ready()
    office.xero.go_wrong(
        XeroFault(
            "status", path=INVOICES, method="PUT", status=429, retry_after=7200, problem="day"
        )
    )
    push = office.begin()
    office.work()
    with acting_in(office.workspace.pk):
        push.refresh_from_db()
    assert push.state == "queued"
    assert push.waits_until is not None
    assert push.waits_until > timezone.now() + timedelta(seconds=7000)
    assert in_books(office) == {}


def test_a_consent_that_comes_to_nothing_leaves_the_older_one_as_it_is(office: Office) -> None:
    office.owes("10.00")
    office.ready()
    with acting_in(office.workspace.pk):
        keep_code(office.desk.home, connection_of(office.workspace.pk), "no-code-of-xeros")
    row = office.do(XeroErrand.Kind.EXCHANGE)
    assert (row.state, row.message != "") == ("connected", True)
    assert (office.push().state, len(in_books(office))) == ("done", 1)


def test_a_consent_that_was_withdrawn_stops_the_push_until_it_is_given_again(
    office: Office,
) -> None:
    office.owes("10.00")
    office.ready()
    office.xero.identity.revoke()
    push = office.push()
    assert (push.state, office.connection.state) == ("attention", "lost")
    assert office.connection.sealed_refresh == ""
    office.connect()
    with acting_in(office.workspace.pk):
        asking.go_on(push)
    assert office.finish(push).agrees


def test_a_tax_rate_that_was_changed_in_xero_stops_the_push_before_anything_is_sent(
    office: Office,
) -> None:
    office.owes("10.00", tax="GST")
    office.ready()
    (rate,) = (each for each in office.xero.books.tax_rates if each["TaxType"] == "OUTPUT")
    rate["EffectiveRate"] = Decimal("12.5")
    push = office.push()
    assert push.state == "attention"
    assert "GST on Income is not as it was" in push.message
    assert in_books(office) == {}
    office.do(XeroErrand.Kind.READ)
    office.map()
    with acting_in(office.workspace.pk):
        asking.go_on(push)
    assert office.finish(push).agrees


def test_what_xero_refuses_says_why_and_may_be_sent_again(office: Office) -> None:
    office.xero.books.locked_until = ISSUED
    office.owes("10.00")
    office.owes("20.00", issued_on=ISSUED + timedelta(days=1))
    office.ready()
    office.push()
    assert [row.state for row in office.rows()] == ["refused", "sent"]
    assert "lock date" in office.rows("refused")[0].message
    assert office.connection.locked_until == ISSUED
    office.xero.books.locked_until = None
    push = office.push()
    assert (push.expected_count, push.agrees, len(in_books(office))) == (1, True, 2)


def test_two_of_one_number_are_not_taken_for_one(office: Office) -> None:
    office.owes("10.00", number="7")
    office.owes("20.00", number="7")
    office.owes("30.00", number="")
    office.ready()
    office.push()
    assert [row.state for row in office.rows()] == ["sent", "refused", "refused"]
    assert in_books(office) == {"7": 10}


def test_a_stopped_push_leaves_the_rest_to_another_one(office: Office) -> None:
    office.owes("10.00")
    office.ready()
    push = office.begin()
    with acting_in(office.workspace.pk):
        asking.stop(push)
    office.work()
    assert in_books(office) == {}
    assert office.push().agrees


def test_only_one_push_goes_on_at_a_time_and_only_when_it_was_looked_first(
    office: Office,
) -> None:
    office.owes("10.00")
    office.connect()
    office.map()
    with pytest.raises(XeroProblem, match="look in Xero first"):
        office.begin()
    office.do(XeroErrand.Kind.PROBE)
    office.begin()
    with pytest.raises(XeroProblem, match="being sent already"):
        office.begin()


def test_the_aged_receivables_of_xero_equal_ours(office: Office) -> None:
    as_at = date(2026, 11, 23)
    days = (-5, 0, 1, 30, 31, 60, 61, 90, 91, 400)
    for number, late in enumerate(days, 1):
        due_on = as_at - timedelta(days=late)
        office.owes(f"{number}.10", issued_on=due_on - timedelta(days=14), due_on=due_on)
    office.ready()
    office.push()
    with connections() as http:
        asked = http.get(f"{office.xero.url}/_xero/aged", params={"as_at": str(as_at)})
    theirs = asked.json()[0]
    assert theirs == {"current": 3.2, "1-30": 7.2, "31-60": 11.2, "61-90": 15.2, "90+": 19.2}


def test_a_draft_is_a_draft_there(office: Office) -> None:
    office.owes("10.00")
    office.ready()
    assert office.push(status=Status.DRAFT).agrees
    assert {each["Status"] for each in office.xero.books.invoices.values()} == {"DRAFT"}
    with acting_in(office.workspace.pk):
        assert XeroPush.objects.get().finished_at is not None
