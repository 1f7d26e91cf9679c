"""Clients and contacts in the workspace, as those who ask for them see them."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import timezone

from conftest import Emptying
from handover.accounts.models import AuditEntry, Role
from handover.billing.models import Invoice
from handover.clients.models import (
    Case,
    Client,
    ClientContact,
    Contact,
    MedicalAlert,
    ReferralSource,
    Relationship,
)
from handover.clients.operations import tag
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun, SourceRecord
from tests.counting import questions
from tests.people import a_person
from tests.reception import (
    EMPTY_FORM,
    FORBIDDEN,
    FOUND,
    REFUSED,
    Practice,
    a_practice_open,
    a_visit,
)


@pytest.fixture(scope="module")
def practice(emptying: Emptying) -> Iterator[Practice]:
    with a_practice_open(emptying) as opened:
        yield opened


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
    counts = [
        questions(practice.desk.browser, "/clients/", q=typed) for typed in ("single", "many")
    ]
    assert counts[0] == counts[1] <= 20


def test_a_clients_page_asks_as_much_however_much_is_known_of_them(practice: Practice) -> None:
    ann, counts = practice.client("Ann", "Known", "0400 000 001"), []
    of = {"workspace_id": practice.workspace.pk, "client": ann}
    for some in (range(1), range(1, 6)):
        for number in some:
            other = practice.client(f"Other {number}")
            with acting_in(practice.workspace.pk):
                tag(ann, f"tag {number}")
                MedicalAlert.objects.create(**of, name=f"Alert {number}")
                Relationship.objects.create(**of, related_client=other)
                ReferralSource.objects.create(**of, referring_client=other)
                contact = Contact.objects.create(workspace_id=ann.workspace_id, last_name="Gray")
                ClientContact.objects.create(**of, contact=contact)
        counts.append(questions(practice.desk.browser, f"/clients/{ann.pk}/"))
    assert counts[0] == counts[1] <= 22


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
    practice.desk.browser.post(f"{url}alerts/", {"name": 'A "quoted" <b>'})
    page = practice.desk.browser.get(url).text
    assert 'aria-label="Archive the alert A &quot;quoted&quot; &lt;b&gt;"' in page
    with acting_in(practice.workspace.pk):
        alert = client.medical_alerts.get(name="Pacemaker")
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
            a_visit(practice, client, case=case, status=status)
    page = practice.desk.browser.get(url)
    assert "2 of 2" in page.text
    assert "Used up" in page.text
    practice.desk.browser.post(f"{url}{case.pk}/close/")
    assert "Closed" in practice.desk.browser.get(url).text


def test_an_invoice_whose_balance_nobody_knows_says_so(practice: Practice) -> None:
    client = practice.client("In", "Voiced")
    with acting_in(practice.workspace.pk):
        about = {"workspace_id": practice.workspace.pk, "client": client}
        Invoice.objects.create(**about, number="77", total_amount="120.50", status="open")
        paid = Invoice.objects.create(**about, number="78", total_amount="90", due="nothing")
        Invoice.objects.create(**about, number="79", total_amount="-90", original_invoice=paid)
    page = " ".join(practice.accountant.browser.get(f"/clients/{client.pk}/invoices/").text.split())
    assert "120.50" in page
    assert "in full: payments not known" in page
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
