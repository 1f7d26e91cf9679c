"""What is due on an invoice, as its dated facts say."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.accounts.models import Workspace
from handover.billing.ledger import (
    CHARGED,
    COUNTS,
    balance_of,
    billing_settings,
    collected_here,
    with_balances,
)
from handover.billing.models import (
    Allocation,
    CollectedElsewhere,
    Credit,
    Debtors,
    Invoice,
    OpeningBalance,
)
from handover.clients.models import Client
from handover.core.tenancy import acting_in

DAY = date(2026, 11, 2)
Due, Status, Origin = Invoice.Due, Invoice.Status, Invoice.Origin
numbers = count(1)


def an_invoice(workspace: Workspace, total: str = "100.00", **more: object) -> Invoice:
    told: dict[str, object] = {
        "origin": Origin.IMPORTED,
        "status": Status.OPEN,
        "due": Due.NOT_KNOWN,
        "issued_on": DAY,
        "total_amount": Decimal(total),
        "number": str(next(numbers)),
    }
    return Invoice.objects.create(workspace_id=workspace.pk, **(told | more))


def paid(invoice: Invoice, amount: str, on: date = DAY) -> Allocation:
    ws = {"workspace_id": invoice.workspace_id, "dated_on": on, "amount": Decimal(amount)}
    client = Client.objects.create(workspace_id=invoice.workspace_id, first_name="Ann")
    credit = Credit.objects.create(**ws, client=client, kind=Credit.Kind.PAYMENT)
    return Allocation.objects.create(**ws, invoice=invoice, credit=credit)


def told(invoice: Invoice, amount: str, on: date = DAY) -> None:
    before = balance_of(invoice, on)
    said = OpeningBalance.objects.create(
        workspace_id=invoice.workspace_id,
        invoice=invoice,
        as_at=on,
        before=before,
        amount=Decimal(amount),
    )
    Allocation.objects.create(
        workspace_id=invoice.workspace_id,
        invoice=invoice,
        opening=said,
        dated_on=on,
        amount=before - said.amount,
    )


def test_of_an_open_imported_invoice_the_full_amount_is_due_until_somebody_tells(
    workspace: Workspace,
) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace)
        assert balance_of(invoice, DAY) == 100
        told(invoice, "35.50")
        assert balance_of(invoice, DAY) == Decimal("35.50")


def test_a_day_knows_only_what_was_so_by_then(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace)
        paid(invoice, "40", DAY + timedelta(5))
        days = [balance_of(invoice, DAY + timedelta(number)) for number in (-1, 0, 4, 5)]
        assert days == [0, 100, 100, 60]


def test_what_cliniko_calls_paid_owes_nothing_whatever_was_said_before(
    workspace: Workspace,
) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace)
        told(invoice, "20")
        Invoice.objects.filter(pk=invoice.pk).update(due=Due.NOTHING)  # a later import
        assert balance_of(invoice, DAY) == 0


def test_drafts_and_archived_invoices_charge_nothing(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        draft = an_invoice(workspace, origin=Origin.HERE, status=Status.DRAFT, due=Due.LEDGER)
        gone = an_invoice(workspace, archived_at="2026-11-03T00:00:00Z")
        assert [balance_of(draft, DAY), balance_of(gone, DAY)] == [0, 0]


def test_what_came_is_never_written_over_or_taken_out(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        fact = paid(an_invoice(workspace), "40")
        with pytest.raises(Error, match="stays as it is"), transaction.atomic():
            Allocation.objects.all().delete()
        with pytest.raises(Error, match="stays as it is"), transaction.atomic():
            Credit.objects.update(amount=1)
        fact.refresh_from_db()
        assert fact.amount == 40


def test_what_xero_collects_is_not_collected_here(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        ours = an_invoice(workspace, origin=Origin.HERE, due=Due.LEDGER)
        old, sent = an_invoice(workspace), an_invoice(workspace)
        CollectedElsewhere.objects.create(workspace_id=workspace.pk, invoice=sent, system="xero")
        assert set(collected_here(Invoice.objects.all())) == {ours, old}
        kept = billing_settings(workspace.pk)
        kept.debtors = Debtors.XERO_CONNECTED
        kept.save()
        assert set(collected_here(Invoice.objects.all())) == {ours}


DAYS = st.integers(-3, 8)
INVOICES = st.lists(
    st.tuples(
        DAYS,
        st.sampled_from([Due.NOT_KNOWN, Due.NOTHING, Due.LEDGER]),
        st.sampled_from([Status.DRAFT, Status.OPEN]),
        st.decimals("-50", "500", places=2),
        st.lists(st.tuples(DAYS, st.decimals("-5", "200", places=2), st.booleans()), max_size=4),
    ),
    max_size=5,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # what is made is rolled back
)
@given(made=INVOICES, as_at=DAYS)
def test_rows_and_reports_say_the_same(
    workspace: Workspace,
    made: list[tuple[int, str, str, Decimal, list[tuple[int, Decimal, bool]]]],
    as_at: int,
) -> None:
    with acting_in(workspace.pk), transaction.atomic():
        for day, due, status, total, facts in made:
            at = {"issued_on": DAY + timedelta(day), "due": due, "status": status}
            invoice = an_invoice(workspace, str(total), **at)
            for on, amount, credited in facts:
                if credited:
                    paid(invoice, str(amount), DAY + timedelta(on))
                else:
                    told(invoice, str(amount), DAY + timedelta(on))
        at_day = {"as_at": DAY + timedelta(as_at)}
        rows = with_balances(Invoice.objects.all(), at_day["as_at"])
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT i.id, {CHARGED} - coalesce((SELECT sum(a.amount) FROM billing_allocation a"
                f" WHERE a.invoice_id = i.id AND {COUNTS}), 0) FROM billing_invoice i",
                at_day,
            )
            reported = dict(cursor.fetchall())
        assert {each.pk: each.balance for each in rows} == reported
        transaction.set_rollback(True)
