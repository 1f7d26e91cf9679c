"""Balances of imported invoices, by a file of any shape and by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from handover.accounts.models import AuditEntry, Role, Workspace
from handover.billing import operations
from handover.billing.ageing import Asked, aged_debtors
from handover.billing.ledger import balance_of, today
from handover.billing.models import Allocation, BalanceFile, Credit, Invoice, OpeningBalance
from handover.billing.opening import applying
from handover.billing.opening.columns import Means, number_key, suggested
from handover.billing.opening.preview import State
from handover.billing.opening.sheet import CannotRead, sheet_of, text_of
from handover.billing.operations import Money
from handover.billing.payers import Payer, unapplied_of
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.core.tenancy.changing import Refused
from tests.people import a_person
from tests.test_ledger import DAY, an_invoice, paid

SHAPES = {
    "utf-8 with a mark": ("utf-8-sig", ","),
    "windows": ("cp1252", ";"),
    "tabs": ("utf-8", "\t"),
    "utf-16": ("utf-16", "|"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_is_found_in_a_file_of_any_shape(shape: str) -> None:
    encoding, between = SHAPES[shape]
    rows = [
        ["Aged receivables", "", ""],
        ["", "", ""],
        ["Invoice", "Patient", "Balance"],
        ["1001", '"Müller, Zoë"', "12.00"],
    ]
    text = "\r\n".join(between.join(row) for row in rows)
    sheet = sheet_of(text_of(text.encode(encoding)))
    assert sheet.headings == ("Invoice", "Patient", "Balance")
    assert [(row.line, row.cells) for row in sheet.rows] == [(4, ("1001", "Müller, Zoë", "12.00"))]


def test_a_list_without_a_heading_keeps_its_first_row() -> None:
    sheet = sheet_of("1001,12.00\n1002,13.00\n")
    assert (sheet.headings, len(sheet.rows)) == (("Column 1", "Column 2"), 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"PK\x03\x04rest", "workbook"), (b"a\0b,c\n", "no text"),
     (b"one\ntwo\n", "two columns"), (b'a,b\n1,"2\n3,4', "quotation mark"),
     (b"a,b\n", "nothing below"),
     (b"a,b\n" * 50_001, "lines"),
     (b"x" * (5 * 1024 * 1024 + 1), "5 MB"), (b"a,b\n1," + b"x" * 3000, "too long"),
     (b",".join([b"a"] * 101) + b"\n" + b",".join([b"b"] * 101), "columns")],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, words: str) -> None:
    with pytest.raises(CannotRead, match=words):
        sheet_of(text_of(content))


def test_columns_are_suggested_by_heading_and_contents() -> None:
    sheet = sheet_of(
        "Date,Ref,Customer,Invoice total,Outstanding\n1/2/26,INV-1001,Ann,90.00,45.00\n"
        "2/2/26,INV-1002,Bea,80.00,80.00\n"
    )
    assert suggested(sheet, ["1001", "1002", "1003"]) == {
        Means.NUMBER: 1,
        Means.NAME: 2,
        Means.TOTAL: 3,
        Means.BALANCE: 4,
    }
    assert {number_key(each) for each in ("1001", "#1001", "INV 01001", '="1001"', "1001.0")} == {
        "1001"
    }


@pytest.mark.parametrize(
    ("headings", "columns"),
    [("Datum;Rechnungsnummer;Kunde;Rechnungsbetrag;Offen", (1, 2, 3, 4)),
     ("Date;N° de facture;Nom du patient;Montant total;Solde restant", (1, 2, 3, 4)),
     ("Fecha;Nº de factura;Paciente;Importe total;Saldo pendiente", (1, 2, 3, 4)),
     ("Datum;Factuurnummer;Klant;Totaalbedrag;Openstaand bedrag", (1, 2, 3, 4)),
     ("Datum;Rechnung;Name;Betrag;Offener Betrag", (1, 2, 3, 4)),
     ("Date;Invoice;Name;Telephone;Email", (1, 2, None, None))],
)  # fmt: skip
def test_columns_with_headings_of_other_languages_are_suggested(
    headings: str, columns: tuple[int | None, ...]
) -> None:
    sheet = sheet_of(f"{headings}\n1.2.26;1001;Ann;90,00;45,00\n2.2.26;1002;Bea;80,00;80,00\n")
    found = suggested(sheet, [] if None in columns else ["1001", "1002"])
    wanted = (Means.NUMBER, Means.NAME, Means.TOTAL, Means.BALANCE)
    assert tuple(found.get(each) for each in wanted) == columns
    assert Means.CREDIT not in found


def brought(workspace: Workspace, text: str, as_at: date = DAY) -> BalanceFile:
    """A list whose columns are suggested, ready to be looked at."""
    file = applying.bring(workspace.pk, "owed.csv", text.encode(), as_at, None)
    known = Invoice.objects.values_list("number", flat=True)
    file.columns = {each.value: at for each, at in suggested(sheet_of(text), known).items()}
    file.save()
    return file


def applied(file: BalanceFile, *, doubted: bool = False, missing_paid: bool = False) -> None:
    digest = applying.preview_of(file).digest
    applying.apply(file, None, digest=digest, doubted=doubted, missing_paid=missing_paid)


def test_each_line_has_one_fate_and_the_unclear_is_left_alone(workspace: Workspace) -> None:
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        ann = Client.objects.create(**of, first_name="Ann", last_name="Lee")
        open_ = {
            number: an_invoice(workspace, client=ann, number=number)
            for number in ("1", "2", "3", "4")
        }
        an_invoice(workspace, number="5", due="nothing", status="paid")
        an_invoice(workspace, number="6", issued_on=DAY + timedelta(1))
        left = an_invoice(workspace, number="9")
        file = brought(workspace, """Invoice,Client,Invoice total,Balance
            1,"LEE, Ann",100.00,40.00
            2,Ann Lee,,100
            3,Bob Ray,100,10
            4,Ann Lee,90,20
            5,,,5
            6,,,5
            7,,,5
            8,,,1.234
            1001,,,
            ,,,185
            """.replace("            ", ""))  # fmt: skip
        found = applying.preview_of(file)
        assert [(x.line, x.state) for x in found.lines] == [
            (2, State.CHANGED), (3, State.SAME), (4, State.DOUBTED), (5, State.DOUBTED),
            (6, State.REFUSED), (7, State.REFUSED), (8, State.NO_MATCH), (9, State.REFUSED),
            (11, State.SUM),
        ]  # fmt: skip
        assert [found.told, found.own_sum] == [185, 185]
        assert [each.pk for each in found.missing] == [left.pk]
        applied(file)
        due = [balance_of(each, DAY) for each in (*open_.values(), left)]
        assert due == [40, 100, 100, 100, 100]
        assert file.balances.count() == 2


def test_doubtful_lines_and_what_is_missing_are_taken_when_somebody_says_so(
    workspace: Workspace,
) -> None:
    with acting_in(workspace.pk):
        one, two = (
            an_invoice(workspace, number="1", recipient="Ann"),
            an_invoice(workspace, number="2"),
        )
        applied(brought(workspace, "Invoice,Name,Due\n1,Bob,30\n"), doubted=True, missing_paid=True)
        assert [balance_of(each, DAY) for each in (one, two)] == [30, 0]


def test_an_invoice_in_two_lines_is_in_none(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace, number="1")
        found = applying.preview_of(brought(workspace, "Invoice,Due\n1,30\nINV-1,20\n"))
        assert [x.state for x in found.lines] == [State.REFUSED, State.REFUSED]
        assert found.missing == ()
        assert balance_of(invoice, DAY) == 100


def test_of_two_invoices_with_one_number_the_name_tells_which(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        an_invoice(workspace, number="1", recipient="Ann Lee")
        bobs = an_invoice(workspace, number="1", recipient="Bob Ray")
        file = brought(workspace, "Invoice,Name,Due\n1,Bob Ray,30\n1,,5\n")
        lines = applying.preview_of(file).lines
        assert [x.invoice and x.invoice.pk for x in lines] == [bobs.pk, None]


def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace, number="1")
        file = brought(workspace, "Invoice,Due\n1,30\n")
        seen = applying.preview_of(file).digest
        paid(invoice, "10")
        with pytest.raises(Refused, match="look again"):
            applying.apply(file, None, digest=seen, doubted=False, missing_paid=False)
        assert OpeningBalance.objects.count() == 0
        applied(file)
        assert balance_of(invoice, DAY) == 30
        with pytest.raises(Refused, match="already"):
            applied(file)


def test_a_payment_after_the_day_of_the_list_still_counts(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace, number="1")
        paid(invoice, "10", DAY + timedelta(3))
        applied(brought(workspace, "Invoice,Due\n1,30\n"))
        days = [balance_of(invoice, DAY + timedelta(each)) for each in (-1, 0, 3)]
        assert days == [0, 30, 20]


def test_an_older_list_does_not_change_what_a_later_one_told(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace, number="1")
        applied(brought(workspace, "Invoice,Due\n1,30\n", DAY + timedelta(5)))
        (line,) = applying.preview_of(brought(workspace, "Invoice,Due\n1,60\n")).lines
        assert line.state == State.REFUSED
        assert balance_of(invoice, DAY + timedelta(9)) == 30


def test_undoing_says_the_opposite_on_the_same_day_and_keeps_what_was_used_since(
    workspace: Workspace,
) -> None:
    with acting_in(workspace.pk):
        free, used = an_invoice(workspace, number="1"), an_invoice(workspace, number="2")
        same = an_invoice(workspace, number="3")
        file = brought(workspace, "Invoice,Due\n1,30\n2,40\n3,100\n")
        before = aged_debtors(Asked(DAY)).totals.buckets
        applied(file)
        paid(used, "5", DAY + timedelta(9))
        paid(same, "5", DAY + timedelta(9))
        done = applying.undo(file, None)
        assert (done.balances, done.kept) == (2, ("2",))
        assert [balance_of(each, DAY) for each in (free, used, same)] == [100, 40, 100]
        assert sum(before) - sum(aged_debtors(Asked(DAY)).totals.buckets) == 60
        assert set(Allocation.objects.filter(invoice=free).values_list("dated_on", flat=True)) == {
            DAY
        }
        with pytest.raises(Refused):
            applying.undo(file, None)


def test_undoing_a_list_keeps_what_a_second_one_told_since(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace, number="1")
        first = brought(workspace, "Invoice,Due\n1,30\n")
        applied(first)
        second = brought(workspace, "Invoice,Due\n1,30\n")  # says the same: it is confirmed
        applied(second)
        assert applying.undo(first, None).kept == ("1",)
        assert balance_of(invoice, DAY) == 30


def test_account_credit_comes_by_name_and_goes_unless_it_was_used(workspace: Workspace) -> None:
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        ann = Client.objects.create(**of, first_name="Ann", last_name="Lee")
        for _each in range(2):
            Client.objects.create(**of, first_name="Bob", last_name="Ray")
        file = brought(workspace, 'Client,Account credit\n"Lee, Ann",-25.00\nBob Ray,5\nCy,0\n')
        found = applying.preview_of(file)
        assert [(x.state, str(x.told)) for x in found.lines] == [
            (State.CREDIT, "25.00"),
            (State.NO_MATCH, "5.0"),
        ]
        applied(file)
        credit = Credit.objects.get()
        assert (credit.client_id, credit.kind, credit.amount) == (ann.pk, "account_credit", 25)
        assert aged_debtors(Asked(DAY)).totals.unapplied == 25
        assert applying.undo(file, None).credited == 1
        assert aged_debtors(Asked(DAY)).totals.unapplied == 0


def test_credit_of_a_list_that_was_paid_back_since_stays(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        ann = Client.objects.create(workspace_id=workspace.pk, first_name="Ann", last_name="Lee")
        file = brought(workspace, "Client,Account credit\nAnn Lee,25\n")
        applied(file)
        assert Credit.objects.get().number == "", "it is no credit note of ours"
        operations.refund(Payer(client=ann), Money(Decimal(25), None))
        undone = applying.undo(file, None)
        assert (undone.credited, undone.kept) == (0, ("Ann Lee",))
        assert unapplied_of(Payer(client=ann)) == 0


def test_credit_that_somebody_brings_along_is_written_down_once(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        ann = Client.objects.create(workspace_id=workspace.pk, first_name="Ann")
    keeper = a_person(workspace, Role.ACCOUNTANT).browser
    page = reverse("web:account_credit", args=["client", ann.pk])
    form = keeper.get(page).context["form"].initial
    told = {**form, "as_at": form["as_at"].isoformat(), "amount": "25"}
    assert keeper.post(page, told).status_code == 302
    again = keeper.post(page, told)
    assert (again.status_code, "look again" in again.text) == (422, True)
    with acting_in(workspace.pk):
        (credit,) = Credit.objects.all()
        assert (credit.client, credit.amount, credit.number) == (ann, 25, "")
        assert credit.kind == Credit.Kind.ACCOUNT_CREDIT
        given = operations.account_credit(Payer(client=ann), Money(Decimal(5), None))
        assert given.number == "CN1", "what was brought along has taken no number"


def test_by_hand_a_balance_is_told_checked_and_taken_back(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace)
        said = applying.tell(invoice, Decimal(30), DAY, None, "the client's receipt")
        assert balance_of(invoice, DAY) == 30
        for wrong, day in (("101", DAY), ("-1", DAY), ("5", DAY - timedelta(1))):
            with pytest.raises(Refused):
                applying.tell(invoice, Decimal(wrong), day, None)
        applying.take_back(said, None)
        assert balance_of(invoice, DAY) == 100
        with pytest.raises(Refused):
            applying.take_back(said, None)
        with pytest.raises(Refused, match="made here"):
            applying.tell(an_invoice(workspace, origin="here", due="ledger"), Decimal(1), DAY, None)


def test_a_bookkeeper_brings_a_list_and_a_receptionist_does_not(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        invoice = an_invoice(workspace, number="1001", client=Client.objects.create(
            workspace_id=workspace.pk, first_name="Ann"))  # fmt: skip
    keeper = a_person(workspace, Role.ACCOUNTANT).browser
    content = "Invoice,Balance\n1001,$45.50\n".encode("cp1252")
    told = {"file": SimpleUploadedFile("owed.csv", content), "as_at": today().isoformat()}
    page = keeper.post("/reports/balances/", told).headers["Location"]
    assert "Show what would change" in keeper.get(page).text
    assert keeper.post(page, {"choose": "yes", "number": "0", "balance": "0"}).status_code == 422
    keeper.post(page, {"choose": "yes", "number": "0", "balance": "1"})
    looked = keeper.get(page)
    digest = looked.context["preview"].digest
    assert "45.50" in looked.text
    keeper.post(page, {"apply": "yes", "digest": digest})
    with acting_in(workspace.pk):
        assert balance_of(invoice, today()) == Decimal("45.50")
        assert AuditEntry.objects.filter(record="balance file", detail="applied").count() == 1
    assert "45.50" in keeper.get(f"/invoices/{invoice.pk}/balance/").text
    assert "was taken back" in keeper.post(f"{page}undo/", follow=True).text
    wrong = keeper.post(
        "/reports/balances/", {**told, "file": SimpleUploadedFile("x.csv", b"PK\x03\x04")}
    )
    assert (wrong.status_code, "workbook" in wrong.text) == (422, True)
    ahead = {"amount": "5", "as_at": (today() + timedelta(3)).isoformat()}
    assert "still ahead" in keeper.post(f"/invoices/{invoice.pk}/balance/", ahead).text
    assert (
        a_person(workspace, Role.RECEPTIONIST).browser.get("/reports/balances/").status_code == 403
    )
