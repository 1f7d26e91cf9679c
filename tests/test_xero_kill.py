"""`kill -9` at any moment of a push of 500: none is missing in Xero, and none is there twice."""

import os
import random
import signal
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connections

from handover.accounts.models import Workspace
from handover.billing.models import CollectedElsewhere, Invoice
from handover.core.tenancy import acting_in
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


def live(office: Office, answers: int) -> bool:
    """A worker of its own, killed when Xero has so many answers on their way; whether it was."""
    connections.close_all()
    latest, until = len(office.xero.asked) + answers, time.monotonic() + LONGEST
    worker = os.fork()
    if not worker:
        try:
            jobs.work(office.desk)
        finally:
            os._exit(0)
    while len(office.xero.asked) < latest and time.monotonic() < until:
        if os.waitpid(worker, os.WNOHANG)[0]:
            return False
        time.sleep(0.001)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return True


def test_none_is_missing_and_none_is_there_twice(workspace: Workspace, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with an_office(workspace, tmp_path) as office:
        many_debts(office)
        office.ready()
        push = office.begin(Mode.BALANCE)
        killed, on_its_way = 0, 0
        while killed < MOST_LIVES and live(office, chance.randint(3, 14)):
            killed += 1
            on_its_way += bool(office.rows("sending"))
        assert killed > 3
        assert on_its_way, "no worker was killed while something was on its way"
        push = office.finish(push)
        assert (push.state, push.agrees, push.xero_count) == ("done", True, INVOICES)
        numbers = Counter(each["InvoiceNumber"] for each in office.xero.books.invoices.values())
        assert len(numbers) == INVOICES
        assert set(numbers.values()) == {1}
        assert len(office.xero.books.contacts) == PAYERS
        with acting_in(workspace.pk):
            assert CollectedElsewhere.objects.count() == INVOICES
            assert set(XeroInvoice.objects.values_list("state", flat=True)) == {"sent"}
