"""Who owes what as at a day: aged debtors, held to the ledger."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from handover.accounts.models import PracticeDetails, Workspace
from handover.billing.ageing import (
    BUCKETS,
    Asked,
    By,
    Debt,
    aged_debtors,
    debts_of,
    unapplied_of,
)
from handover.billing.ledger import billing_settings, collected_here, today, with_balances
from handover.billing.models import (
    Allocation,
    CollectedElsewhere,
    Credit,
    Debtors,
    Invoice,
)
from handover.billing.payers import Kind, PayerKey
from handover.billing.queries import Limits
from handover.clients.models import Client, Contact
from handover.core.tenancy import acting_in
from handover.practice.models import Location, Practitioner
from handover.web.debtors.payers import names_of
from tests.test_ledger import an_invoice, paid, told

DAY = date(2026, 11, 2)
Due, Status, Origin = Invoice.Due, Invoice.Status, Invoice.Origin
ROLLED_BACK = [HealthCheck.function_scoped_fixture]


def all_debts(asked: Asked) -> list[Debt]:
    return [debt for row in aged_debtors(asked).rows for debt in debts_of(asked, row.payer)]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (4000, 4)],
)
@pytest.mark.parametrize("by", By)
def test_each_day_has_its_bucket(workspace: Workspace, days: int, bucket: int, by: By) -> None:
    with acting_in(workspace.pk):
        if by == By.DUE:
            an_invoice(workspace, issued_on=DAY - timedelta(500), due_on=DAY)
        else:
            an_invoice(workspace, issued_on=DAY, due_on=DAY - timedelta(500))
        asked = Asked(DAY + timedelta(days), by)
        if days < 0 and by == By.ISSUED:  # not issued by then
            assert aged_debtors(asked).rows == ()
            return
        (row,) = aged_debtors(asked).rows
        assert [number for number, each in enumerate(row.buckets) if each] == [bucket]
        assert [each.bucket for each in all_debts(asked)] == [bucket]


def test_what_was_never_said_to_be_due_ages_from_its_issue(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        an_invoice(workspace, due_on=None)
        (debt,) = all_debts(Asked(DAY + timedelta(31)))
        assert (debt.days, debt.bucket) == (31, 2)


def test_the_contact_owes_else_the_client_else_who_stands_on_the_invoice(
    workspace: Workspace,
) -> None:
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        ann = Client.objects.create(**of, first_name="Ann")
        fund = Contact.objects.create(**of, last_name="Fund")
        an_invoice(workspace, "10", client=ann, recipient="Fund")
        an_invoice(workspace, "20", client=ann, contact=fund)
        first = an_invoice(workspace, "40", recipient="Insurer 2 Pty Ltd\r\nPO Box 1")
        an_invoice(workspace, "80", recipient=" Insurer 2 Pty Ltd\nMelbourne")
        asked = Asked(DAY)
        found = {row.payer: (int(row.total), row.invoices) for row in aged_debtors(asked).rows}
        insurer = PayerKey(Kind.WORDS, first.pk, "Insurer 2 Pty Ltd")
        assert found == {
            PayerKey(Kind.CLIENT, ann.pk): (10, 1),
            PayerKey(Kind.CONTACT, fund.pk): (20, 1),
            insurer: (120, 2),
        }
        assert [debt.balance for debt in debts_of(asked, insurer)] == [40, 80]


def test_credit_that_no_invoice_has_got_stands_apart(workspace: Workspace) -> None:
    of = {"workspace_id": workspace.pk, "dated_on": DAY}
    with acting_in(workspace.pk):
        ann = Client.objects.create(workspace_id=workspace.pk, first_name="Ann")
        bea = Client.objects.create(workspace_id=workspace.pk, first_name="Bea")
        invoice = an_invoice(workspace, client=ann)
        credit = Credit.objects.create(**of, client=ann, kind="payment", amount=70)
        Allocation.objects.create(**of, invoice=invoice, credit=credit, amount=30)
        Credit.objects.create(**of, client=bea, kind="account_credit", amount=15)
        later = DAY + timedelta(9)
        Credit.objects.create(**of | {"dated_on": later}, client=bea, kind="payment", amount=5)
        asked = Asked(DAY + timedelta(1))
        rows = aged_debtors(asked).rows
        found = {row.payer.number: (int(row.total), int(row.unapplied)) for row in rows}
        assert found == {ann.pk: (70, 40), bea.pk: (0, 15)}
        assert unapplied_of(asked, PayerKey(Kind.CLIENT, ann.pk)) == 40
        assert aged_debtors(Asked(later)).totals.unapplied == 60


def test_it_can_be_asked_for_one_place_or_one_practitioner(workspace: Workspace) -> None:
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        place = Location.objects.create(**of, name="Perth")
        mary = Practitioner.objects.create(**of, first_name="Mary")
        an_invoice(workspace, "10", location=place)
        an_invoice(workspace, "20", practitioner=mary)
        ann = Client.objects.create(**of, first_name="Ann")
        Credit.objects.create(**of, client=ann, kind="payment", amount=5, dated_on=DAY)
        totals = [
            aged_debtors(asked).totals
            for asked in (
                Asked(DAY),
                Asked(DAY, location=place.pk),
                Asked(DAY, practitioner=mary.pk),
            )
        ]
        assert [(int(each.total), int(each.unapplied)) for each in totals] == [
            (30, 5),
            (10, 0),
            (20, 0),
        ]


def test_what_xero_collects_is_told_apart_and_history_is_left_out(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        an_invoice(workspace, "10", origin=Origin.HERE, due=Due.LEDGER)
        an_invoice(workspace, "20")
        sent = an_invoice(workspace, "40")
        CollectedElsewhere.objects.create(workspace_id=workspace.pk, invoice=sent, system="xero")
        with_them, without = aged_debtors(Asked(DAY)), aged_debtors(Asked(DAY, elsewhere=False))
        assert [with_them.totals.total, with_them.totals.elsewhere] == [70, 40]
        assert [without.totals.total, without.totals.elsewhere] == [30, 0]
        kept = billing_settings(workspace.pk)
        kept.debtors = Debtors.XERO_CONNECTED
        kept.save()
        assert aged_debtors(Asked(DAY)).totals.total == 10


def test_who_is_limited_to_own_clients_sees_what_those_owe(workspace: Workspace) -> None:
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        ann, bea = (Client.objects.create(**of, first_name=name) for name in ("Ann", "Bea"))
        an_invoice(workspace, "10", client=ann)
        an_invoice(workspace, "20", client=bea)
        Credit.objects.create(**of, client=bea, kind="payment", amount=5, dated_on=DAY)
        (row,) = aged_debtors(Asked(DAY, limits=Limits((ann.pk,)))).rows
        assert [row.total, row.unapplied] == [10, 0]
        assert aged_debtors(Asked(DAY, limits=Limits(()))).rows == ()


def test_the_zone_of_the_practice_says_which_day_it_is(workspace: Workspace) -> None:
    """One of these two is a day ahead of the other at any moment."""
    with acting_in(workspace.pk):
        found = []
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # +14 and -11
            PracticeDetails.objects.update_or_create(
                workspace_id=workspace.pk, defaults={"time_zone": zone}
            )
            found.append(today())
        assert (found[0] - found[1]).days in {1, 2}
        assert found[0] >= timezone.now().date() >= found[1]


def test_payers_are_named_by_one_question_for_clients_and_one_for_contacts(
    workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    of = {"workspace_id": workspace.pk}
    with acting_in(workspace.pk):
        clients = [Client.objects.create(**of, first_name=name) for name in ("Ann", "Bea", "")]
        contacts = [
            Contact.objects.create(**of, title="Dr", first_name="Cy", last_name="Dee"),
            Contact.objects.create(**of, company_name="Fund"),
        ]
        payers = [
            *(PayerKey(Kind.CLIENT, each.pk) for each in clients),
            *(PayerKey(Kind.CONTACT, each.pk) for each in contacts),
        ]
        with django_assert_num_queries(2):
            found = names_of(payers)
        assert list(found.values()) == [
            "Ann",
            "Bea",
            f"Client {clients[2].pk}",
            "Dr Cy Dee",
            "Fund",
        ]


Fact = tuple[int, Decimal, bool]
Made = tuple[int, int | None, str, str, str, Decimal, bool, int, list[Fact]]
DAYS = st.integers(-100, 20)
INVOICES = st.lists(
    st.tuples(
        DAYS,
        st.none() | DAYS,
        st.sampled_from([Due.NOT_KNOWN, Due.NOTHING, Due.LEDGER]),
        st.sampled_from([Status.DRAFT, Status.OPEN]),
        st.sampled_from([Origin.HERE, Origin.IMPORTED]),
        st.decimals("-50", "500", places=2),
        st.booleans(),
        st.integers(0, 2),
        st.lists(st.tuples(DAYS, st.decimals("-5", "200", places=2), st.booleans()), max_size=3),
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=ROLLED_BACK)
@given(
    made=INVOICES, at=DAYS, by=st.sampled_from(By), cases=st.tuples(st.booleans(), st.booleans())
)
def test_the_report_is_the_ledger_and_each_invoice_is_in_one_bucket_of_one_payer(
    workspace: Workspace, made: list[Made], at: int, by: By, cases: tuple[bool, bool]
) -> None:
    xero, elsewhere = cases
    with acting_in(workspace.pk), transaction.atomic():
        kept = billing_settings(workspace.pk)
        kept.debtors = Debtors.XERO_CONNECTED if xero else Debtors.XERO
        kept.save()
        fill(workspace, made)
        asked = Asked(DAY + timedelta(at), by, elsewhere=elsewhere)
        report, debts = aged_debtors(asked), all_debts(asked)
        among = Invoice.objects.exclude(origin=Origin.IMPORTED) if xero else Invoice.objects.all()
        wanted = among if elsewhere else collected_here(Invoice.objects.all())
        balances = {each.pk: each.balance for each in with_balances(wanted, asked.as_at)}
        owing = {number: each for number, each in balances.items() if each}
        assert {each.invoice: each.balance for each in debts} == owing
        assert len(debts) == len(owing) == report.totals.invoices
        assert report.totals.total == sum(owing.values())
        for number in range(BUCKETS):
            here = sum(each.balance for each in debts if each.bucket == number)
            assert here == report.totals.buckets[number]
        assert report.totals.total == sum(row.total for row in report.rows)
        transaction.set_rollback(True)


def fill(workspace: Workspace, made: list[Made]) -> None:
    of = {"workspace_id": workspace.pk}
    ann, fund = Client.objects.create(**of), Contact.objects.create(**of)
    payers = ({"client": ann}, {"contact": fund, "client": ann}, {"recipient": "Somebody"})
    for issued, due_on, due, status, origin, total, sent, payer, facts in made:
        invoice = an_invoice(
            workspace,
            str(total),
            issued_on=DAY + timedelta(issued),
            due_on=None if due_on is None else DAY + timedelta(due_on),
            due=due,
            status=status,
            origin=origin,
            **payers[payer],
        )
        if sent:
            CollectedElsewhere.objects.create(**of, invoice=invoice, system="xero")
        for on, amount, credited in facts:
            (paid if credited else told)(invoice, str(amount), DAY + timedelta(on))
