"""Every address of the site, asked by everybody: a matrix made from the addresses themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from conftest import Emptying, a_workspace
from handover.accounts.access import Access, access_of
from handover.accounts.invitations import invite, link_of
from handover.accounts.models import AuditEntry, Role, User, Workspace
from handover.accounts.permissions import MATRIX, May, may
from handover.billing import operations as billing
from handover.billing.models import BalanceFile, Invoice
from handover.billing.payers import Payer
from handover.clients.custom_fields import Wanted, define
from handover.clients.models import Case, Client, Contact, MedicalAlert, Recall
from handover.clients.operations import link, relate, tag
from handover.clinical.models import ClientForm, FormSignature, NoteTemplate, ProgressNote
from handover.config import urls as all_urls
from handover.core.tenancy import acting_in
from handover.files.models import File
from handover.followups.models import EmailTemplate, FollowUp, FollowUpRule
from handover.importing.models import Errand, ImportRun
from handover.messaging.models import OutgoingMessage
from handover.messaging.outbox import post
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Attendance, BusyTime, ExtraAvailability
from handover.web.settings.kinds import KINDS
from handover.xero.models import XeroPush
from tests.people import Person, a_person, a_user, an_account, let_in, signed_in, site

OK, FOUND, FORBIDDEN, MISSING, NOT_ALLOWED = 200, 302, 403, 404, 405
#: Addresses that end the session of whoever asks, by design.
ENDS_SESSION = {"account_logout"}


@dataclass(frozen=True)
class Place:
    """One address, and what it says of who may see it."""

    name: str
    route: str
    access: Access | None

    def of(self, house: "House") -> str:
        """Its path, with the numbers of this practice in it."""
        path = "/" + self.route
        for gap, value in house.numbers.items():
            path = path.replace(gap, value)
        assert "<" not in path, f"{path}: say in House what stands there"
        return path


def places() -> list[Place]:
    return list(_places(get_resolver().url_patterns, ""))


def _places(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Place]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _places(each.url_patterns, route)
        else:
            yield Place(each.name or "", route, access_of(each.callback))


PLACES = places()


@dataclass(frozen=True)
class House:
    """A practice with one of everything that an address can name, and its people."""

    workspace: Workspace
    people: dict[Role, Person]
    numbers: dict[str, str]


def a_house(name: str) -> House:
    workspace = a_workspace(name)
    people = {role: a_person(workspace, role) for role in Role}
    colleague = a_user(workspace, Role.RECEPTIONIST, None)
    with acting_in(workspace.pk):
        client = Client.objects.create(workspace_id=workspace.pk, first_name="Ann")
        about_client = about(client) | written_about(client) | booked_things(workspace.pk, client)
        about_client |= one_of_each_setting(workspace.pk) | about_money(workspace.pk)
        about_client |= followed_up(client)
        run = ImportRun.objects.create(workspace_id=workspace.pk, system="cliniko")
        grant = let_in(people[Role.SUPPORT].user, hours=-1)  # an owner ends it on the way
        about_client |= billed(workspace.pk, client)
        push = a_push(workspace.pk)
        errand = Errand.objects.create(workspace_id=workspace.pk, run=run, kind="retry")
        invitation = invite(colleague, "new@practice.example", by="Owner")
        post(workspace.pk, to="owner@practice.example", subject="S", text="T", html="T", key="1")
        letter = OutgoingMessage.objects.get()
        token = link_of(invitation).strip("/").rpartition("/")[2]
    numbers = about_client | {
        "<int:user_id>": str(colleague.pk),
        "<int:run_id>": str(run.pk),
        "<int:message_id>": str(letter.pk),
        "<int:errand_id>": str(errand.pk),
        "<int:grant_id>": str(grant.pk),
        "<int:push_id>": str(push),
        "<int:row_id>": "1",
        "<int:number>": "1",
        "<slug:kind>": "practitioners",
        "<int:pk>": "1",
        "<str:token>": token,
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/new/1-no-such-key/",
    }
    return House(workspace, people, numbers)


def a_push(workspace: int) -> int:
    """Something that was sent to Xero, and needs attention."""
    told = {"expected_count": 1, "expected_total": "90.00", "as_at": timezone.localdate()}
    made = XeroPush.objects.create(workspace_id=workspace, state="attention", **told)
    return int(made.pk)


def about(client: Client) -> dict[str, str]:
    """What a client has and is in touch with, one of each."""
    row = {"workspace_id": client.workspace_id}
    contact = Contact.objects.create(**row, last_name="Gray")
    other = Client.objects.create(**row, first_name="Bea")
    rows = {
        "client": client,
        "contact": contact,
        "file": File.objects.create(**row, client=client, name="x.pdf"),
        "case": Case.objects.create(**row, client=client, name="Knee"),
        "alert": MedicalAlert.objects.create(**row, client=client, name="Latex"),
        "recall": Recall.objects.create(**row, client=client),
        "mark": tag(client, "VIP"),
        "link": link(client, contact, {}),
        "relationship": relate(client, other, "sibling"),
    }
    return {f"<int:{name}_id>": str(each.pk) for name, each in rows.items()}


def about_money(workspace: int) -> dict[str, str]:
    """An invoice here and a payment, of the first client."""
    client = Client.objects.order_by("pk").first()
    draft = billing.begin(workspace, billing.Head(client))
    paid = billing.pay(Payer(client=client), billing.Money(Decimal(5), None))
    return {"<int:invoice_id>": str(draft.pk), "<int:credit_id>": str(paid.pk)}


def one_of_each_setting(workspace: int) -> dict[str, str]:
    """A row of each list that Settings has."""
    rows = ((kind.one, kind.form.model.objects) for kind in KINDS)
    numbers = {
        f"<int:{one}_id>": str(manager.create(workspace_id=workspace, name=one.title()).pk)
        for one, manager in rows
    }
    return numbers | {"<str:field_token>": define(workspace, Wanted("Shoe size", "Feet"))}


def written_about(client: Client) -> dict[str, str]:
    """What is written down about a client, one of each."""
    row = {"workspace_id": client.workspace_id}
    form = ClientForm.objects.create(**row, client=client, name="Intake")
    rows = {
        "note": ProgressNote.objects.create(**row, client=client, title="Follow-up"),
        "form": form,
        "signature": FormSignature.objects.create(**row, form=form),
        "template": NoteTemplate.objects.create(**row, name="SOAP"),
    }
    return {f"<int:{name}_id>": str(each.pk) for name, each in rows.items()}


def billed(workspace: int, client: Client) -> dict[str, str]:
    """An imported invoice that is open, a list that tells its balance, and who pays."""
    of: dict[str, object] = {"workspace_id": workspace}
    invoice = Invoice.objects.create(
        **of, client=client, origin="imported", number="1001", status="open", total_amount="90"
    )
    content = "Number,Due\n1001,45\n"
    file = BalanceFile.objects.create(
        **of, name="owed.csv", content=content, as_at=timezone.now().date()
    )
    return {
        "<int:invoice_id>": str(invoice.pk),
        "<int:balance_file_id>": str(file.pk),
        "<slug:payer>": "client",
        "<int:payer_id>": str(client.pk),
    }


def followed_up(client: Client) -> dict[str, str]:
    """An invoice that was asked for, by a rule with its e-mail."""
    row = {"workspace_id": client.workspace_id}
    letter = EmailTemplate.objects.create(**row, name="Late", subject="S", body="B")
    rule = FollowUpRule.objects.create(**row, template=letter, days=7)
    invoice = Invoice.objects.create(**row, client=client, number="1")
    asked = FollowUp.objects.create(
        **row, rule=rule, template=letter, invoice=invoice, client=client
    )
    rows = {"email_template": letter, "rule": rule, "followup": asked}
    return {f"<int:{name}_id>": str(each.pk) for name, each in rows.items()}


def booked_things(workspace: int, client: Client) -> dict[str, str]:
    """Somebody to book, and what can be in a calendar."""
    with acting_in(workspace):
        mary = Practitioner.objects.create(workspace_id=workspace, first_name="Mary")
        now = timezone.now()
        time: dict[str, object] = {
            "workspace_id": workspace,
            "practitioner": mary,
            "starts_at": now,
            "ends_at": now,
            "time_zone": "UTC",
        }
        booked = Appointment.objects.create(**time, kind="individual", client=client)
        comes = Attendance.objects.create(workspace_id=workspace, appointment=booked, client=client)
        return {
            "<int:appointment_id>": str(booked.pk),
            "<int:attendance_id>": str(comes.pk),
            "<int:practitioner_id>": str(mary.pk),
            "<int:extra_id>": str(ExtraAvailability.objects.create(**time).pk),
            "<int:busy_id>": str(BusyTime.objects.create(**time).pk),
        }


@pytest.fixture(scope="module")
def houses(emptying: Emptying) -> Iterator[tuple[House, House]]:
    with emptying():
        yield a_house("Ours"), a_house("Theirs")


def test_every_address_says_who_may_see_it() -> None:
    assert [place.route for place in PLACES if place.access is None] == []
    handlers = [getattr(all_urls, f"handler{code}") for code in (400, 403, 404, 500)]
    assert all(handlers)


def test_what_is_open_to_everybody_gives_a_reason() -> None:
    for place in PLACES:
        if place.access and place.access.may is None:
            assert place.access.why, place.route


def test_a_page_that_says_nothing_is_shown_to_nobody(
    houses: tuple[House, House], settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.silent"
    owner = houses[0].people[Role.OWNER].browser
    assert owner.get("/silent/").status_code == FORBIDDEN
    assert owner.get("/speaking/").status_code == OK


def test_nobody_gets_in_where_one_must_have_signed_in(houses: tuple[House, House]) -> None:
    stranger = Browser()
    stranger.handler = site()
    for place in PLACES:
        assert place.access is not None
        stranger.cookies.clear()
        answer = stranger.get(place.of(houses[0]))
        if place.access.signed_in:
            assert answer.status_code == FOUND, place.route
            assert answer.headers["Location"].startswith("/sign-in/?next="), place.route
        else:
            assert answer.status_code not in {FORBIDDEN, 500}, place.route


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_is_refused_all_that_the_matrix_does_not_give_it(
    houses: tuple[House, House], role: Role, method: str, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.curt"
    house, browser = houses[0], houses[0].people[role].browser
    for place in PLACES:
        if place.access and place.access.may and place.access.may not in MATRIX[role]:
            answer = getattr(browser, method)(place.of(house))
            assert answer.status_code == FORBIDDEN, (role, place.route)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_is_let_in_where_the_matrix_says_so(
    houses: tuple[House, House], role: Role, method: str
) -> None:
    """Owners ask every address that they may; others one for each permission, for whoever may
    goes the same way.
    """
    house, browser = houses[0], houses[0].people[role].browser
    asked = set[May]()
    for place in PLACES:
        may_see = place.access.may if place.access else None
        if may_see not in MATRIX[role] or (may_see in asked and role != Role.OWNER):
            continue
        asked.add(may_see)
        answer = getattr(browser, method)(place.of(house))
        assert answer.status_code != FORBIDDEN, (role, place.route)
    assert asked == MATRIX[role] & {place.access.may for place in PLACES if place.access}


def test_a_refusal_says_why_and_is_noted(houses: tuple[House, House]) -> None:
    house = houses[0]
    desk = house.people[Role.RECEPTIONIST]
    answer = desk.browser.get("/settings/users/")
    assert "Your role does not allow it: see the list of users." in answer.text
    with acting_in(house.workspace.pk):
        line = AuditEntry.objects.filter(user_id=desk.user.pk, action="refused").first()
        assert line is not None
        assert line.detail == "/settings/users/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_of_another_workspace_finds_none_of_our_records(
    houses: tuple[House, House], method: str
) -> None:
    ours, theirs = houses
    stranger = theirs.people[Role.OWNER]
    tried = 0
    for place in PLACES:
        if place.access is None or place.access.may is None or "<" not in place.route:
            continue
        answer = getattr(stranger.browser, method)(place.of(ours))
        assert answer.status_code in {MISSING, NOT_ALLOWED}, place.route
        tried += 1
    assert tried >= 6
    with acting_in(ours.workspace.pk):
        assert User.objects.filter(active=False).count() == 0


def test_a_session_that_names_a_workspace_of_others_acts_nowhere(
    houses: tuple[House, House],
) -> None:
    """Were the session's word enough, whoever can write one could go anywhere."""
    ours, theirs = houses
    intruder = signed_in(theirs.people[Role.OWNER].account, ours.workspace)
    answer = intruder.get("/settings/users/")
    assert answer.status_code == FOUND
    assert answer.headers["Location"].startswith("/workspaces/")
    assert intruder.post("/workspaces/", {"workspace": ours.workspace.pk}).status_code == FOUND
    assert intruder.session.get("workspace") != ours.workspace.pk


