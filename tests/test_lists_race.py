"""A list of balances and a payment by the same client, at once: both count."""

from collections.abc import Callable
from decimal import Decimal
from threading import Event

import pytest
from django.db import connections

from handover.accounts.models import Workspace
from handover.billing import operations
from handover.billing.ageing import Asked, aged_debtors
from handover.billing.ledger import balance_of, today
from handover.billing.models import Credit, Invoice
from handover.billing.opening import applying
from handover.billing.operations import Money
from handover.billing.payers import Payer, unapplied_of
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from tests.charging import at_once
from tests.rows import asked
from tests.test_ledger import an_invoice
from tests.test_opening import brought

LIST = "Invoice,Client,Due,Account credit\n1,Ann Lee,30,\n2,Ann Lee,100,\n,Ann Lee,,15\n"
WAITS = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""


@pytest.mark.parametrize("first", ["list", "payment"])
def test_a_list_and_a_payment_at_once_both_count_and_the_report_says_what_the_ledger_says(
    workspace: Workspace, first: str
) -> None:
    with acting_in(workspace.pk):
        ann = Client.objects.create(workspace_id=workspace.pk, first_name="Ann", last_name="Lee")
        one, two = (an_invoice(workspace, client=ann, number=each) for each in "12")
        file = brought(workspace, LIST)
        digest = applying.preview_of(file).digest

    def list_() -> None:
        applying.apply(file, None, digest=digest, doubted=False, missing_paid=False)

    def payment() -> None:
        # the other way round than the list has them
        among = {two.pk: Decimal(50), one.pk: Decimal(20)}
        operations.pay(Payer(client=ann), Money(Decimal(70), None), among)

    deeds = [list_, payment] if first == "list" else [payment, list_]
    assert done_at_once(workspace, *deeds) == [0, 1]
    with acting_in(workspace.pk):
        dues = [balance_of(each, today()) for each in (one, two)]
        assert dues == [Decimal(10), Decimal(50)]
        assert unapplied_of(Payer(client=ann)) == 15
        totals = aged_debtors(Asked(today())).totals
        assert totals.total == sum(dues)
        assert totals.unapplied == 15
        assert (Credit.objects.count(), Invoice.objects.count()) == (2, 2)


def done_at_once(workspace: Workspace, *deeds: Callable[[], None]) -> list[int]:
    """Begin the second while the first is not over, and end the first once the second waits."""
    first_wrote, done = Event(), list[int]()

    def do(which: int) -> None:
        try:
            if which:
                assert first_wrote.wait(20)
            with acting_in(workspace.pk):
                deeds[which]()
                if not which:
                    first_wrote.set()
                    second_waits()
            done.append(which)
        finally:
            connections.close_all()

    at_once([lambda: do(0), lambda: do(1)])
    return done


def second_waits() -> None:
    for _ in range(400):
        if asked(WAITS) != [(0,)]:
            return
        Event().wait(0.01)
    raise AssertionError("the second did not wait for the first")
