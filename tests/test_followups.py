"""Nobody who owes is forgotten, nobody is asked twice, and nobody by accident."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from conftest import a_workspace
from handover.accounts.models import Workspace
from handover.billing.ledger import billing_settings, today
from handover.billing.models import CollectedElsewhere, Debtors
from handover.clients.models import Contact
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from handover.followups import sending, sweeps
from handover.followups.asking import settings_of
from handover.followups.models import OptOut
from handover.followups.queries import last_contacted
from handover.messaging.outbox import post as outbox_post
from handover.messaging.tests.post_office import open_post_office
from handover.practice.models import Location
from tests.owing import (
    a_debtor,
    a_rule,
    a_template,
    an_invoice,
    at_any_hour,
    imported,
    letters,
    pay,
    rounds,
    states,
)
from tests.post import Postbox, text_of


@pytest.fixture
def place(workspace: Workspace) -> Workspace:
    """A practice that writes at any hour."""
    with acting_in(workspace.pk):
        at_any_hour(workspace)
    return workspace


def test_who_is_a_week_late_is_asked_once_by_e_mail_and_it_stands_with_the_client(
    place: Workspace, post: Postbox
) -> None:
    with acting_in(place.pk):
        ann = a_debtor(place)
        invoice = an_invoice(ann, 7)
        a_rule(place, 7)
    for _ in range(3):
        rounds()
    (letter,) = post.letters
    assert letter["To"] == "ann@home.example"
    assert letter["From"].startswith("Test practice <")
    assert letter["Subject"] == f"Invoice {invoice.number}"
    (plain, _html) = letter.iter_parts()
    assert text_of(plain) == "Hello Ann, please pay $100.00.\n"  # type: ignore[arg-type]  # a part
    with acting_in(place.pk):
        (told,) = Communication.objects.all()
        assert (told.client, told.invoice) == (ann, invoice)
        assert (told.direction, told.channel) == ("sent", "email")
        clients, _contacts = last_contacted([ann.pk])
        assert clients == {ann.pk: told.created_at}
    assert states() == [("sent", "")]


def test_who_has_paid_is_left_alone(place: Workspace, post: Postbox) -> None:
    with acting_in(place.pk):
        a_rule(place, 7)
        pay(an_invoice(a_debtor(place), 7), "100")
    rounds()
    assert post.letters == []
    assert states() == []


class Died(Exception):
    """The process is gone."""


@pytest.mark.parametrize("step", ["written", "post"], ids=lambda each: f"before {each}")
def test_who_dies_while_posting_leaves_nothing_and_the_next_worker_asks_once(
    place: Workspace, post: Postbox, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with acting_in(place.pk):
        an_invoice(a_debtor(place), 7)
        a_rule(place, 7)

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(sending, step, die)
        rounds()
    assert states() == [("waiting", "")]
    assert letters() == []
    for _ in range(2):
        rounds()
    assert len(post.letters) == 1


def test_who_dies_after_posting_and_before_the_end_of_the_transaction_has_posted_nothing(
    place: Workspace, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_in(place.pk):
        an_invoice(a_debtor(place), 7)
        a_rule(place, 7)

    def post_and_die(*args: Any, **told: Any) -> None:  # noqa: ANN401  # passed on as they are
        outbox_post(*args, **told)
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(sending, "post", post_and_die)
        rounds()
    assert (states(), letters()) == ([("waiting", "")], [])
    rounds()
    assert len(post.letters) == 1


def test_many_workers_at_once_ask_each_debtor_once(place: Workspace, post: Postbox) -> None:
    with acting_in(place.pk):
        a_rule(place, 7)
        for number in range(6):
            an_invoice(a_debtor(place, f"Debtor{number}"), 7)

    def work() -> None:
        for _ in range(2):
            rounds()
        connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rounds()
    assert sorted(str(each["To"]) for each in post.letters) == sorted(
        f"debtor{number}@home.example" for number in range(6)
    )
    assert states() == [("sent", "")] * 6
    with acting_in(place.pk):
        assert Communication.objects.count() == 6


def test_who_pays_while_the_mail_server_is_away_is_not_asked_when_it_is_back(
    place: Workspace, post: Postbox, settings: Settings
) -> None:
    host, settings.EMAIL_HOST = settings.EMAIL_HOST, ""
    with acting_in(place.pk):
        paid, owing = (an_invoice(a_debtor(place, name), 7) for name in ("Paid", "Owing"))
        a_rule(place, 7)
    rounds()
    assert states() == [("posted", "")] * 2
    with acting_in(place.pk):
        pay(paid, "100")
        pay(owing, "40")
    settings.EMAIL_HOST = host
    rounds()
    assert [each["To"] for each in post.letters] == ["owing@home.example"]
    assert sorted(states()) == [("not_sent", "paid"), ("sent", "")]
    assert sorted(each.state for each in letters()) == ["sent", "withdrawn"]


def test_who_pays_between_planning_and_posting_is_not_asked(place: Workspace) -> None:
    with acting_in(place.pk):
        invoice = an_invoice(a_debtor(place), 7)
        a_rule(place, 7)
    sweeps.plan_by_rules()
    with acting_in(place.pk):
        pay(invoice, "100")
    sweeps.post_waiting()
    assert (states(), letters()) == ([("not_sent", "paid")], [])


def test_of_several_steps_the_latest_goes_and_old_debts_are_passed_over(place: Workspace) -> None:
    with acting_in(place.pk):
        ann = a_debtor(place)
        for days in (-3, 0, 7, 8, 30):
            a_rule(place, days, template=a_template(place, subject=f"Step {days}"))
        an_invoice(ann, 8)
        an_invoice(ann, 60)
        an_invoice(ann, -20)
    rounds()
    rounds()
    assert [each.subject for each in letters()] == ["Step 8"]


def test_a_step_from_before_the_rule_was_switched_on_is_passed_over(place: Workspace) -> None:
    with acting_in(place.pk):
        rule = a_rule(place, 7, since=today())
        an_invoice(a_debtor(place), 8)
        assert rule.active
    rounds()
    assert states() == []


@pytest.mark.parametrize(
    "kept_back",
    ["archived client", "draft", "archived invoice", "elsewhere", "under the minimum", "alone"],
)
def test_some_are_never_asked_by_a_rule(place: Workspace, kept_back: str) -> None:
    with acting_in(place.pk):
        rule = a_rule(place, 7, minimum=Decimal(50))
        ann = a_debtor(place, archived_at=timezone.now() if "client" in kept_back else None)
        more: dict[str, object] = {"status": "draft"} if kept_back == "draft" else {}
        if kept_back == "archived invoice":
            more["archived_at"] = timezone.now()
        total = "49.99" if kept_back == "under the minimum" else "100"
        invoice = an_invoice(ann, 7, total, **more)
        if kept_back == "elsewhere":
            CollectedElsewhere.objects.create(workspace_id=place.pk, invoice=invoice, system="xero")
        if kept_back == "alone":
            OptOut.objects.create(workspace_id=place.pk, client=ann)
        assert rule.active
    rounds()
    assert states() == []


def test_imported_invoices_collected_in_xero_are_not_asked_for_with_the_switch_on(
    place: Workspace,
) -> None:
    with acting_in(place.pk):
        a_rule(place, 7)
        imported(a_debtor(place), 7)
        how = settings_of(place.pk)
        how.imported_since = today() - timedelta(30)
        how.save()
        kept = billing_settings(place.pk)
        kept.debtors = Debtors.XERO_CONNECTED
        kept.save()
    rounds()
    assert states() == []
    with acting_in(place.pk):
        kept.debtors = Debtors.HERE
        kept.save()
    rounds()
    assert states() == [("posted", "")]


def test_a_contact_who_pays_is_asked_and_the_practice_answers_under_its_name(
    place: Workspace, post: Postbox
) -> None:
    with acting_in(place.pk):
        firm = Contact.objects.create(
            workspace_id=place.pk, company_name="Insurer", email="claims@insurer.example"
        )
        where = Location.objects.create(
            workspace_id=place.pk,
            name="Glebe",
            email="desk@glebe.example",
            time_zone="Australia/Sydney",
        )
        ann = a_debtor(place)
        body = "Dear {{Recipient.FullName}}, for {{Patient.FullName}}"
        subject = "One\r\nBcc: everybody@evil.example {{Invoice.Number}}"
        letter = a_template(place, body=body, subject=subject)
        an_invoice(ann, 7, contact=firm, location=where)
        a_rule(place, 7, template=letter)
    rounds()
    (got,) = post.letters
    assert got["To"] == "claims@insurer.example"
    assert got["Reply-To"] == "desk@glebe.example"
    assert got["Bcc"] is None
    assert got["Subject"].startswith("One Bcc: everybody@evil.example")
    with acting_in(place.pk):
        _clients, contacts = last_contacted([ann.pk], [firm.pk])
        assert set(contacts) == {firm.pk}


def test_a_practice_never_asks_for_what_another_is_owed(place: Workspace, post: Postbox) -> None:
    other = a_workspace("Other practice")
    with acting_in(other.pk):
        an_invoice(a_debtor(other, "Theirs"), 7)
    with acting_in(place.pk):
        an_invoice(a_debtor(place, "Ours"), 7)
        a_rule(place, 7)
    rounds()
    assert [each["To"] for each in post.letters] == ["ours@home.example"]


def test_what_the_mail_server_refuses_is_noted_and_stands_in_no_communication(
    place: Workspace, settings: Settings
) -> None:
    with acting_in(place.pk):
        an_invoice(a_debtor(place), 7)
        a_rule(place, 7)
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    with open_post_office() as office:
        settings.EMAIL_PORT = office.port
        office.at_rcpt.append("550 5.1.1 nobody here")
        rounds()
    assert states() == [("not_sent", "refused")]
    with acting_in(place.pk):
        assert not Communication.objects.exists()
