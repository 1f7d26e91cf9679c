"""What is marked as even, so that reports leave it out: the marks never change an answer."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import a_workspace
from handover.accounts.models import Workspace
from handover.billing.ageing import Asked, aged_debtors, debts_of
from handover.billing.ledger import with_balances
from handover.billing.models import Allocation, Credit, Invoice
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from tests.rows import asked
from tests.test_ledger import an_invoice

DAY = date(2026, 11, 2)
DAYS = [DAY + timedelta(number) for number in range(-1, 4)]
Due, Status = Invoice.Due, Invoice.Status
AMOUNTS = st.sampled_from([Decimal(each) for each in (-50, 0, 50, 100)])
ON = st.sampled_from(DAYS[1:4])
INVOICES = st.integers(0, 2)
CHANGES = st.sampled_from(
    [
        *({"status": each} for each in (Status.DRAFT, Status.OPEN, Status.PAID)),
        *({"due": each} for each in (Due.NOTHING, Due.NOT_KNOWN)),
        *({"archived_at": each} for each in (None, "2026-11-02T00:00Z")),
        *({"total_amount": each} for each in (None, Decimal(50), Decimal("99.996"))),
        *({"issued_on": each} for each in (None, *DAYS)),
    ]
)
pytestmark = pytest.mark.usefixtures("clean_tables")  # some make workspaces of their own
STEPS = st.lists(
    st.tuples(st.just("change"), INVOICES, CHANGES)
    | st.tuples(st.just("credit"), ON, AMOUNTS)
    | st.tuples(st.just("allocate"), INVOICES, ON, AMOUNTS),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_reports_say_what_the_facts_say_whatever_was_written_in_whatever_order(
    workspace: Workspace, steps: list[tuple[Any, ...]]
) -> None:
    with acting_in(workspace.pk), transaction.atomic():
        write(workspace, steps)
        for day in DAYS:
            report = aged_debtors(Asked(day))
            said = {
                d.invoice: d.balance for r in report.rows for d in debts_of(Asked(day), r.payer)
            }
            assert said == balances(day)
            assert report.totals.unapplied == unapplied(day)
        even = {each.pk for each in Invoice.objects.all()} - balances(date.max).keys()
        assert marked("billing_settled", "invoice_id") == even
        transaction.set_rollback(True)


def test_a_mark_that_is_missing_changes_nothing(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        write(workspace, [("credit", DAY, Decimal(100)), ("allocate", 0, DAY, Decimal(100))])
        assert marked("billing_settled", "invoice_id")
        assert marked("billing_spent", "credit_id")
        with_marks = aged_debtors(Asked(DAY))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM billing_settled; DELETE FROM billing_spent")
        assert aged_debtors(Asked(DAY)) == with_marks


def test_who_writes_of_the_same_invoice_at_once_waits_and_marks_what_both_wrote() -> None:
    """Each of the two alone would leave it even, and marked: together they are ten too much."""
    workspace = a_workspace("Together")
    with acting_in(workspace.pk):
        write(workspace, [("credit", DAY, Decimal(50)), ("credit", DAY, Decimal(60))])
        invoice, given_both = Invoice.objects.earliest("pk"), list(Credit.objects.order_by("pk"))
    first_wrote, second_began, done = threading.Event(), threading.Event(), []

    def allocate(which: int) -> None:
        try:
            with acting_in(workspace.pk), transaction.atomic():
                if which:
                    first_wrote.wait(20)
                    second_began.set()
                one = given_both[which]
                allocated(workspace, invoice, one, DAY, one.amount)
                if not which:
                    first_wrote.set()
                    second_began.wait(20)
            done.append(which)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=allocate, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [0, 1]
    with acting_in(workspace.pk):
        assert aged_debtors(Asked(DAY)).totals.total == 190  # two others of 100, and ten too much
        assert invoice.pk not in marked("billing_settled", "invoice_id")


def test_a_draft_that_is_deleted_takes_its_mark_with_it(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        draft = an_invoice(workspace, status=Status.DRAFT)
        assert marked("billing_settled", "invoice_id") == {draft.pk}
        draft.delete()
        assert marked("billing_settled", "invoice_id") == set()


def test_what_was_there_before_there_were_marks_gets_them() -> None:
    """As the migration does it, over all workspaces, as the tables' owner."""
    both = [a_workspace("One"), a_workspace("Two")]
    for each in both:
        with acting_in(each.pk):
            write(each, [("credit", DAY, Decimal(100)), ("allocate", 1, DAY, Decimal(100))])
    kept = asked("SELECT * FROM billing_settled ORDER BY 2", using="owner")
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM billing_settled; DELETE FROM billing_spent")
        cursor.execute("SELECT handover_settle(ARRAY(SELECT id FROM billing_invoice))")
        cursor.execute("SELECT handover_spend(ARRAY(SELECT id FROM billing_credit))")
    assert asked("SELECT * FROM billing_settled ORDER BY 2", using="owner") == kept
    assert len(kept) == len(asked("SELECT * FROM billing_spent", using="owner")) == len(both)


def write(workspace: Workspace, steps: list[tuple[Any, ...]]) -> None:
    """Three open invoices of 100 of one client, and what is told; credits are used in turns."""
    ann = Client.objects.create(workspace_id=workspace.pk, first_name="Ann")
    invoices = [an_invoice(workspace, client=ann).pk for _ in range(3)]
    in_turns: list[Credit] = []
    for step, *told in steps:
        if step == "change":
            number, change = told
            Invoice.objects.filter(pk=invoices[number]).update(**change)
        elif step == "credit":
            on, amount = told
            of = {"workspace_id": workspace.pk, "client": ann, "kind": "payment"}
            in_turns.append(Credit.objects.create(**of, dated_on=on, amount=amount))
        elif in_turns:
            number, on, amount = told
            in_turns.append(in_turns.pop(0))
            allocated(workspace, Invoice(pk=invoices[number]), in_turns[-1], on, amount)


def allocated(
    workspace: Workspace, invoice: Invoice, credit: Credit, on: date, amount: Decimal
) -> None:
    of = {"workspace_id": workspace.pk, "dated_on": on, "amount": amount}
    Allocation.objects.create(**of, invoice=invoice, credit=credit)


def balances(day: date) -> dict[int, Decimal]:
    found = with_balances(Invoice.objects.all(), day)
    return {each.pk: each.balance for each in found if each.balance}


def unapplied(day: date) -> Decimal:
    came = Credit.objects.filter(dated_on__lte=day).values_list("amount", flat=True)
    went = Allocation.objects.filter(dated_on__lte=day, credit__isnull=False)
    return sum(came, Decimal(0)) - sum(went.values_list("amount", flat=True), Decimal(0))


def marked(table: str, column: str) -> set[object]:
    return {number for (number,) in asked(f"SELECT {column} FROM {table}")}
