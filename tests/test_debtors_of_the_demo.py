"""The demo practice's debtors: Handover says of them what the sandbox says by itself, and what Xero
says once they are sent there.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.request import urlopen

from handover.accounts.models import Role
from handover.billing.ageing import BUCKETS, Asked, By, aged_debtors, debts_of
from handover.billing.models import BalanceFile, Invoice
from handover.billing.opening import applying
from handover.billing.opening.columns import suggested
from handover.billing.opening.preview import State
from handover.billing.opening.sheet import sheet_of
from handover.sandbox.receivables import Aged, aged, as_csv, receivables
from handover.xero.wire import connections
from tests.moving import TODAY, Desk
from tests.people import a_person
from tests.xero_office import an_office

INVOICES = ("invoices",)
AS_AT = TODAY


def here(as_at: date = AS_AT) -> Aged:
    totals = aged_debtors(Asked(as_at, By.ISSUED)).totals
    return Aged(totals.invoices, totals.total, totals.buckets)


def test_number_sum_and_ages_agree_before_and_after_a_balance_file(desk: Desk) -> None:
    assert desk.moved(only=INVOICES).balanced
    owed = receivables(desk.sandbox.practice.records, AS_AT)
    assert len([row for row in owed if row.outstanding != row.total]) > 3
    control = desk.sandbox.url.removesuffix("/v1") + "/_sandbox"
    with urlopen(f"{control}/receivables?as_at={AS_AT}") as answer:  # noqa: S310  # our own address
        printed = answer.read()
    assert printed == as_csv(owed)
    with desk.inside():
        before = aged(owed, AS_AT, full=True)
        assert here() == before
        assert before.number > 5
        file = brought(desk, printed)
        assert set(file.columns) == {"number", "name", "total", "balance"}
        found = applying.preview_of(file)
        assert {line.state for line in found.lines} == {State.CHANGED, State.SAME, State.SUM}
        assert found.own_sum == found.told
        assert len(found.missing) == len([row for row in owed if not row.outstanding]) > 0
        applying.apply(file, None, digest=found.digest, doubted=False, missing_paid=True)
        after = aged(owed, AS_AT, full=False)
        assert here() == after
        assert after.total < before.total
        applying.undo(file, None)
        assert here() == before
    pages_agree(desk, before)


def brought(desk: Desk, printed: bytes) -> BalanceFile:
    """The list as somebody brings it, with the columns that are suggested."""
    file = applying.bring(desk.workspace.pk, "receivables.csv", printed, AS_AT, None)
    known = Invoice.objects.values_list("number", flat=True)
    columns = suggested(sheet_of(file.content), known)
    file.columns = {each.value: at for each, at in columns.items()}
    file.save()
    return file


def test_sent_to_xero_they_are_as_old_and_as_much_there(desk: Desk) -> None:
    assert desk.moved(only=INVOICES).balanced
    owed = receivables(desk.sandbox.practice.records, AS_AT)
    with desk.inside():
        file = brought(desk, as_csv(owed))
        digest = applying.preview_of(file).digest
        applying.apply(file, None, digest=digest, doubted=False, missing_paid=True)
        report = aged_debtors(asked := Asked(AS_AT, By.DUE))
        debts = [debt for row in report.rows for debt in debts_of(asked, row.payer)]
    ours = [
        sum(d.balance for d in debts if d.bucket == n and d.balance > 0) for n in range(BUCKETS)
    ]
    owed_to_clients = sum(debt.balance for debt in debts if debt.balance < 0)
    with an_office(desk.workspace, desk.home) as office:
        push = office.ready().push()
        assert push.agrees
        with connections() as http:
            told = http.get(f"{office.xero.url}/_xero/aged", params={"as_at": str(AS_AT)})
        theirs = [Decimal(str(each)) for each in told.json()[0].values()]
    assert theirs == ours
    assert len(office.xero.books.invoices) == sum(debt.balance > 0 for debt in debts) > 5
    with desk.inside():
        again = aged_debtors(asked).totals
    assert again == replace(report.totals, elsewhere=Decimal(sum(ours)))
    assert again.total == sum(ours) + owed_to_clients, "open credits are not for Xero: they stay"


def pages_agree(desk: Desk, said: Aged) -> None:
    """What people see of it: the report, one payer, and both files."""
    owner = a_person(desk.workspace, Role.OWNER).browser
    asked = f"?as_at={AS_AT}&by=issued"
    page = owner.get(f"/reports/aged-debtors/{asked}")
    assert page.context["report"].totals.buckets == said.buckets
    assert f"{said.total:,.2f}" in page.text
    row = page.context["rows"][0]
    payer = f"{row.aged.payer.kind}/{row.aged.payer.number}"
    drilled = owner.get(f"/reports/aged-debtors/{payer}/{asked}")
    assert drilled.context["total"] == row.aged.total
    assert row.name in drilled.text
    table = owner.get(f"/reports/aged-debtors/csv/{asked}")
    lines = table.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + page.context["page"].paginator.count
    assert table.headers["Content-Disposition"].endswith(f'"aged-debtors-{AS_AT}.csv"')
    assert owner.get(f"/reports/aged-debtors/pdf/{asked}").content.startswith(b"%PDF")
