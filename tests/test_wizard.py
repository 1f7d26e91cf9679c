"""The wizard from the key to the submission, as an owner goes through it, and what comes of it."""

from dataclasses import dataclass, replace

import pytest
from pytest_django import Settings

from handover.accounts.models import AuditEntry, Role
from handover.billing import case
from handover.billing.models import Debtors
from handover.importing import jobs, runs
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import ImportRun, Move, Outcome, SourceRecord, State
from handover.importing.surveying import look
from handover.importing.wizard.data import closure
from handover.practice.models import Location, Service
from handover.scheduling.models import Appointment
from tests.archive import Record
from tests.moving import Desk, linked
from tests.people import Person, a_person

OK, FOUND, WRONG = 200, 302, 422
NEW = "/settings/imports/new/"


@dataclass
class Owner:
    """Somebody who goes through the wizard, and the desk that they sit at."""

    desk: Desk
    person: Person

    def get(self, step: str) -> str:
        answer = self.person.browser.get(f"{NEW}{step}")
        assert answer.status_code == OK, answer.headers.get("Location")
        return answer.text

    def post(self, step: str, **values: object) -> str:
        """Where it leads to, or the page with what is wrong."""
        answer = self.person.browser.post(f"{NEW}{step}/", values)
        return str(answer.headers.get("Location") or answer.text)

    def enter_key(self, role: str = "administrator") -> ImportRun:
        """Enter a key; a worker then looks at the account."""
        assert self.post("key", key=self.desk.sandbox.keys[role]) == f"{NEW}key/"
        with self.desk.inside():
            run = ImportRun.objects.get(state=State.DRAFT)
        look(replace(self.desk.office, rate=200), run.pk)
        return run

    @property
    def move(self) -> Move:
        with self.desk.inside():
            return Move.objects.select_related("run").get()

    def outcome(self, resource: str, record: Record) -> tuple[str, str]:
        with self.desk.inside():
            found = SourceRecord.objects.get(resource=resource, source_id=str(record["id"]))
            return found.outcome, found.reason


@pytest.fixture
def owner(desk: Desk, settings: Settings) -> Owner:
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        home=desk.home,
        cliniko_url=desk.sandbox.url,
        cliniko_rate=200,  # the key's allowance is shared, as in production
    )
    return Owner(desk, a_person(desk.workspace, Role.OWNER))


@dataclass(frozen=True)
class Plan:
    """What the owner has here, and what they mean to do with what is in Cliniko."""

    one: Record
    two: Record
    activity: Record
    out: Record
    known: Record
    near: Record
    service: int
    place: int

    @property
    def services(self) -> dict[str, str]:
        return {
            f"appointment_types/{self.one['id']}": f"match:{self.service}",
            f"appointment_types/{self.two['id']}": f"match:{self.service}",
            f"appointment_types/{self.activity['id']}": "activity",
            f"appointment_types/{self.out['id']}": "ignore",
        }


def a_plan(desk: Desk) -> Plan:
    one, two, activity, out, *_ = desk.records["appointment_types"]
    known, near, *_ = desk.records["businesses"]
    with desk.inside():
        service = Service.objects.create(workspace=desk.workspace, name="Physiotherapy")
        Location.objects.create(workspace=desk.workspace, name=str(known["business_name"]))
        alike = f"{near['business_name']} Clinic"
        place = Location.objects.create(workspace=desk.workspace, name=alike)
    return Plan(one, two, activity, out, known, near, service.pk, place.pk)


def go_through(owner: Owner, plan: Plan) -> None:
    """All steps, from the first one to the review."""
    assert "What comes" in owner.get("")
    owner.enter_key()
    page = owner.get("key/")
    assert str(lookup(owner.desk.practice.settings, "account.name")) in page
    assert f"{len(owner.desk.records['patients']):,}" in page
    assert owner.desk.sandbox.keys["administrator"] not in page
    page = owner.get("locations/")
    assert "same name" in page
    assert f"perhaps {plan.near['business_name']} Clinic" in page
    assert "1 needs a choice" in owner.get("review/")
    answer = {f"businesses/{plan.near['id']}": f"match:{plan.place}"}
    assert owner.post("locations", **answer).endswith("/people/")
    assert owner.post("people").endswith("/services/")
    assert owner.post("services", **plan.services).endswith("/data/")
    assert owner.post("data", type=sorted(closure("attendees"))).endswith("/debtors/")
    assert owner.post("debtors", debtors="xero").endswith("/review/")
    page = owner.get("review/")
    assert "Something is still missing" not in page
    assert str(plan.out["name"]) in page
    assert "by your choice" in page