def test_somebody_in_two_workspaces_chooses_and_sees_one_at_a_time(
    houses: tuple[House, House],
) -> None:
    ours, theirs = houses
    account = an_account("both@practice.example")
    a_user(ours.workspace, Role.OWNER, account)
    a_user(theirs.workspace, Role.RECEPTIONIST, account)
    browser = signed_in(account)
    assert browser.get("/").headers["Location"] == "/workspaces/?next=%2F"
    page = browser.get("/workspaces/").text
    assert "Ours" in page
    assert "Theirs" in page
    browser.post("/workspaces/", {"workspace": theirs.workspace.pk})
    assert browser.get("/settings/users/").status_code == FORBIDDEN
    browser.post("/workspaces/", {"workspace": ours.workspace.pk, "next": "https://evil.example/"})
    assert browser.get("/settings/users/").status_code == OK
    away = browser.post("/workspaces/", {"workspace": ours.workspace.pk, "next": "//evil.example"})
    assert away.headers["Location"] == "/"


def test_who_was_deactivated_may_do_nothing(houses: tuple[House, House]) -> None:
    house = houses[0]
    gone = User(workspace_id=house.workspace.pk, role=Role.OWNER, active=False)
    assert [what for what in May if may(gone, what)] == []


def test_pages_may_load_nothing_from_elsewhere_and_run_nothing_that_stands_in_them(
    houses: tuple[House, House],
) -> None:
    owner = houses[0].people[Role.OWNER].browser
    for path in ("/", "/settings/users/", "/settings/security/", "/nowhere/"):
        answer = owner.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert not [each for each in ("onclick=", " style=", "<style") if each in answer.text]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "http://" not in answer.text.replace("http://www.w3.org/", "")
