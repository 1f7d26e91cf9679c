"""Debtors as files that Xero imports."""

import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from handover.accounts.models import Workspace
from handover.billing.models import Invoice
from handover.core.tenancy import acting_in
from handover.xero import files
from handover.xero.due import due, sums
from handover.xero.files import COLUMNS, Wanted, xero_files
from handover.xero.problems import XeroProblem
from tests.test_ledger import told
from tests.xero_office import DIAGNOSIS, ISSUED, Office, an_office

WANTED = Wanted("200", {"": "GST Free Income", "GST": "GST on Income"})


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Iterator[Office]:
    with an_office(workspace, tmp_path) as made:
        yield made


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_file_has_xeros_columns_what_is_due_and_nothing_that_a_spreadsheet_would_work_out(
    office: Office,
) -> None:
    with acting_in(office.workspace.pk):
        evil = office.client(first_name="=1+1", email="+a@example.net")
        first, second = office.client(last_name="Lee"), office.client(last_name="Lee")
    office.owes("110.00", client=evil, tax="GST")
    part = office.owes("90.00", client=first)
    office.owes("20.00", client=second)
    with acting_in(office.workspace.pk):
        told(part, "12.34", ISSUED)
        name, content = xero_files(office.workspace.pk, WANTED)
        shown = sums(due(ISSUED))
    rows = rows_of(content)
    assert name == "xero-invoices.csv"
    assert tuple(rows[0]) == COLUMNS
    assert not content.startswith(b"\xef\xbb\xbf")
    assert sum(Decimal(each["*UnitAmount"]) for each in rows) == shown.total
    assert (rows[0]["*InvoiceDate"], rows[0]["*DueDate"]) == ("03/08/2026", "17/08/2026")
    assert [each["*TaxType"] for each in rows] == ["GST on Income", *["GST Free Income"] * 2]
    assert rows[0]["*ContactName"].startswith("'=1+1")
    assert rows[0]["EmailAddress"] == "'+a@example.net"
    assert rows[1]["*ContactName"] != rows[2]["*ContactName"]
    assert DIAGNOSIS not in content.decode()


def test_more_than_five_hundred_are_several_files(office: Office) -> None:
    invoice = office.owes("10.00")
    with acting_in(office.workspace.pk):
        Invoice.objects.bulk_create(
            Invoice(
                workspace_id=office.workspace.pk,
                origin="imported",
                status="open",
                number=str(number),
                issued_on=ISSUED,
                total_amount=Decimal("10.00"),
                client_id=invoice.client_id,
            )
            for number in range(500)
        )
        name, content = xero_files(office.workspace.pk, WANTED)
    assert name == "xero-invoices.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        counts = [len(rows_of(archive.read(each))) for each in archive.namelist()]
    assert counts == [500, 1]


def test_what_was_taken_in_there_is_collected_there_until_it_is_taken_back(
    office: Office,
) -> None:
    office.owes("10.00")
    with acting_in(office.workspace.pk):
        with pytest.raises(XeroProblem, match="has changed"):
            files.say_they_are_there(office.workspace.pk, 2, Decimal("10.00"))
        files.say_they_are_there(office.workspace.pk, 1, Decimal("10.00"))
        assert (due(ISSUED), files.there_by_file()) == ([], 1)
        assert files.take_back() == 1
        assert len(due(ISSUED)) == 1
