"""The wizard from the key to the submission, as an owner goes through it, and what comes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from pytest_django import Settings

from handover.accounts.models import AuditEntry, Role
from handover.importing import jobs, runs
from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import Choice, ImportRun, Move, Outcome, SourceRecord, State
from handover.importing.surveying import look
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
        look(self.desk.office, run.pk)
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
def owner(desk: Desk, settings: Settings) -> Iterator[Owner]:
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        home=desk.home,
        cliniko_url=desk.sandbox.url,
        cliniko_rate=0,
    )
    return Owner(desk, a_person(desk.workspace, Role.OWNER))  # type: ignore[return-value]


def test_a_practice_is_moved_by_the_wizard_as_its_owner_chose(owner: Owner) -> None:
    desk = owner.desk
    one, two, activity, out, *_ = desk.records["appointment_types"]
    place, other, *_ = desk.records["businesses"]
    with desk.inside():
        physio = Service.objects.create(workspace=desk.workspace, name="Physiotherapy")
        Location.objects.create(workspace=desk.workspace, name=str(place["business_name"]))
        alike = f"{other['business_name']} Clinic"
        near = Location.objects.create(workspace=desk.workspace, name=alike)
    assert "What comes" in owner.get("")
    run = owner.enter_key()
    page = owner.get("key/")
    assert str(desk.practice.settings["account"]["name"]) in page
    assert f"{len(desk.records['patients']):,}" in page
    assert desk.sandbox.keys["administrator"] not in page
    # locations: one is known by its name, of one somebody must say whether it is the same
    page = owner.get("locations/")
    assert "same name" in page
    assert "1 needs a choice" in page
    assert f"perhaps {alike}" in page
    assert "1 needs a choice" in owner.get("review/")
    assert owner.post("locations", **{f"businesses/{other['id']}": f"match:{near.pk}"}).endswith(
        "/people/"
    )
    assert owner.post("people").endswith("/services/")
    services = {
        f"appointment_types/{one['id']}": f"match:{physio.pk}",
        f"appointment_types/{two['id']}": f"match:{physio.pk}",
        f"appointment_types/{activity['id']}": "activity",
        f"appointment_types/{out['id']}": "ignore",
    }
    assert owner.post("services", **services).endswith("/data/")
    kept = set(on_in(owner.get("data/"))) - {"communications", "patient_attachments",
        "patient_cases_patient_attachments", "patient_forms_signatures"}  # fmt: skip
    assert owner.post("data", type=sorted(kept)).endswith("/debtors/")
    assert owner.post("debtors", debtors="xero").endswith("/review/")
    page = owner.get("review/")
    assert "Something is still missing" not in page
    assert f"{out['name']}" in page
    assert "stay behind by your choice" in page
    owner_mail = {"notify": "owner@practice.example", "time_zone": "Australia/Melbourne"}
    assert owner.post("review", submit="yes", **owner_mail).endswith(f"/imports/{run.pk}/")
    jobs.work(desk.office, run.pk)
    done = runs.find_run(run.pk)
    assert (done.state, done.message) == (State.DONE, "")
    assert done.report is not None
    assert "communications" not in done.report["types"]
    assert owner.outcome("appointment_types", one) == (Outcome.MATCHED, "")
    assert owner.outcome("appointment_types", activity) == (Outcome.CREATED, "")
    assert owner.outcome("appointment_types", out) == (Outcome.SKIPPED, LEFT_OUT)
    assert owner.outcome("businesses", place) == (Outcome.MATCHED, "")
    with desk.inside():
        assert desk.row_of("businesses", other["id"]) == near.pk
        made = Service.objects.get(pk=desk.row_of("appointment_types", activity["id"]))
        assert made.kind == Service.Kind.SUPPORT_ACTIVITY
        booked = Appointment.objects.filter(kind="individual", service=physio).count()
        assert AuditEntry.objects.filter(action="imported", record_id=run.pk).count() == 1
    types = {str(each["id"]) for each in (one, two)}
    there = [each for each in desk.records["individual_appointments"]
             if linked(each["appointment_type"]) in types]  # fmt: skip
    assert booked == len(there) > 0
    assert owner.move.debtors == Move.Debtors.XERO


def on_in(page: str) -> list[str]:
    """The switches of a page that are on."""
    found = [part.partition(">")[0] for part in page.split('name="type"')[1:]]
    return [each.partition('value="')[2].partition('"')[0] for each in found if "checked" in each]
