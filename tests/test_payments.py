"""What lessens a debt: payments, credit, credit notes, write-offs, refunds; and links."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from handover.accounts.models import Workspace
from handover.billing import operations as billing
from handover.billing.ledger import balance_of, today
from handover.billing.links import seen_by, workspace_in
from handover.billing.models import Allocation, CollectedElsewhere, Credit, Invoice
from handover.billing.operations import Refused
from handover.billing.payers import last_credit, owed_by, unapplied_of
from handover.clients.models import Client, Contact
from handover.core.tenancy import acting_in
from tests.charging import EVER, Desk, a_desk, at_once, line, money

Status = Invoice.Status


@pytest.fixture
def till(workspace: Workspace) -> Iterator[Desk]:
    desk = a_desk(workspace)
    with acting_in(workspace.pk):
        yield desk


def due(invoice: Invoice) -> Decimal:
    return balance_of(invoice, EVER)


# payments


def test_a_payment_goes_to_the_oldest_first_and_what_is_left_is_credit(till: Desk) -> None:
    newer = till.charge("50.00")
    older = till.charge("80.00", today() - timedelta(9))
    till.pay("100.00")
    assert [due(older), due(newer)] == [0, 30]
    older.refresh_from_db()
    newer.refresh_from_db()
    assert [older.status, newer.status] == [Status.PAID, Status.OPEN]
    till.pay("50.00")
    assert [owed_by(till.payer), unapplied_of(till.payer)] == [0, 20]


def test_a_payment_given_to_some_goes_to_those_alone(till: Desk) -> None:
    first, second = till.charge(), till.charge()
    till.pay("70.00", {second.pk: Decimal("70.00")})
    assert [due(first), due(second)] == [100, 30]
    with pytest.raises(Refused, match=r"30\.00 is due"):
        till.pay("31.00", {second.pk: Decimal("31.00")})
    with pytest.raises(Refused, match="More is given"):
        till.pay("5.00", {second.pk: Decimal("6.00")})


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_a_payment_is_some_cents(till: Desk, amount: str) -> None:
    with pytest.raises(Refused, match="above nought"):
        till.pay(amount)


def test_an_imported_invoice_is_paid_here_and_stays_as_it_was_imported(till: Desk) -> None:
    old = till.imported("9")
    till.pay("100.00")
    after = Invoice.objects.get(pk=old.pk)
    assert [due(after), after.status, after.revision] == [0, Status.OPEN, old.revision]


def test_a_contact_pays_what_is_made_out_to_them_and_the_client_does_not(till: Desk) -> None:
    insurer = Contact.objects.create(workspace_id=till.workspace.pk, company_name="Insurer")
    made = billing.begin(till.workspace.pk, billing.Head(till.client, insurer))
    billing.add(made.pk, [line("40.00")])
    theirs = billing.finalise(made.pk, Invoice.objects.get(pk=made.pk).revision)
    mine = till.charge()
    with pytest.raises(Refused, match="somebody else"):
        till.pay("10.00", {theirs.pk: Decimal(10)})
    till.pay("150.00")
    assert [due(theirs), due(mine), unapplied_of(till.payer)] == [40, 0, 50]


def test_what_another_system_collects_takes_no_payment_here(till: Desk) -> None:
    invoice = till.charge()
    CollectedElsewhere.objects.create(
        workspace_id=till.workspace.pk, invoice=invoice, system="xero"
    )
    with pytest.raises(Refused, match="another system"):
        till.pay("10.00", {invoice.pk: Decimal(10)})
    till.pay("10.00")
    assert due(invoice) == 100


def test_a_form_that_is_sent_twice_pays_once(till: Desk) -> None:
    till.charge()
    seen = last_credit(till.payer)
    billing.pay(till.payer, money("60.00"), seen=seen)
    with pytest.raises(Refused, match="since you opened"):
        billing.pay(till.payer, money("60.00"), seen=seen)
    assert Credit.objects.count() == 1


def test_two_who_pay_one_invoice_at_once_never_pay_it_twice(workspace: Workspace) -> None:
    desk = a_desk(workspace)
    with acting_in(workspace.pk):
        invoice = desk.charge()
    refused: list[str] = []

    def pay() -> None:
        try:
            with acting_in(workspace.pk):
                desk.pay("70.00", {invoice.pk: Decimal(70)})
        except Refused as problem:
            refused.append(str(problem))
        connection.close()

    at_once([pay, pay, pay])
    with acting_in(workspace.pk):
        assert due(invoice) == 30
        assert len(refused) == 2
        assert Credit.objects.count() == 1


# credits


def test_credit_is_used_later_from_that_day_on(till: Desk) -> None:
    before = today() - timedelta(5)
    billing.pay(till.payer, money("30.00", before))
    invoice = till.charge("100.00", before)
    assert billing.apply_credit(till.payer, None) == {invoice.pk: 30}
    assert balance_of(invoice, today() - timedelta(1)) == 100
    assert [due(invoice), unapplied_of(till.payer)] == [70, 0]
    with pytest.raises(Refused):
        billing.apply_credit(till.payer, None)


def test_a_credit_note_has_a_number_of_its_own_and_never_more_than_the_invoice(
    till: Desk,
) -> None:
    invoice = till.charge()
    assert billing.credit_note(invoice, money("60.00")).number == "CN1"
    assert billing.credit_note(invoice, money("40.00")).number == "CN2"
    assert due(invoice) == 0
    with pytest.raises(Refused, match="more than the invoice"):
        billing.credit_note(invoice, money("0.01"))


def test_crediting_a_paid_invoice_makes_its_payment_credit_again(till: Desk) -> None:
    invoice = till.charge()
    till.pay("100.00")
    billing.credit_note(invoice, money("25.00"))
    assert [due(invoice), unapplied_of(till.payer)] == [0, 25]
    billing.refund(till.payer, money("20.00"))
    assert unapplied_of(till.payer) == 5
    with pytest.raises(Refused, match="less credit"):
        billing.refund(till.payer, money("5.01"))


def test_a_write_off_ends_what_is_due_and_no_more(till: Desk) -> None:
    invoice = till.charge()
    billing.write_off(invoice, money("99.00"))
    with pytest.raises(Refused, match=r"1\.00 is due"):
        billing.write_off(invoice, money("1.01"))
    billing.write_off(invoice, money("1.00"))
    assert Invoice.objects.get().status == Status.PAID


def test_what_was_written_off_never_becomes_credit_that_could_be_paid_out(till: Desk) -> None:
    invoice = till.charge()
    till.pay("40.00")
    billing.write_off(invoice, money("60.00"))
    with pytest.raises(Refused, match="written off"):
        billing.credit_note(invoice, money("40.01"))
    billing.credit_note(invoice, money("40.00"))
    assert [due(invoice), unapplied_of(till.payer)] == [0, 40]


def test_what_is_taken_back_is_due_again_and_both_rows_stay(till: Desk) -> None:
    invoice = till.charge("100.00", today() - timedelta(5))
    paid = billing.pay(till.payer, money("130.00", today() - timedelta(2)))
    opposite = billing.take_back(paid, None)
    assert opposite.amount == -130
    assert [due(invoice), unapplied_of(till.payer)] == [100, 0]
    assert balance_of(invoice, today() - timedelta(1)) == 0  # as it was by then
    assert Invoice.objects.get().status == Status.OPEN
    for each in (paid, opposite):
        with pytest.raises(Refused, match="already"):
            billing.take_back(each, None)


def test_a_payment_that_was_partly_paid_back_is_not_taken_back_first(till: Desk) -> None:
    paid = till.pay("50.00")
    back = billing.refund(till.payer, money("20.00"))
    with pytest.raises(Refused, match="refund"):
        billing.take_back(paid, None)
    billing.take_back(back, None)
    billing.take_back(paid, None)
    assert unapplied_of(till.payer) == 0


def test_crediting_after_a_payment_was_taken_back_gives_no_money_away(till: Desk) -> None:
    invoice = till.charge()
    billing.take_back(till.pay("100.00"), None)
    till.pay("100.00")
    billing.credit_note(invoice, money("10.00"))
    assert [due(invoice), unapplied_of(till.payer)] == [0, 10]


def test_what_each_owes_is_what_was_charged_less_what_came(till: Desk) -> None:
    for amount in ("100.00", "33.33", "0.01"):
        till.charge(amount)
    first = till.pay("40.00")
    till.pay("90.00")
    billing.take_back(first, None)
    came = sum((each.amount for each in Credit.objects.all()), Decimal(0))
    assert owed_by(till.payer) - unapplied_of(till.payer) == Decimal("133.34") - came
    given = sum((each.amount for each in Allocation.objects.all()), Decimal(0))
    assert given == came - unapplied_of(till.payer)


# links


def test_a_link_keeps_its_hash_alone_and_can_be_revoked(till: Desk) -> None:
    invoice = till.charge()
    token = billing.open_link(invoice, None)
    assert workspace_in(token) == till.workspace.pk
    assert seen_by(token) == invoice
    (link,) = invoice.links.all()
    assert token not in str(vars(link))
    assert billing.revoke_links(invoice) == 1
    assert seen_by(token) is None


def test_a_draft_is_shown_to_nobody(till: Desk) -> None:
    with pytest.raises(Refused):
        billing.open_link(till.draft("1.00"), None)


def test_the_clients_name_stands_on_the_invoice_as_it_was(till: Desk) -> None:
    invoice = till.charge()
    Client.objects.update(last_name="Gray")
    assert Invoice.objects.get(pk=invoice.pk).recipient == "Ann Lee"
