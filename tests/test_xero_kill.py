"""`kill -9` at any moment of a push of 500: none is missing in Xero, and none is there twice."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connections

from handover.accounts.models import Workspace
from handover.billing.models import CollectedElsewhere, Invoice
from handover.core.tenancy import acting_in
from handover.sandbox.xero import XeroFault
from handover.sandbox.xero.server import API
from handover.xero import jobs
from handover.xero.models import XeroInvoice
from tests.xero_office import ISSUED, Mode, Office, an_office

pytestmark = pytest.mark.slow
INVOICES, PAYERS, MOST_LIVES, LONGEST = 500, 12, 40, 30.0
SEED = 20261123


def many_debts(office: Office) -> None:
    with acting_in(office.workspace.pk):
        clients = [office.client() for _ in range(PAYERS)]
        Invoice.objects.bulk_create(
            Invoice(
                workspace_id=office.workspace.pk,
                origin="imported",
                status="open",
                number=f"{number:06}",
                issued_on=ISSUED,
                total_amount=Decimal(number) / 100,
                client=clients[number % PAYERS],
            )
            for number in range(1, INVOICES + 1)
        )


def live(office: Office, over: Callable[[], object]) -> bool:
    """A worker of its own, killed as soon as its life is over; whether it was."""
    connections.close_all()
    until = time.monotonic() + LONGEST
    worker = os.fork()
    if not worker:
        try:
            jobs.work(office.desk)
        finally:
            os._exit(0)
    while not over() and time.monotonic() < until:
        if os.waitpid(worker, os.WNOHANG)[0]:
            return False
        time.sleep(0.001)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return True


def asked(office: Office, times: int) -> Callable[[], bool]:
    """Whether Xero has so many more answers on their way than now."""
    latest = len(office.xero.asked) + times
    return lambda: len(office.xero.asked) >= latest


def killed_before_it_heard(office: Office, name: str, done: Mapping[str, object]) -> None:
    """A worker killed when Xero has done what it was asked, and has not answered yet."""
    office.xero.go_wrong(XeroFault("slow", path=API + name, method="PUT", seconds=1.0))
    assert live(office, lambda: done)
    office.xero.go_wrong()


def test_none_is_missing_and_none_is_there_twice(workspace: Workspace, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with an_office(workspace, tmp_path) as office:
        many_debts(office)
        office.ready()
        push = office.begin(Mode.BALANCE)
        books, killed = office.xero.books, 0
        killed_before_it_heard(office, "Contacts", books.contacts)
        assert len(books.contacts) == PAYERS
        killed_before_it_heard(office, "Invoices", books.invoices)
        there = {each["InvoiceNumber"] for each in books.invoices.values()}
        assert {row.number for row in office.rows("sending")} == there
        while killed < MOST_LIVES and live(office, asked(office, chance.randint(5, 16))):
            killed += 1
        assert killed > 3
        push = office.finish(push)
        assert (push.state, push.agrees, push.xero_count) == ("done", True, INVOICES)
        numbers = Counter(each["InvoiceNumber"] for each in office.xero.books.invoices.values())
        assert len(numbers) == INVOICES
        assert set(numbers.values()) == {1}
        assert len(office.xero.books.contacts) == PAYERS
        with acting_in(workspace.pk):
            assert CollectedElsewhere.objects.count() == INVOICES
            assert set(XeroInvoice.objects.values_list("state", flat=True)) == {"sent"}
