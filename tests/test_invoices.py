"""Invoices: drafts, numbers, what a final one is, and what lessens a debt."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import Error, connection, transaction

from handover.accounts.models import Workspace
from handover.billing import operations as billing
from handover.billing.amounts import Price
from handover.billing.ledger import balance_of, billing_settings, today
from handover.billing.models import CollectedElsewhere, Invoice, InvoiceItem
from handover.billing.operations import Refused
from handover.core.tenancy import acting_in
from handover.core.tenancy.changing import OutdatedError
from tests.charging import EVER, Desk, a_desk, at_once, line

Status = Invoice.Status


@pytest.fixture
def till(workspace: Workspace) -> Iterator[Desk]:
    desk = a_desk(workspace)
    with acting_in(workspace.pk):
        yield desk


def due(invoice: Invoice) -> Decimal:
    return balance_of(invoice, EVER)


# drafts


def test_a_draft_has_no_number_and_charges_nothing(till: Desk) -> None:
    draft = till.draft("60.00", "40.50")
    assert [draft.number, draft.total_amount, due(draft)] == ["", Decimal("100.50"), 0]
    assert draft.due_on == today() + timedelta(14)


def test_whoever_writes_a_draft_second_is_told(till: Desk) -> None:
    draft = till.draft("60.00")
    changed = [*billing.lines_of(draft), line("1.00")]
    billing.write(draft.pk, draft.revision, {"reference": "A"}, changed)
    with pytest.raises(OutdatedError):
        billing.write(draft.pk, draft.revision, {"reference": "B"}, [])
    assert Invoice.objects.get().reference == "A"


def test_changing_a_lines_name_alone_is_a_change_of_the_draft(till: Desk) -> None:
    draft = till.draft("60.00")
    (was,) = billing.lines_of(draft)
    now = billing.write(draft.pk, draft.revision, {}, [line("60.00", "Long visit", item=was.item)])
    assert now.revision > draft.revision
    assert InvoiceItem.objects.get().name == "Long visit"


def test_a_line_of_another_invoice_is_not_taken(till: Desk) -> None:
    theirs, mine = till.draft("1.00"), till.draft("2.00")
    (line_of_theirs,) = billing.lines_of(theirs)
    with pytest.raises(Refused):
        billing.write(mine.pk, mine.revision, {}, [line_of_theirs])


def test_how_tax_is_worked_out_is_the_drafts_own(till: Desk) -> None:
    made = billing.begin(till.workspace.pk, billing.Head(till.client))
    gst = [billing.Line("Visit", Price(Decimal(110), rate=Decimal(10)))]
    now = billing.add(made.pk, gst)
    assert [now.net_amount, now.tax_amount, now.total_amount] == [100, 10, 110]
    now = billing.write(
        now.pk, now.revision, {"calculation_method": "tax_exclusive"}, billing.lines_of(now)
    )
    assert [now.net_amount, now.tax_amount, now.total_amount] == [110, 11, 121]


def test_a_draft_without_lines_or_from_tomorrow_is_not_finalised(till: Desk) -> None:
    empty = till.draft()
    with pytest.raises(Refused, match="needs a line"):
        billing.finalise(empty.pk, empty.revision)
    with pytest.raises(Refused, match="future"):
        till.charge("10.00", today() + timedelta(1))


# numbers


def test_numbers_go_on_after_the_largest_that_was_imported(till: Desk) -> None:
    for number in ("998", "1001", "7", "refund", "X-5000"):
        till.imported(number)
    assert [till.charge().number for _ in range(2)] == ["1002", "1003"]


def test_a_prefix_and_noughts_are_recognised(till: Desk) -> None:
    till.imported("INV-0099")
    till.imported("INV-0007")
    assert till.charge().number == "INV-0100"


def test_a_number_that_a_later_import_brought_is_passed_over(till: Desk) -> None:
    assert till.charge().number == "1"
    till.imported("2")
    assert till.charge().number == "3"


def test_a_number_is_given_back_where_finalising_fails(till: Desk) -> None:
    with transaction.atomic():
        till.charge()
        transaction.set_rollback(True)
    assert till.charge().number == "1"


def test_many_at_once_get_numbers_without_a_gap(workspace: Workspace) -> None:
    desk = a_desk(workspace)
    with acting_in(workspace.pk):
        drafts = [desk.draft("10.00") for _ in range(4)]

    def finish(draft: Invoice) -> None:
        with acting_in(workspace.pk):
            billing.finalise(draft.pk, draft.revision)
        connection.close()

    at_once([partial(finish, each) for each in drafts])
    with acting_in(workspace.pk):
        assert sorted(Invoice.objects.values_list("number", flat=True)) == ["1", "2", "3", "4"]
        assert billing_settings(workspace.pk).next_number == 5


# final ones


def test_the_database_lets_nobody_change_a_final_invoice_or_its_lines(till: Desk) -> None:
    invoice, other = till.charge(), till.draft("1.00")
    (item,) = invoice.items.all()
    for deed in (
        lambda: Invoice.objects.filter(pk=invoice.pk).update(total_amount=1),
        lambda: Invoice.objects.filter(pk=invoice.pk).update(notes="x"),
        lambda: Invoice.objects.filter(pk=invoice.pk).update(finalised_at=None),
        lambda: Invoice.objects.filter(pk=invoice.pk).update(origin="imported"),
        lambda: Invoice.objects.filter(pk=invoice.pk)._raw_delete("default"),
        lambda: InvoiceItem.objects.filter(pk=item.pk).update(name="x"),
        lambda: InvoiceItem.objects.filter(pk=item.pk).delete(),
        lambda: InvoiceItem.objects.filter(pk=item.pk).update(invoice=other),
        lambda: InvoiceItem.objects.filter(invoice=other).update(invoice=invoice),
        lambda: InvoiceItem.objects.create(workspace_id=till.workspace.pk, invoice=invoice),
    ):
        with pytest.raises(Error, match="final"), transaction.atomic():
            deed()
    with pytest.raises(Refused, match="final"):
        billing.write(invoice.pk, invoice.revision, {}, [])


def test_imports_go_on_writing_what_they_brought(till: Desk) -> None:
    old = till.imported("9")
    InvoiceItem.objects.create(workspace_id=till.workspace.pk, invoice=old, name="Visit")
    Invoice.objects.filter(pk=old.pk).update(total_amount=5)
    InvoiceItem.objects.update(name="Long visit")
    InvoiceItem.objects.all().delete()
    assert Invoice.objects.get().total_amount == 5


def test_an_imported_invoice_becomes_no_draft_and_is_not_written(till: Desk) -> None:
    old = till.imported("9")
    with pytest.raises(Refused, match="stays as it was issued"):
        billing.revert(old.pk, old.revision)
    with pytest.raises(Refused):
        billing.write(old.pk, old.revision, {}, [])


def test_an_invoice_becomes_a_draft_again_and_keeps_its_number(till: Desk) -> None:
    invoice = till.charge()
    draft = billing.revert(invoice.pk, invoice.revision)
    assert [draft.status, draft.number, due(draft)] == [Status.DRAFT, "1", 0]
    with pytest.raises(Refused, match="gap"):
        billing.discard(draft.pk, draft.revision)
    assert billing.finalise(draft.pk, draft.revision).number == "1"


@pytest.mark.parametrize("how", ["paid", "given out", "elsewhere"])
def test_what_was_paid_or_given_out_becomes_no_draft(till: Desk, how: str) -> None:
    invoice = till.charge()
    if how == "paid":
        till.pay("1.00")
    elif how == "given out":
        billing.open_link(invoice, None)
    else:
        CollectedElsewhere.objects.create(
            workspace_id=till.workspace.pk, invoice=invoice, system="xero"
        )
    with pytest.raises(Refused):
        billing.revert(invoice.pk, invoice.revision)
    with pytest.raises(Error, match="final"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(status=Status.DRAFT)
