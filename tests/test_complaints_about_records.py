"""What people say of other imports, of invoices, messages, reports: it is not so here.

Each test bears the name of the complaint.
"""

import io
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.urls import reverse
from rich.console import Console

from handover.accounts.models import Role
from handover.billing.ledger import with_balances
from handover.billing.models import Invoice
from handover.cli.progress import report_table
from handover.clients.models import Client
from handover.communications.models import Communication
from handover.importing import runs
from handover.importing.cliniko.resources import RESOURCES
from handover.importing.cliniko.resources.invoices import Invoices
from handover.importing.engine.reconcile import reconcile
from handover.importing.models import SourceRecord
from handover.importing.result.document import amount as shown
from tests.moving import Desk, Moved, linked, survivors
from tests.people import a_person

AMOUNTS = ("net_amount", "tax_amount", "total_amount", "discounted_amount")
STATUSES = {10: "open", 20: "paid", 30: "closed", 40: "open_credit"}


# outstanding invoices


def test_outstanding_invoices_add_up_to_the_cent_for_each_status(moved: Moved) -> None:
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in moved.records["invoices"]:
        for name in AMOUNTS:
            expected[STATUSES[each["status"]], name] += Decimal(each[name])
    told = moved.report["types"]["invoices"]["control_sums"]
    found = {(each["group"], each["attribute"]): each for each in told}
    assert found.keys() == expected.keys()
    assert len({status for status, _ in found}) == len(STATUSES)
    for key, total in expected.items():
        assert found[key]["agrees"]
        assert Decimal(found[key]["source"]) == Decimal(found[key]["here"]) == total


def test_outstanding_invoices_of_each_client_are_those_that_they_had(moved: Moved) -> None:
    """No family total that is right while its members' are wrong."""
    clients = {
        row["id"]: name for name, row in moved.archive.by_source("clients", "patients").items()
    }
    merged = survivors(moved.records["patients"])
    there: dict[str | None, Decimal] = defaultdict(Decimal)
    for each in moved.records["invoices"]:
        who = merged.get(linked(each.get("patient")) or "")
        if each["status"] == 10 and not each["archived_at"]:  # open
            there[who] += Decimal(each["total_amount"])
    here: dict[str | None, Decimal] = defaultdict(Decimal)
    for each in moved.archive.lines("invoices"):
        if each["status"] == "open" and not each["archived_at"]:
            here[clients.get(each["client"])] += Decimal(each["total_amount"])
    assert here == there
    assert len(there) > 1


def test_outstanding_invoices_say_that_nobody_knows_what_is_still_due(desk: Desk) -> None:
    done = desk.moved(only=("invoices",))
    with desk.inside():
        unknown = Invoice.objects.filter(due=Invoice.Due.NOT_KNOWN)
        assert set(unknown.values_list("status", flat=True)) == {"open", "open_credit"}
        balances = with_balances(unknown, date.max)
        assert all(each.balance == each.charged for each in balances)
        assert not any(each.balance_known for each in unknown)
        settled = Invoice.objects.exclude(due=Invoice.Due.NOT_KNOWN)
        assert set(settled.values_list("status", flat=True)) == {"paid", "closed"}
        assert {each.balance for each in with_balances(settled, date.max)} == {Decimal(0)}
        count = unknown.count()
    (told,) = (p for p in done.problems("invoices") if p["cause"] == "balance not known")
    assert told["count"] == count > 0
    assert "gives no payments" in told["example"]


def test_an_invoice_that_landed_with_another_status_is_not_called_balanced(desk: Desk) -> None:
    done = desk.moved(only=("invoices",))
    with desk.inside():
        row = Invoice.objects.filter(status="paid").first()
        assert row is not None
        row.status = Invoice.Status.OPEN
        row.save(update_fields=["status"])
        row.refresh_from_db()
        # as if the import itself had written it so
        SourceRecord.objects.filter(resource="invoices", target_id=row.pk).update(
            target_revision=row.revision
        )
        (line,) = reconcile(done.run, [Invoices], desk.office.keeper)
    assert not line.balanced
    wrong = {each.group for each in line.sums if not each.agrees}
    assert wrong == {"open", "paid"}, "all in all, the sums would agree"


def test_the_sums_of_each_status_are_shown_on_the_page_and_in_the_terminal(desk: Desk) -> None:
    done = desk.moved(only=("invoices",))
    owner = a_person(desk.workspace, Role.OWNER)
    page = owner.browser.get(reverse("importing:report", args=[done.run.pk])).text
    console = Console(file=io.StringIO(), width=150, record=True)
    console.print(*report_table(done.report))
    terminal = console.export_text()
    sums = done.line("invoices")["control_sums"]
    assert len(sums) == len(STATUSES) * len(AMOUNTS)
    for each in sums:
        assert f'<td class="number">{shown(each["here"])}</td>' in page
        name = f"invoices {each['group']} {each['attribute']}".replace("_", " ")
        amount = f"{Decimal(each['source']):,}"
        (line,) = (line for line in terminal.splitlines() if line.strip().startswith(f"{name} "))
        assert line.split()[-3:] == [amount, amount, "ok"]
    assert "no payments" in page