def test_a_practice_is_moved_by_the_wizard_as_its_owner_chose(owner: Owner) -> None:
    desk, plan = owner.desk, a_plan(owner.desk)
    go_through(owner, plan)
    run = owner.move.run
    told = {"notify": "owner@practice.example", "time_zone": "Australia/Melbourne"}
    assert owner.post("review", submit="yes", **told).endswith(f"/imports/{run.pk}/")
    jobs.work(desk.office, run.pk)
    done = runs.find_run(run.pk)
    assert (done.state, done.message) == (State.DONE, "")
    assert done.report is not None
    assert "invoices" not in done.report["types"]
    assert owner.outcome("appointment_types", plan.one) == (Outcome.MATCHED, "")
    assert owner.outcome("appointment_types", plan.activity) == (Outcome.CREATED, "")
    assert owner.outcome("appointment_types", plan.out) == (Outcome.SKIPPED, LEFT_OUT)
    assert owner.outcome("businesses", plan.known) == (Outcome.MATCHED, "")
    with desk.inside():
        assert desk.row_of("businesses", plan.near["id"]) == plan.place
        made = Service.objects.get(pk=desk.row_of("appointment_types", plan.activity["id"]))
        assert made.kind == Service.Kind.SUPPORT_ACTIVITY
        booked = Appointment.objects.filter(kind="individual", service=plan.service).count()
        assert AuditEntry.objects.filter(action="imported", record_id=run.pk).count() == 1
    types = {str(each["id"]) for each in (plan.one, plan.two)}
    bookings = desk.records["individual_appointments"]
    assert booked == sum(linked(each["appointment_type"]) in types for each in bookings) > 0
    with desk.inside():
        assert case.chosen() == Debtors.XERO


def test_a_key_that_may_read_a_part_says_which_and_a_wrong_one_says_what_to_do(
    owner: Owner,
) -> None:
    assert "This is not a Cliniko API key: it is too short" in owner.post("key", key="abc-au1")
    assert "A region looks like au1" in owner.post("key", key="x" * 30, region="perth")
    refused = owner.post("key", key="MS0xLXdyb25nLXdyb25nLXdyb25n-au1")
    assert "Cliniko does not accept this key" in refused
    assert "MS0xLXdyb25n" not in refused
    owner.enter_key("receptionist")
    page = owner.get("key/")
    assert "not with this key" in page
    assert "This key may not read: " in owner.get("review/")
    with owner.desk.inside():
        run = ImportRun.objects.get()
    assert owner.desk.sandbox.keys["receptionist"] not in run.sealed_key
    # the owner's key comes after all: the draft is another one, and the old key is gone
    owner.enter_key()
    assert "not with this key" not in owner.get("key/")
    with owner.desk.inside():
        assert ImportRun.objects.count() == Move.objects.count() == 1


def test_a_look_that_failed_says_why_and_is_taken_again(owner: Owner) -> None:
    run = owner.enter_key()
    with owner.desk.inside():
        ImportRun.objects.filter(pk=run.pk).update(sealed_key="")
    assert owner.post("look-again").endswith("/key/")
    look(owner.desk.office, run.pk)
    assert "is no longer kept" in owner.get("key/")
    assert "enter the key once more" in owner.get("review/")
    told = {"notify": "", "time_zone": "Australia/Perth", "submit": "yes"}
    assert "Something is still missing" in owner.post("review", **told)
    with owner.desk.inside():
        assert ImportRun.objects.get().state == State.DRAFT
