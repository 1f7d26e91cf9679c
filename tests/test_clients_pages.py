"""Clients and contacts in the workspace, as those who ask for them see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import Emptying, a_workspace
from handover.accounts.models import AuditEntry, Role, User, Workspace
from handover.billing.models import Invoice
from handover.clients.models import (
    Case,
    Client,
    ClientPhone,
    Contact,
    MedicalAlert,
    SearchKey,
    Thing,
)
from handover.clients.operations import relate, tag
from handover.clients.search import matching
from handover.clinical.models import ProgressNote
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun, SourceRecord
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance
from handover.scheduling.queries import clients_of
from tests.people import Person, a_person

OK, FOUND, FORBIDDEN, MISSING, REFUSED = 200, 302, 403, 404, 422
TODAY = date(2026, 11, 23)
EMPTY_FORM = {
    "phones-TOTAL_FORMS": "1",
    "phones-INITIAL_FORMS": "0",
    "phones-0-type": "mobile",
    "phones-0-number": "",
}


@dataclass(frozen=True)
class Practice:
    """One practice with its people, for the tests of this file: each makes its own clients."""

    workspace: Workspace
    desk: Person
    accountant: Person
    practitioner: Person

    def client(self, first: str, last: str = "", *phones: str, **more: object) -> Client:
        with acting_in(self.workspace.pk):
            made = Client.objects.create(
                workspace_id=self.workspace.pk, first_name=first, last_name=last, **more
            )
            for number in phones:
                ClientPhone.objects.create(
                    workspace_id=self.workspace.pk, client=made, number=number
                )
            return made

    def found(self, typed: str) -> list[str]:
        """The first names of those whom the search finds."""
        with acting_in(self.workspace.pk):
            rows = cast("object", matching(Client.objects.all(), Thing.CLIENT, typed, TODAY))
            return sorted(each.first_name for each in rows)  # type: ignore[attr-defined]  # a query


@pytest.fixture(scope="module")
def practice(emptying: Emptying) -> Iterator[Practice]:
    with emptying():
        workspace = a_workspace("Practice")
        yield Practice(
            workspace,
            a_person(workspace, Role.RECEPTIONIST),
            a_person(workspace, Role.ACCOUNTANT),
            a_person(workspace, Role.PRACTITIONER, own_clients_only=True),
        )


@pytest.fixture(scope="module")
def callers(practice: Practice) -> Practice:
    """Clients whose names people type in many ways."""
    practice.client("Zoë", "O'Brien", "0412 345 678", birth_date=date(1980, 2, 14))
    practice.client("Mary-Jane", "van der Meer", "+61 8 9123 4567", email="MJ@meer.example")
    practice.client("Ann", "Smith-Jones", "61499888777", preferred_name="Nan")
    practice.client("Łukasz", "Żółty", old_reference_id="A 1234", birth_date=date(1955, 12, 1))
    practice.client("Ελένη", "Παπαδοπούλου")
    return practice


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zoe", "Zoë"),
        ("ZOË o\u2019brien", "Zoë"),
        ("obrien", "Zoë"),
        ("o brien", "Zoë"),
        ("brien zo", "Zoë"),
        ("0412345678", "Zoë"),
        ("0412 345", "Zoë"),
        ("+61 412 345 678", "Zoë"),
        ("0061412345678", "Zoë"),
        ("(04) 1234-5678", "Zoë"),
        ("5678", "Zoë"),
        ("14/2/80", "Zoë"),
        ("14.02.1980", "Zoë"),
        ("1980-02-14", "Zoë"),
        ("14 Feb 1980", "Zoë"),
        ("14022", ""),
        ("14021980", "Zoë"),
        ("brien 14/2/1980", "Zoë"),
        ("brien 15/2/1980", ""),
        ("mary jane", "Mary-Jane"),
        ("maryjane", "Mary-Jane"),
        ("vandermeer", "Mary-Jane"),
        ("van der me", "Mary-Jane"),
        ("mj@meer", "Mary-Jane"),
        ("08 9123 4567", "Mary-Jane"),
        ("9123 4567", "Mary-Jane"),
        ("4567", "Mary-Jane"),
        ("jones", "Ann"),
        ("nan smith", "Ann"),
        ("0499 888 777", "Ann"),
        ("499888777", "Ann"),
        ("lukasz zolty", "Łukasz"),
        ("a1234", "Łukasz"),
        ("1/12/55", "Łukasz"),
        ("παπαδ", "Ελένη"),
        ("mith", ""),
        ("%", None),
        ("_", None),
        ("' OR 1=1 --", ""),
        ("9" * 40, ""),
        ("31/2/1980", ""),
    ],
)
def test_a_client_is_found_however_it_is_typed(
    callers: Practice, typed: str, expected: str | None
) -> None:
    found = callers.found(typed)
    if expected is None:  # nothing is left of what was typed: everybody
        assert len(found) >= 5
    else:
        assert found == ([expected] if expected else [])


def test_a_client_is_found_by_their_number_and_by_no_other_ones(callers: Practice) -> None:
    made = callers.client("Numbered")
    assert "Numbered" in callers.found(str(made.pk))
    assert "Numbered" not in callers.found(str(made.pk + 1))


def test_what_is_changed_or_deleted_is_found_no_longer_under_its_old_name(
    practice: Practice,
) -> None:
    made = practice.client("Before", "Marriage", "0499 111 222")
    with acting_in(practice.workspace.pk):
        Client.objects.filter(pk=made.pk).update(first_name="After", last_name="Wedding")
        ClientPhone.objects.filter(client=made).update(number="0488 333 444")
    assert practice.found("marriage") == practice.found("0499 111 222") == []
    assert practice.found("wedding") == practice.found("0488 333 444") == ["After"]
    with acting_in(practice.workspace.pk):
        made.phones.all().delete()
        assert not SearchKey.objects.filter(row_id=made.pk, kind="phone").exists()
        Client.objects.filter(pk=made.pk).delete()
        assert not SearchKey.objects.filter(thing="client", row_id=made.pk).exists()


def test_nobody_of_another_practice_is_found(callers: Practice) -> None:
    other = a_workspace("Elsewhere")
    with acting_in(other.pk):
        Client.objects.create(workspace_id=other.pk, first_name="Stranger", last_name="O'Brien")
        assert SearchKey.objects.exclude(workspace_id=other.pk).count() == 0
    assert callers.found("obrien") == ["Zoë"]


def test_the_list_is_paged_by_name_to_its_end_and_back(practice: Practice) -> None:
    with acting_in(practice.workspace.pk):
        Client.objects.bulk_create(
            Client(workspace_id=practice.workspace.pk, first_name=f"P{n:03}", last_name="Paged")
            for n in range(120)
        )
    first = practice.desk.browser.get("/clients/?q=paged")
    assert "Paged, P000" in first.text
    assert "Paged, P050" not in first.text
    second = practice.desk.browser.get(_link(first.text, "next"))
    assert "Paged, P050" in second.text
    third = practice.desk.browser.get(_link(second.text, "next"))
    assert "Paged, P119" in third.text
    assert 'rel="next"' not in third.text
    back = practice.desk.browser.get(_link(second.text, "prev"))
    assert "Paged, P000" in back.text
    assert 'rel="prev"' not in back.text
    backwards = practice.desk.browser.get("/clients/?q=paged&sort=-name")
    assert backwards.text.index("Paged, P119") < backwards.text.index("Paged, P118")


def _link(page: str, rel: str) -> str:
    after = page.split(f'rel="{rel}"')[1].split('href="')[1]
    return "/clients/" + after.split('"')[0].replace("&amp;", "&")


def test_a_long_list_takes_as_many_queries_as_a_short_one(practice: Practice) -> None:
    practice.client("Single", "Row", "0400 000 001")
    for number in range(12):
        many = practice.client(f"M{number}", "Many", "0400 111 222", "0400 222 333")
        with acting_in(practice.workspace.pk):
            tag(many, f"tag {number}")
    counts = []
    for typed in ("warming up", "single row", "many"):
        with CaptureQueriesContext(connection) as asked:
            assert practice.desk.browser.get("/clients/", {"q": typed}).status_code == OK
        counts.append(len(asked))
    assert counts[1] == counts[2] <= 20


def test_archived_clients_are_shown_when_asked_for(practice: Practice) -> None:
    practice.client("Gone", "Archival", archived_at=timezone.now())
    get = practice.desk.browser.get
    assert "Archival" not in get("/clients/").text
    assert "Archival, Gone" in get("/clients/?show=archived").text
    assert "Archival, Gone" in get("/clients/?show=all&q=archival").text


def test_a_tag_filters_the_list(practice: Practice) -> None:
    client = practice.client("Tagged", "Person")
    url = f"/clients/{client.pk}/"
    practice.desk.browser.post(f"{url}tags/", {"name": " Home  visit "})
    practice.desk.browser.post(f"{url}tags/", {"name": "home visit"})
    with acting_in(practice.workspace.pk):
        mark = client.tags.get()
        assert mark.tag.name == "Home visit"
    assert "Person, Tagged" in practice.desk.browser.get(f"/clients/?tag={mark.tag_id}").text
    practice.desk.browser.post(f"{url}tags/{mark.pk}/remove/")
    assert "Person, Tagged" not in practice.desk.browser.get(f"/clients/?tag={mark.tag_id}").text


# one client


def test_an_accountant_sees_who_somebody_is_and_nothing_clinical(practice: Practice) -> None:
    client = practice.client(
        "Clara",
        "Clinical",
        alerts="Nut allergy",
        notes="Fears needles",
        diagnosis="Scoliosis",
        medications_and_allergies="Ibuprofen",
        medicare_number="2123 45670 1",
        custom_fields={"sections": [{"name": "S", "fields": [{"name": "F", "value": "Custom"}]}]},
    )
    with acting_in(practice.workspace.pk):
        MedicalAlert.objects.create(workspace_id=practice.workspace.pk, client=client, name="Latex")
    clinical = ("Nut allergy", "Fears needles", "Scoliosis", "Ibuprofen", "Custom", "Latex")
    url = f"/clients/{client.pk}/"
    seen = practice.accountant.browser.get(url).text
    assert "2123 45670 1" in seen
    assert [word for word in clinical if word in seen] == []
    seen = practice.desk.browser.get(url).text
    assert [word for word in clinical if word not in seen] == []
    assert practice.accountant.browser.get(f"{url}cases/").status_code == FORBIDDEN
    assert practice.accountant.browser.get(f"{url}communications/").status_code == FORBIDDEN
    assert practice.accountant.browser.get(f"{url}edit/").status_code == FORBIDDEN


def test_reading_and_changing_a_client_is_noted_without_what_is_in_it(practice: Practice) -> None:
    client = practice.client("Nora", "Noted")
    practice.desk.browser.get(f"/clients/{client.pk}/")
    practice.desk.browser.post(
        f"/clients/{client.pk}/edit/",
        {**EMPTY_FORM, "revision": "1", "first_name": "Norah", "last_name": "Noted"},
    )
    with acting_in(practice.workspace.pk):
        lines = AuditEntry.objects.filter(client_id=client.pk).order_by("id")
        told = [(line.action, line.detail) for line in lines]
    assert told == [("read", ""), ("changed", "first_name")]


def test_saving_what_nobody_has_changed_leaves_the_row_as_it_was(practice: Practice) -> None:
    """Else the next import would take the client for edited, and ask about each field."""
    client = practice.client(
        " Odd ",
        "Imported",
        "not a number",
        email="nobody at home",
        notes="one\r\ntwo",
        alerts="three\nfour",
        pronouns={"nominative": "they", "accusative": "them", "reflexive": "themself"},
    )
    page = practice.desk.browser.get(f"/clients/{client.pk}/edit/")
    form, phones = page.context["form"], page.context["phones"]
    sent = {name: _sent(form[name].value()) for name in form.fields if name != "sure"}
    sent |= {
        "phones-TOTAL_FORMS": "1",
        "phones-INITIAL_FORMS": "1",
        "phones-0-type": phones[0]["type"].value(),
        "phones-0-number": phones[0]["number"].value(),
    }
    with acting_in(practice.workspace.pk):
        before = Client.objects.get(pk=client.pk)
    answer = practice.desk.browser.post(f"/clients/{client.pk}/edit/", sent)
    assert answer.status_code == FOUND
    with acting_in(practice.workspace.pk):
        assert Client.objects.get(pk=client.pk).revision == before.revision


def _sent(value: object) -> str:
    """As a browser sends it: lines end with two characters."""
    return str(value if value is not None else "").replace("\r\n", "\n").replace("\n", "\r\n")


def test_what_somebody_else_wrote_meanwhile_is_not_lost_in_silence(practice: Practice) -> None:
    client = practice.client("Lola", "Lost", occupation="Baker")
    with acting_in(practice.workspace.pk):
        Client.objects.filter(pk=client.pk).update(occupation="Pilot")
    sent = {**EMPTY_FORM, "revision": "1", "first_name": "Lola", "last_name": "Found"}
    url = f"/clients/{client.pk}/edit/"
    answer = practice.desk.browser.post(url, sent)
    assert answer.status_code == REFUSED
    assert "Somebody has changed this client" in answer.text
    assert "here now: Pilot" in answer.text
    with acting_in(practice.workspace.pk):
        now = Client.objects.get(pk=client.pk)
        assert (now.last_name, now.occupation) == ("Lost", "Pilot")
    sent["revision"] = str(answer.context["form"]["revision"].value())
    assert practice.desk.browser.post(url, sent).status_code == FOUND
    with acting_in(practice.workspace.pk):
        assert Client.objects.get(pk=client.pk).last_name == "Found"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("email", "ann@", "valid email"),
        ("birth_date", "2999-01-01", "cannot be the day of a birth"),
        ("birth_date", "1492-01-01", "cannot be the day of a birth"),
        ("birth_date", "yesterday", "valid date"),
        ("phones-0-number", "ring the bell", "no phone number"),
        ("phones-0-number", "12", "no phone number"),
        ("time_zone", "Atlantis", "No such time zone"),
        ("first_name", "", "Write a first or a last name"),
        ("referring_doctor", "Nobody At All", "Nobody here agrees"),
    ],
)
def test_a_new_client_is_refused_with_the_reason(
    practice: Practice, field: str, value: str, told: str
) -> None:
    answer = practice.desk.browser.post(
        "/clients/new/", {**EMPTY_FORM, "first_name": "Wrong", field: value}
    )
    assert answer.status_code == REFUSED
    assert told in answer.text
    assert practice.found("wrong") == []


def test_a_likely_duplicate_is_shown_first_and_saved_if_it_is_meant(practice: Practice) -> None:
    practice.client("Élise", "D\u2019Arcy", birth_date=date(1990, 5, 1))
    new = {**EMPTY_FORM, "first_name": "Elise", "last_name": "DARCY", "birth_date": "1990-05-01"}
    answer = practice.desk.browser.post("/clients/new/", new)
    assert answer.status_code == REFUSED
    assert "may be here already" in answer.text
    assert practice.found("darcy") == ["Élise"]
    assert practice.desk.browser.post("/clients/new/", {**new, "sure": "on"}).status_code == FOUND
    assert practice.found("darcy") == ["Elise", "Élise"]
    different = {**new, "birth_date": "1991-05-01"}
    assert practice.desk.browser.post("/clients/new/", different).status_code == FOUND


def test_a_new_client_has_what_was_typed(practice: Practice) -> None:
    with acting_in(practice.workspace.pk):
        doctor = Contact.objects.create(
            workspace_id=practice.workspace.pk, first_name="Greta", last_name="Doctorow"
        )
    answer = practice.desk.browser.post(
        "/clients/new/",
        {
            **EMPTY_FORM,
            "first_name": "Newly",
            "last_name": "Made",
            "phones-0-number": "0455 123 123",
            "privacy_policy_accepted": "no",
            "referring_doctor": "doctorow",
            "time_zone": "Perth",
        },
    )
    assert answer.status_code == FOUND
    with acting_in(practice.workspace.pk):
        made = Client.objects.get(last_name="Made")
        assert made.privacy_policy_accepted is False
        assert made.email_marketing_accepted is None
        assert made.referring_doctor == doctor
        assert made.time_zone == "Australia/Perth"
        assert [each.number for each in made.phones.all()] == ["0455 123 123"]
    assert practice.found("0455123") == ["Newly"]


def test_archiving_takes_a_client_off_the_list_and_back(practice: Practice) -> None:
    client = practice.client("Back", "Forth")
    url = f"/clients/{client.pk}/"
    practice.desk.browser.post(f"{url}archive/")
    assert "This client was archived on" in practice.desk.browser.get(url).text
    assert "Forth, Back" not in practice.desk.browser.get("/clients/?q=forth").text
    practice.desk.browser.post(f"{url}unarchive/")
    assert "Forth, Back" in practice.desk.browser.get("/clients/?q=forth").text


def test_a_merged_client_leads_to_who_they_are_now(practice: Practice) -> None:
    survivor = practice.client("Sur", "Vivor")
    merged = practice.client("Old", "Vivor", merged_into=survivor, merged_at=timezone.now())
    page = practice.desk.browser.get(f"/clients/{merged.pk}/").text
    assert "merged with another one" in page
    assert f'href="/clients/{survivor.pk}/"' in page


def test_an_alert_is_shown_on_every_tab_until_it_is_archived(practice: Practice) -> None:
    client = practice.client("Al", "Erted")
    url = f"/clients/{client.pk}/"
    practice.desk.browser.post(f"{url}alerts/", {"name": "Pacemaker"})
    for tab in ("", "cases/", "communications/", "invoices/"):
        assert "Pacemaker" in practice.desk.browser.get(url + tab).text
    with acting_in(practice.workspace.pk):
        alert = client.medical_alerts.get()
    practice.desk.browser.post(f"{url}alerts/{alert.pk}/archive/")
    assert "Pacemaker" not in practice.desk.browser.get(url).text


def test_a_relationship_is_said_from_either_side(practice: Practice) -> None:
    mother, child = practice.client("Mo", "Ther"), practice.client("Chi", "Ld")
    answer = practice.desk.browser.post(
        f"/clients/{child.pk}/relationships/", {"other": "mo ther", "relation": "parent"}
    )
    assert answer.status_code == FOUND
    shown = practice.desk.browser.get(f"/clients/{child.pk}/").context["relatives"]
    assert [(each.client, str(each.relation)) for each in shown] == [(mother, "Parent")]
    shown = practice.desk.browser.get(f"/clients/{mother.pk}/").context["relatives"]
    assert [(each.client, str(each.relation)) for each in shown] == [(child, "Child")]
    practice.desk.browser.post(f"/clients/{mother.pk}/relationships/{shown[0].number}/remove/")
    assert practice.desk.browser.get(f"/clients/{child.pk}/").context["relatives"] == []


def test_confidential_memos_are_for_those_who_may_read_them(practice: Practice) -> None:
    client = practice.client("Con", "Fident")
    with acting_in(practice.workspace.pk):
        for words, confidential in (("Called about parking", False), ("A secret", True)):
            Communication.objects.create(
                workspace_id=practice.workspace.pk,
                client=client,
                kind=Communication.Kind.MEMO,
                content=f"<p onclick='x()'>{words}</p>",
                content_format=Communication.Format.HTML,
                confidential=confidential,
            )
    page = practice.desk.browser.get(f"/clients/{client.pk}/communications/").text
    assert "<p>Called about parking</p>" in page
    assert "A secret" not in page
    owner = a_person(practice.workspace, Role.OWNER)
    assert "A secret" in owner.browser.get(f"/clients/{client.pk}/communications/").text


def test_a_case_tells_how_much_of_it_is_used(practice: Practice) -> None:
    client = practice.client("Ca", "Se")
    url = f"/clients/{client.pk}/cases/"
    practice.desk.browser.post(f"{url}new/", {"name": "Knee", "max_sessions": "2"})
    with acting_in(practice.workspace.pk):
        case = Case.objects.get(client=client)
        for status in ("arrived", "cancelled", "booked", "did_not_arrive"):
            _visit(practice, client, case=case, status=status)
    page = practice.desk.browser.get(url)
    assert "2 of 2" in page.text
    assert "Used up" in page.text
    practice.desk.browser.post(f"{url}{case.pk}/close/")
    assert "Closed" in practice.desk.browser.get(url).text


def _visit(
    practice: Practice,
    client: Client,
    practitioner: Practitioner | None = None,
    **more: object,
) -> None:
    about = {"workspace_id": practice.workspace.pk, "client": client}
    moment = timezone.now()
    appointment = Appointment.objects.create(
        **about, practitioner=practitioner, kind="individual", starts_at=moment, ends_at=moment
    )
    Attendance.objects.create(**about, appointment=appointment, **more)


def test_an_invoice_whose_balance_nobody_knows_says_so(practice: Practice) -> None:
    client = practice.client("In", "Voiced")
    with acting_in(practice.workspace.pk):
        about = {"workspace_id": practice.workspace.pk, "client": client}
        Invoice.objects.create(**about, number="77", total_amount="120.50", status="open")
        paid = Invoice.objects.create(**about, number="78", total_amount="90", due="nothing")
        Invoice.objects.create(**about, number="79", total_amount="-90", original_invoice=paid)
    page = " ".join(practice.accountant.browser.get(f"/clients/{client.pk}/invoices/").text.split())
    assert "120.50" in page
    assert "not known" in page
    assert "reverses another one" in page


def test_an_imported_client_carries_where_they_came_from(practice: Practice) -> None:
    client = practice.client("Im", "Ported")
    with acting_in(practice.workspace.pk):
        run = ImportRun.objects.create(workspace_id=practice.workspace.pk, system="cliniko")
        SourceRecord.objects.create(
            workspace_id=practice.workspace.pk,
            run=run,
            system="cliniko",
            account="a",
            resource="patients",
            source_id="990123",
            path="/patients",
            payload='{"id": "990123", "created_at": "2019-03-04T05:06:07Z"}',
            payload_hash="x",
            outcome="created",
            target_id=client.pk,
        )
    page = practice.desk.browser.get(f"/clients/{client.pk}/").text
    assert "From Cliniko" in page
    assert "990123" in page
    assert "4 Mar 2019, 05:06" in page
    made_here = practice.client("Made", "Here")
    assert "From Cliniko" not in practice.desk.browser.get(f"/clients/{made_here.pk}/").text


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
        _visit(practice, mine, me)
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
