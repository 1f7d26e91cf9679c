"""Settings > Xero, as somebody who keeps the books goes through it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from handover.accounts.models import Role, Workspace
from handover.billing.ledger import billing_settings
from handover.billing.models import CollectedElsewhere
from handover.core.tenancy import acting_in
from handover.xero.consent import ask_for_consent, connection_of, keep_code
from handover.xero.models import XeroConnection, XeroPush
from handover.xero.wire import connections
from tests.people import Person, a_person
from tests.xero_office import Office, an_office

HERE = "/settings/xero/"


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Iterator[Office]:
    with an_office(workspace, tmp_path) as made:
        yield made


@pytest.fixture
def ann(office: Office) -> Iterator[Person]:
    """An accountant, at pages that know this office's Xero."""
    known = replace(
        django_settings.ENVIRONMENT, xero=office.desk.place, home=office.desk.home, address=""
    )
    with override_settings(ENVIRONMENT=known):
        yield a_person(office.workspace, Role.ACCOUNTANT)


def page(person: Person, path: str = HERE) -> str:
    answer = person.browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def allowed_at_xero(office: Office, person: Person) -> str:
    """Where Xero sends the browser back to."""
    answer = person.browser.post(f"{HERE}connect/")
    address = answer.headers["Refresh"].partition("url=")[2]
    told = {"answer": "allow", "tenant": office.xero.books.tenant_id}
    with connections() as http:
        back = urlsplit(http.post(address, data=told).headers["Location"])
    return f"{back.path}?{back.query}"


def test_a_bookkeeper_connects_maps_looks_and_sends(office: Office, ann: Person) -> None:
    office.owes("90.00")
    office.owes("110.00", tax="GST")
    assert "Go to Xero" in page(ann, f"{HERE}connect/")
    ann.browser.get(allowed_at_xero(office, ann))
    assert "it is being done" in page(ann)
    office.work()
    assert "Connected with Harbour Street Physio" in page(ann)
    shown = page(ann, f"{HERE}accounts/")
    assert "GST on Income (10%)" in shown
    given = {"account_code": "200", "tax_0": "EXEMPTOUTPUT", "tax_1": "OUTPUT"}
    assert ann.browser.post(f"{HERE}accounts/", given).status_code == 302
    ann.browser.post(f"{HERE}look/")
    office.work()
    assert "none is in Xero" in page(ann)
    assert "200.00" in page(ann, f"{HERE}send/")
    told = {"count": "2", "total": "200.00", "status": "DRAFT", "mode": "balance"}
    sent = ann.browser.post(f"{HERE}send/", told)
    with acting_in(office.workspace.pk):
        push = XeroPush.objects.get()
    assert sent.headers["Location"] == f"{HERE}sent/{push.pk}/"
    assert "0 of 2 invoices" in page(ann, f"{HERE}sent/{push.pk}/now/")
    office.work()
    assert "They agree, invoice by invoice" in page(ann, f"{HERE}sent/{push.pk}/")
    assert "Nothing is to be sent" in page(ann, f"{HERE}send/")
    ann.browser.post(f"{HERE}disconnect/")
    office.work()
    assert office.xero.identity.living == 0
    assert "Not connected" in page(ann)
    with acting_in(office.workspace.pk):
        assert CollectedElsewhere.objects.count() == 2


def test_a_consent_that_is_asked_for_again_leaves_tokens_that_a_worker_renewed(
    office: Office, ann: Person
) -> None:
    with acting_in(office.workspace.pk):
        read_before = connection_of(office.workspace.pk)
        XeroConnection.objects.update(sealed_refresh="renewed")
        place, home = office.desk.place, office.desk.home
        ask_for_consent(place, home, read_before, ann.user, "https://practice.example/")
        keep_code(home, read_before, "a code")
        assert XeroConnection.objects.get().sealed_refresh == "renewed"


def test_an_answer_of_xeros_that_was_not_asked_for_in_this_browser_connects_nothing(
    office: Office, ann: Person
) -> None:
    back = allowed_at_xero(office, ann)
    state = dict(parse_qsl(urlsplit(back).query))["state"]
    ann.browser.get(back.replace(state, "another"))
    ann.browser.get(back)  # the state was good once
    assert office.work().state == "asked"
    ann.browser.post(f"{HERE}connect/")
    ann.browser.get(f"{HERE}callback/?error=access_denied&state=x")
    assert office.work().state == "asked"


def test_what_changes_between_the_preview_and_the_button_is_shown_once_more(
    office: Office, ann: Person
) -> None:
    office.owes("90.00")
    office.ready()
    told = {"count": "1", "total": "90.00", "status": "DRAFT", "mode": "balance"}
    office.owes("20.00")
    ann.browser.post(f"{HERE}send/", told)
    assert "has changed since" in page(ann, f"{HERE}send/")
    with acting_in(office.workspace.pk):
        assert not XeroPush.objects.exists()


def test_numbers_that_are_in_xero_already_suggest_to_leave_debtors_there(
    office: Office, ann: Person
) -> None:
    invoice = office.owes("90.00")
    there = {"Type": "ACCREC", "InvoiceNumber": invoice.number, "Contact": {"Name": "Ann"}}
    office.xero.books.save_invoice(there | {"Date": "2026-08-03", "LineItems": []}, create=True)
    office.ready()
    shown = page(ann)
    assert "Of 1 numbers that were looked up, 1 are in Xero already." in shown
    ann.browser.post(f"{HERE}there/")
    with acting_in(office.workspace.pk):
        assert billing_settings(office.workspace.pk).debtors == "xero_connected"
    assert "Nothing is to be sent" in page(ann, f"{HERE}send/")


def test_who_signed_in_a_while_ago_is_asked_again_before_they_connect_or_disconnect(
    office: Office, ann: Person
) -> None:
    office.connect()
    assert "stays in Xero" in page(ann, f"{HERE}disconnect/")
    session = ann.browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1}]
    session["began_at"] = time.time() - 3600
    session.save()
    for path in ("connect/", "disconnect/"):
        for answer in (ann.browser.get(HERE + path), ann.browser.post(HERE + path)):
            assert answer.headers["Location"].startswith("/sign-in/?next=")  # she has no password
    assert office.work().state == "connected"


def test_while_a_worker_is_at_something_nothing_else_is_offered(
    office: Office, ann: Person
) -> None:
    office.connect()
    assert "Read them again" in page(ann)
    ann.browser.post(f"{HERE}read/")
    shown = page(ann)
    assert "it is being done" in shown
    assert "Read them again" not in shown
    assert "disconnect/" not in shown


def test_a_receptionist_sees_nothing_of_it(office: Office) -> None:
    ben = a_person(office.workspace, Role.RECEPTIONIST)
    assert ben.browser.get(HERE).status_code == 403
