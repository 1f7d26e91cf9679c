"""Own clients of practitioners, and contacts."""

from collections.abc import Iterator

import pytest

from conftest import Emptying
from handover.accounts.models import User
from handover.clients.models import (
    Contact,
)
from handover.clients.operations import relate
from handover.clinical.models import ProgressNote
from handover.core.tenancy import acting_in
from handover.practice.models import Practitioner
from handover.scheduling.queries import clients_of
from tests.reception import (
    EMPTY_FORM,
    FOUND,
    MISSING,
    REFUSED,
    Practice,
    a_practice_open,
    a_visit,
)


@pytest.fixture(scope="module")
def practice(emptying: Emptying) -> Iterator[Practice]:
    with a_practice_open(emptying) as opened:
        yield opened


# a practitioner's own clients


def test_whoever_is_limited_sees_those_whom_they_have_seen_or_written_about(
    practice: Practice,
) -> None:
    mine, noted, other = (practice.client(name, "Limits") for name in ("Mine", "Noted", "Other"))
    url = "/clients/?q=limits"
    assert "Limits," not in practice.practitioner.browser.get(url).text
    with acting_in(practice.workspace.pk):
        me = Practitioner.objects.create(
            workspace_id=practice.workspace.pk, user=practice.practitioner.user
        )
        a_visit(practice, mine, me)
        ProgressNote.objects.create(
            workspace_id=practice.workspace.pk, client=noted, practitioner=me
        )
        user = User.objects.get(pk=practice.practitioner.user.pk)
        assert set(clients_of(user)) == {mine, noted}
        relate(mine, other, "sibling")
    page = practice.practitioner.browser.get(url).text
    assert ("Limits, Mine" in page, "Limits, Noted" in page, "Limits, Other" in page) == (
        *(True, True, False),
    )
    for path in ("", "edit/", "cases/", "communications/", "invoices/", "relationships/"):
        answer = practice.practitioner.browser.get(f"/clients/{other.pk}/{path}")
        assert answer.status_code == MISSING, path
    assert "Limits" not in practice.practitioner.browser.get("/clients/choices/?q=other").text
    told = practice.practitioner.browser.get(f"/clients/{mine.pk}/")
    assert told.context["relatives"] == []


# contacts


def test_a_contact_is_made_found_changed_and_archived(practice: Practice) -> None:
    browser = practice.desk.browser
    sent = {
        **EMPTY_FORM,
        "type": "doctor",
        "doctor_type": "specialist",
        "title": "Dr",
        "first_name": "Søren",
        "last_name": "Ågård",
        "provider_number": "123456AB",
        "phones-0-number": "08 9000 1111",
    }
    answer = browser.post("/contacts/new/", sent)
    assert answer.status_code == FOUND
    url = answer.headers["Location"]
    for typed in ("soren agard", "agard", "9000 1111", "123456ab"):
        assert "Dr Søren Ågård" in browser.get("/contacts/", {"q": typed}).text, typed
    revision = browser.get(f"{url}edit/").context["form"]["revision"].value()
    changed = {**sent, "revision": str(revision), "company_name": "Nordlys Clinic"}
    changed |= {"phones-INITIAL_FORMS": "1"}
    assert browser.post(f"{url}edit/", changed).status_code == FOUND
    assert "Nordlys Clinic" in browser.get("/contacts/?q=nordlys").text
    assert browser.post(f"{url}edit/", changed).status_code == REFUSED  # an old revision
    browser.post(f"{url}archive/")
    assert "Nordlys" not in browser.get("/contacts/").text
    assert "Nordlys" in browser.get("/contacts/?show=archived").text


def test_a_contact_is_linked_with_a_client_and_named_on_both_pages(practice: Practice) -> None:
    client = practice.client("Lin", "Ked")
    with acting_in(practice.workspace.pk):
        payer = Contact.objects.create(workspace_id=practice.workspace.pk, company_name="Payer Co")
    url = f"/clients/{client.pk}/"
    practice.desk.browser.post(
        f"{url}contacts/", {"contact": f"x [{payer.pk}]", "receives_invoices": "on"}
    )
    assert "Payer Co" in practice.desk.browser.get(url).text
    assert "Lin Ked" in practice.desk.browser.get(f"/contacts/{payer.pk}/").text
    with acting_in(practice.workspace.pk):
        linked = client.contacts.get()
    practice.desk.browser.post(f"{url}contacts/{linked.pk}/remove/")
    assert "Payer Co" not in practice.desk.browser.get(url).text


def test_an_ambiguous_name_in_a_field_is_asked_back(practice: Practice) -> None:
    client = practice.client("Am", "Biguous")
    with acting_in(practice.workspace.pk):
        for first in ("Una", "Ugo"):
            Contact.objects.create(
                workspace_id=practice.workspace.pk, first_name=first, last_name="Twin"
            )
    answer = practice.desk.browser.post(f"/clients/{client.pk}/contacts/", {"contact": "twin"})
    assert answer.status_code == REFUSED
    assert "Una Twin [" in answer.text
    options = practice.desk.browser.get("/contacts/choices/?contact=twin").text
    assert options.count("<option") == 2