# undetected until later


def test_undetected_until_later_a_report_stays_as_it_was_whatever_comes_after_it(
    desk: Desk,
) -> None:
    first = desk.moved(only=("taxes", "products"))
    owner = a_person(desk.workspace, Role.OWNER)
    desk.practice.copy("taxes", str(desk.records["taxes"][0]["id"]))
    for change in (lambda: desk.move(only=("taxes",)), lambda: desk.undo(first.run)):
        change()
        kept = runs.find_run(first.run.pk).report or {}
        assert kept["types"]["taxes"]["created"] == first.line("taxes")["created"]
        page = owner.browser.get(reverse("importing:report", args=[first.run.pk])).text
        assert first.report.sentence in page
        assert "roducts</th>" in "".join(line.strip() for line in page.splitlines())
        assert "Keep an export of your own from Cliniko" in page


# patients messaged by accident

heard: list[tuple[str, str]] | None = None
WAYS_OUT = ("socket.connect", "socket.sendto", "smtplib.connect", "subprocess.Popen", "os.system")


def listen(event: str, arguments: tuple[object, ...]) -> None:
    """Write down whatever leaves this process; Python tells of it itself."""
    if heard is not None and event in WAYS_OUT:
        heard.append((event, str(arguments[1:2] or arguments)))


@pytest.fixture(scope="module")
def ear() -> None:
    """An audit hook can never be taken out again: it hears only while a list is there."""
    sys.addaudithook(listen)


@pytest.mark.usefixtures("ear")
def test_patients_messaged_by_accident_only_cliniko_and_its_files_are_asked(
    desk: Desk,
) -> None:
    global heard  # noqa: PLW0603  # the hook has no other way to know
    heard = []
    try:
        done = desk.move()
    finally:
        told, heard = heard, None
    assert done.balanced
    assert {event for event, _ in told} == {"socket.connect"}
    places = (desk.sandbox.url, f"http://{desk.sandbox.storage_host}")
    ports = [urlsplit(place).port for place in places]
    assert {place for _, place in told} == {str((("127.0.0.1", port),)) for port in ports}
    assert mail.outbox == []


@pytest.mark.django_db
def test_patients_messaged_by_accident_messages_come_as_history(moved: Moved) -> None:
    sent = [each for each in moved.archive.lines("communications") if each["direction"] == "sent"]
    assert sent, "the practice should have sent something"
    for each in sent:
        record = moved.archive.entry("communications", each["sources"][0]["id"])
        assert record["outcome"] == "created"
        assert each["delivery"] == "not_known"
        assert datetime.fromisoformat(each["created_at"]) <= moved.practice.now


# consent invented


def test_consent_invented_a_message_of_the_past_is_no_consent(desk: Desk) -> None:
    """Whoever was sent marketing is asked again, unless Cliniko says that they agreed."""
    asked = next(e for e in desk.records["patients"] if not e.get("merged_with_patient"))
    desk.practice.change(
        "patients", str(asked["id"]), accepted_email_marketing=None, accepted_sms_marketing=None
    )
    for each in desk.records["communications"][:5]:
        desk.practice.change(
            "communications", str(each["id"]), category_code=15, category="Bulk Email",
            patient={"links": asked["links"]},
        )  # fmt: skip
    desk.move(only=("communications",))
    with desk.inside():
        client = Client.objects.get(pk=desk.row_of("patients", asked["id"]))
        assert Communication.objects.filter(client=client, category="Bulk Email").exists()
        assert client.email_marketing_accepted is None
        assert client.sms_marketing_accepted is None


# merged patients


def test_merged_patients_take_their_invoices_and_messages_along(desk: Desk) -> None:
    loser = next(each for each in desk.records["patients"] if each.get("merged_with_patient"))
    winner = survivors(desk.records["patients"])[str(loser["id"])]
    for kind in ("invoices", "communications"):
        name = str(desk.records[kind][0]["id"])
        desk.practice.change(kind, name, patient={"links": loser["links"]})
    desk.move(only=("communications",))
    archive = desk.export()
    client = archive.by_source("clients", "patients")[winner]["id"]
    for kind in ("invoices", "communications"):
        name = str(desk.records[kind][0]["id"])
        assert archive.by_source(kind, kind)[name]["client"] == client
        assert ("client", "followed a merge") in archive.issues(kind, name)


# lost in silence


def test_nothing_that_is_left_out_only_says_that_it_comes_next() -> None:
    ours = {"invoices", "invoice_items", "communications", "product_suppliers", "products",
            "stock_adjustments", "services"}  # fmt: skip
    for resource in RESOURCES:
        if resource.spec.name in ours:
            assert not [w for w in resource.spec.ignored.values() if "comes next" in w]


def test_imported_invoices_are_told_from_those_made_here(desk: Desk) -> None:
    desk.moved(only=("invoices",))
    with desk.inside():
        Invoice.objects.create(workspace=desk.workspace, number="H-1")
        origins = Counter(Invoice.objects.values_list("origin", flat=True))
    assert origins == {"imported": len(desk.records["invoices"]), "here": 1}
