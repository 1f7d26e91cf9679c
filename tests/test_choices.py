"""What people chose for a record of the source is what it becomes, and nothing is lost silently."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from conftest import Emptying, a_workspace
from handover.accounts.models import User
from handover.core.postgres import throwaway_home
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import Choice, ImportRun, Outcome, SourceRecord
from handover.importing.result.document import sign_off
from handover.importing.result.printing import as_html, as_pdf
from handover.practice.models import Service
from handover.sandbox import Sandbox
from handover.scheduling.models import Appointment
from tests.archive import Record
from tests.moving import Desk, Done, a_practice, linked

How = Choice.How
TYPES = ("attendees", "treatment_notes", "invoices", "daily_availabilities")


def choose(desk: Desk, resource: str, record: Record, how: How, **more: object) -> None:
    account = str(lookup(desk.practice.settings, "account.id"))
    with desk.inside():
        Choice.objects.update_or_create(
            workspace=desk.workspace,
            system="cliniko",
            account=account,
            resource=resource,
            source_id=str(record["id"]),
            defaults={"how": how, **more},
        )


def outcomes(desk: Desk, resource: str, record: Record) -> tuple[str, str]:
    with desk.inside():
        found = SourceRecord.objects.get(resource=resource, source_id=str(record["id"]))
        return found.outcome, found.reason


def of_record(desk: Desk, resource: str, key: str, record: Record) -> list[Record]:
    """The records of a list that lead to this one."""
    return [each for each in desk.records[resource] if linked(each[key]) == str(record["id"])]


def most_used(desk: Desk, resource: str, key: str) -> Record:
    used = Counter(linked(each[key]) for each in desk.records["individual_appointments"])
    most = used.most_common(1)[0][0]
    return next(each for each in desk.records[resource] if str(each["id"]) == most)


@dataclass(frozen=True)
class Chosen:
    """One whole move for which much was chosen: what, and what it was to become."""

    desk: Desk
    done: Done
    one_service: Record
    other_service: Record
    activity: Record
    place: Record
    person: Record
    user: Record
    namesake: Record
    deleted: Record
    service_here: int
    head: Record
    followers: tuple[Record, Record]


@pytest.fixture(scope="module")
def chosen(emptying: Emptying) -> Iterator[Chosen]:
    with throwaway_home() as home, Sandbox(a_practice(), rate_limit=0) as sandbox, emptying():
        desk = Desk(a_workspace("Chosen"), sandbox, home)
        one, other, activity, before, head, after, *_ = desk.records["appointment_types"]
        user, namesake = desk.records["users"][3:5]
        place = most_used(desk, "businesses", "business")
        person = most_used(desk, "practitioners", "practitioner")
        deleted = next(each for each in desk.records["businesses"] if each is not place)
        with desk.inside():
            here = Service.objects.create(workspace=desk.workspace, name="Physiotherapy")
            Service.objects.create(workspace=desk.workspace, name=str(activity["name"]))
            somebody = User.objects.create(workspace=desk.workspace, email=str(namesake["email"]))
        choose(desk, "appointment_types", one, How.MATCH, target_id=here.pk)
        choose(desk, "appointment_types", other, How.MATCH, target_id=here.pk)
        kind = {"kind": Service.Kind.SUPPORT_ACTIVITY}
        choose(desk, "appointment_types", activity, How.CREATE, values=kind)
        for each in (before, after):
            choose(desk, "appointment_types", each, How.SAME, other_id=str(head["id"]))
        lost = desk.records["practitioners"][-1]
        choose(desk, "practitioners", lost, How.SAME, other_id=str(person["id"]))
        choose(desk, "businesses", place, How.IGNORE)
        choose(desk, "businesses", deleted, How.MATCH, target_id=999_999)
        choose(desk, "practitioners", person, How.IGNORE)
        choose(desk, "users", user, How.MATCH, target_id=somebody.pk)
        yield Chosen(
            *(desk, desk.move(only=TYPES), one, other, activity, place, person),
            *(user, namesake, deleted, here.pk, head, (before, after)),
        )


def test_several_services_become_one_that_is_here(chosen: Chosen) -> None:
    desk = chosen.desk
    assert chosen.done.balanced
    for each in (chosen.one_service, chosen.other_service):
        assert outcomes(desk, "appointment_types", each) == (Outcome.MATCHED, "")
        with desk.inside():
            assert desk.row_of("appointment_types", each["id"]) == chosen.service_here
    there = [
        outcomes(desk, "individual_appointments", each)
        for one in (chosen.one_service, chosen.other_service)
        for each in of_record(desk, "individual_appointments", "appointment_type", one)
    ]
    came = sum(outcome == Outcome.CREATED for outcome, _ in there)
    with desk.inside():
        booked = Appointment.objects.filter(kind="individual", service=chosen.service_here)
        assert booked.count() == came > 0


def test_several_become_one_new_row_whichever_is_read_first(chosen: Chosen) -> None:
    desk, of = chosen.desk, "appointment_types"
    assert outcomes(desk, of, chosen.head) == (Outcome.CREATED, "")
    assert [outcomes(desk, of, each) for each in chosen.followers] == [(Outcome.MATCHED, "")] * 2
    with desk.inside():
        rows = {desk.row_of(of, each["id"]) for each in (chosen.head, *chosen.followers)}
        assert len(rows) == 1
        assert Service.objects.get(pk=rows.pop()).name == chosen.head["name"]


def test_who_was_to_be_the_same_as_one_who_was_left_out_is_somebody_of_their_own(
    chosen: Chosen,
) -> None:
    lost = chosen.desk.records["practitioners"][-1]
    assert outcomes(chosen.desk, "practitioners", lost) == (Outcome.CREATED, "")
    assert ("", "choice not kept") in chosen.done.causes("practitioners")


def test_what_was_chosen_stands_on_the_printed_sign_off(chosen: Chosen) -> None:
    result = sign_off(ImportRun.objects.using("owner").get(pk=chosen.done.run.pk))
    chosen_ones: Any = result["choices"]
    told = {(each["id"], each["choice"]) for each in chosen_ones}
    assert (str(chosen.followers[0]["id"]), "same") in told
    short = as_pdf({**result, "choices": []})
    assert len(as_pdf(result)) > len(short)
    assert "What was chosen" in as_html(result)


def test_a_new_one_is_made_whatever_looks_like_it_and_may_be_a_support_activity(
    chosen: Chosen,
) -> None:
    told = outcomes(chosen.desk, "appointment_types", chosen.activity)
    assert told == (Outcome.CREATED, "")
    with chosen.desk.inside():
        pk = chosen.desk.row_of("appointment_types", chosen.activity["id"])
        assert Service.objects.get(pk=pk).kind == Service.Kind.SUPPORT_ACTIVITY


def test_what_hangs_on_what_was_left_out_is_left_out_with_it_and_says_so(chosen: Chosen) -> None:
    desk, out = chosen.desk, (Outcome.SKIPPED, LEFT_OUT)
    assert outcomes(desk, "businesses", chosen.place) == out
    assert outcomes(desk, "practitioners", chosen.person) == out
    left = 0
    for each in desk.records["individual_appointments"]:
        at = linked(each["business"]) == str(chosen.place["id"])
        by = linked(each["practitioner"]) == str(chosen.person["id"])
        outcome, reason = outcomes(desk, "individual_appointments", each)
        assert (outcome == Outcome.SKIPPED) == (at or by)
        left += at or by
        told = {f"{LEFT_OUT}, as its location was", f"{LEFT_OUT}, as its practitioner was"}
        assert reason in (told if at or by else {""})
    assert left > 0
    assert chosen.done.outcomes("attendees")["skipped"] >= left
    for name in ("individual_appointments", "attendees", "daily_availabilities"):
        assert ("", LEFT_OUT) in chosen.done.causes(name)
        assert ("", "skipped") not in chosen.done.causes(name)


def test_what_stands_in_a_clients_record_comes_all_the_same(chosen: Chosen) -> None:
    for name in ("treatment_notes", "invoices", "patients", "patient_cases"):
        assert "skipped" not in chosen.done.outcomes(name), name
    assert ("practitioner", LEFT_OUT) in chosen.done.causes("treatment_notes")
    lines = chosen.done.told["types"]
    assert {name: line["rejected"] for name, line in lines.items() if line["rejected"]} == {}


def test_a_choice_for_what_is_gone_is_not_kept_and_says_so(chosen: Chosen) -> None:
    assert outcomes(chosen.desk, "businesses", chosen.deleted) == (Outcome.CREATED, "")
    assert ("", "choice not kept") in chosen.done.causes("businesses")


def test_who_was_chosen_is_not_guessed_at_for_somebody_else(chosen: Chosen) -> None:
    assert outcomes(chosen.desk, "users", chosen.user) == (Outcome.MATCHED, "")
    assert outcomes(chosen.desk, "users", chosen.namesake) == (Outcome.CREATED, "")
