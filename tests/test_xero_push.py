"""Debtors go to Xero: each once, to the cent, and nothing of what was done to anybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handover.accounts.models import Workspace
from tests.xero_office import DIAGNOSIS, Office, an_office


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Iterator[Office]:
    with an_office(workspace, tmp_path) as made:
        yield made


def test_what_is_due_stands_in_xero_afterwards_to_the_cent(office: Office) -> None:
    office.owes("90.00")
    office.owes("110.05", tax="GST")
    office.ready()
    push = office.push()
    assert (push.state, push.message) == ("done", "")
    assert (push.xero_count, push.xero_total, push.agrees) == (2, push.expected_total, True)
    assert {each["AmountDue"] for each in office.xero.books.invoices.values()} == {
        row.amount for row in office.rows("sent")
    }
    said = b"".join(each.body for each in office.xero.asked).decode()
    assert "F43.1" not in said
    assert DIAGNOSIS not in said
