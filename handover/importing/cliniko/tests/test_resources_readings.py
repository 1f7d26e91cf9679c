"""What the odd cases of Cliniko's payloads become."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from handover.core.json import Json
from handover.importing.cliniko.readings import ASSUMED
from handover.importing.cliniko.resources.attendees import Attendees
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.daily_availabilities import DailyAvailabilities
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.patient_cases import PatientCases
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.cliniko.resources.recall_types import RecallTypes
from handover.importing.cliniko.resources.referral_sources import ReferralSources
from handover.importing.cliniko.resources.settings import Settings
from handover.importing.cliniko.resources.taxes import Taxes
from handover.importing.cliniko.resources.users import Users
from handover.importing.cliniko.tests.fitting import read, sample
from handover.importing.engine import Resource
from handover.importing.engine.values import UNKNOWN_FIELD, UNKNOWN_VALUE, Draft, Ref

START, END = "2024-03-04T22:30:00Z", "2024-03-04T23:15:00Z"
LINKS = {"appointment_type", "practitioner", "business", "patient", "patient_case"}


def changed(resource: type[Resource], **values: Json) -> Draft:
    return read(resource, {**sample(resource), **values})


def told(draft: Draft) -> list[tuple[str, str]]:
    return [(issue.field, issue.code) for issue in draft.issues]


@pytest.mark.parametrize(
    ("cancelled_at", "did_not_arrive", "arrived", "status"),
    [
        (None, False, False, "booked"),
        (None, None, None, "booked"),
        ("", "", "", "booked"),
        (None, False, True, "arrived"),
        (None, True, False, "did_not_arrive"),
        (None, True, True, "did_not_arrive"),
        (START, False, False, "cancelled"),
        (START, True, True, "cancelled"),
        ("the day before", False, True, "cancelled"),
    ],
)
def test_an_appointment_is_cancelled_then_missed_then_arrived_then_booked(
    cancelled_at: Json, did_not_arrive: Json, arrived: Json, status: str
) -> None:
    draft = changed(
        IndividualAppointments,
        cancelled_at=cancelled_at,
        did_not_arrive=did_not_arrive,
        patient_arrived=arrived,
    )
    assert draft.values["status"] == status


def test_being_archived_does_not_change_where_an_appointment_stands() -> None:
    draft = changed(IndividualAppointments, cancelled_at=None, patient_arrived=True)
    assert draft.values["status"] == "arrived"
    assert draft.values["archived_at"] is not None


@pytest.mark.parametrize(
    ("cancelled_at", "arrived", "status"),
    [
        (None, None, "booked"),
        (None, True, "arrived"),
        (None, False, "did_not_arrive"),
        (START, True, "cancelled"),
    ],
)
def test_an_attendee_has_three_answers_and_may_cancel(
    cancelled_at: Json, arrived: Json, status: str
) -> None:
    draft = changed(Attendees, cancelled_at=cancelled_at, arrived=arrived)
    assert draft.values["status"] == status


def test_an_answer_that_cannot_be_read_is_noted_and_the_next_one_counts() -> None:
    draft = changed(
        IndividualAppointments, cancelled_at=None, did_not_arrive="maybe", patient_arrived=True
    )
    assert draft.values["status"] == "arrived"
    assert told(draft) == [("status", "bad value")]


@pytest.mark.parametrize("resource", [IndividualAppointments, Attendees])
@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ("Sick", 30, "Sick"),
        ("Holidays", 40, "Holidays"),
        ("", 31, "COVID-19 related"),
        (None, "60", "Work"),
        (None, None, ""),
        ("", 77, "code 77"),
    ],
)
def test_a_cancellation_keeps_its_words_else_those_of_its_code(
    resource: type[Resource], words: Json, code: Json, reason: str
) -> None:
    draft = changed(resource, cancellation_reason_description=words, cancellation_reason=code)
    assert draft.values["cancellation_reason"] == reason
    unknown = [("cancellation_reason", UNKNOWN_VALUE)] if code == 77 else []
    assert told(draft) == unknown


def test_statuses_of_invoice_and_note_are_kept_in_words_and_new_codes_as_codes() -> None:
    draft = changed(Attendees, invoice_status=40, treatment_note_status=10)
    assert draft.values["source_invoice_status"] == "Open credit"
    assert draft.values["source_note_status"] == "Draft"
    draft = changed(Attendees, invoice_status=99, treatment_note_status=None)
    assert draft.values["source_invoice_status"] == "code 99"
    assert draft.values["source_note_status"] == ""
    assert told(draft) == [("source_invoice_status", UNKNOWN_VALUE)]


@pytest.mark.parametrize("resource", [IndividualAppointments, GroupAppointments])
@pytest.mark.parametrize("ends_at", [None, "", "2024-03-04T22:00:00Z", "half past eleven"])
def test_an_appointment_without_a_true_end_ends_when_it_starts(
    resource: type[Resource], ends_at: Json
) -> None:
    draft = changed(resource, ends_at=ends_at)
    assert draft.values["ends_at"] == draft.values["starts_at"]
    assert draft.rejected == ""
    assert ("ends_at", ASSUMED) in told(draft)


def test_an_appointment_without_a_start_is_refused_and_says_why() -> None:
    draft = changed(IndividualAppointments, starts_at=None)
    assert draft.rejected == "starts_at is missing, and nothing stands without it"


def test_an_appointment_stands_though_everything_that_it_names_is_gone() -> None:
    whole = sample(IndividualAppointments)
    without = {key: value for key, value in whole.items() if key not in LINKS}
    nothings: list[Json] = [None, {}, {"links": {"self": ""}}]
    for bare in (without, *({**without, **dict.fromkeys(LINKS, gone)} for gone in nothings)):
        draft = read(IndividualAppointments, bare)
        assert draft.rejected == ""
        assert draft.issues == []
        assert draft.values["starts_at"] == datetime.fromisoformat(START).astimezone(UTC)
        assert draft.values["client_name"] == "Sam Sample"


def test_a_rule_that_repeats_nothing_is_no_rule() -> None:
    assert changed(GroupAppointments, repeat_rule={}).values["repeat_rule"] is None


def test_an_attendee_belongs_to_either_kind_of_appointment() -> None:
    refs = changed(Attendees).refs
    assert refs["appointment"].resources == ("individual_appointments", "group_appointments")
    assert changed(Attendees, booking={}).rejected.startswith("appointment is missing")


def test_a_series_is_linked_once_its_first_appointment_is_there() -> None:
    links = {link.name: link for link in IndividualAppointments.spec.links}
    assert links["series_start"].deferred
    assert links["series_start"].to == ("individual_appointments",)


def test_a_merged_client_leads_to_the_one_that_is_left() -> None:
    draft = changed(Patients)
    assert draft.follows == "1387000000000001702"
    assert draft.refs["merged_into"] == Ref(("patients",), "1387000000000001702", follow=False)
    assert changed(Patients, merged_with_patient=None).follows == ""
    assert changed(Patients, merged_with_patient={"links": {"self": ["?"]}}).follows == ""


@pytest.mark.parametrize(
    ("identity", "sex", "gender", "kept", "issues"),
    [
        ("Non-binary", "Female", "Female", "Non-binary", []),
        (None, "Female", "Female", "", []),
        ("", "", "Female", "Female", [("gender_identity", ASSUMED)]),
        (None, None, None, "", []),
    ],
)
def test_the_older_gender_counts_only_where_nothing_newer_was_said(
    identity: Json, sex: Json, gender: Json, kept: str, issues: list[tuple[str, str]]
) -> None:
    draft = changed(Patients, gender_identity=identity, sex=sex, gender=gender)
    assert draft.values["gender_identity"] == kept
    assert draft.values["sex"] == (sex or "")
    assert told(draft) == issues


def test_a_consent_that_nobody_asked_for_stays_unasked() -> None:
    draft = changed(Patients, accepted_privacy_policy=None, accepted_sms_marketing=False)
    assert draft.values["privacy_policy_accepted"] is None
    assert draft.values["sms_marketing_accepted"] is False


def test_deleted_is_an_older_word_for_archived() -> None:
    draft = changed(Patients, archived_at=None, deleted_at="2024-01-02T03:04:05Z")
    assert draft.values["archived_at"] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert changed(Patients, archived_at="", deleted_at="").values["archived_at"] is None


def test_a_phone_number_survives_without_its_usual_form_and_goes_only_if_there_is_none() -> None:
    numbers: list[Json] = [
        {"phone_type": "Pager", "number": "555 0001", "normalized_number": None},
        {"phone_type": "Fax", "number": "", "normalized_number": "61355500002"},
        {"phone_type": "Home", "number": ""},
    ]
    draft = changed(Patients, patient_phone_numbers=numbers)
    kept = [(row.values["type"], row.values["number"]) for row in draft.rows["phones"]]
    assert kept == [("other", "555 0001"), ("fax", "61355500002")]
    assert told(draft) == [("phones[0].type", UNKNOWN_VALUE), ("phones[2]", "left out")]


def test_a_case_that_is_only_said_to_be_closed_closes_with_its_last_change() -> None:
    draft = changed(PatientCases, closed=True, closed_at=None)
    assert draft.values["closed_at"] == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert told(draft) == [("closed_at", ASSUMED)]
    assert changed(PatientCases, closed=False, closed_at=None).values["closed_at"] is None


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (("North Pty Ltd", "North", "N"), "North Pty Ltd"),
        (("", "North", "N"), "North"),
        ((None, None, "N"), "N"),
        ((None, None, None), ""),
    ],
)
def test_a_place_is_called_by_the_first_name_that_it_has(
    names: tuple[Json, ...], kept: str
) -> None:
    draft = changed(Businesses, business_name=names[0], display_name=names[1], label=names[2])
    assert draft.values["name"] == kept


def test_services_of_a_place_come_as_plain_ids() -> None:
    draft = changed(Businesses, appointment_type_ids=["9007199254740993", 5, None])
    refs = [row.refs["service"].source_id for row in draft.rows["services"]]
    assert refs == ["9007199254740993", "5"]
    assert told(draft) == [("services[2]", "left out")]


@pytest.mark.parametrize("resource", [Businesses, DailyAvailabilities])
@pytest.mark.parametrize(
    ("identifier", "label", "zone", "issues"),
    [
        ("Australia/Hobart", "Melbourne", "Australia/Hobart", []),
        (None, "Eastern Time (US & Canada)", "America/New_York", []),
        ("Mars/Olympus", "Darwin", "Australia/Darwin", [UNKNOWN_VALUE]),
        (None, "", "Australia/Perth", [ASSUMED]),
        (None, "Atlantis", "Australia/Perth", [UNKNOWN_VALUE, ASSUMED]),
    ],
)
def test_a_zone_is_read_from_its_identifier_its_label_or_the_practice(
    resource: type[Resource], identifier: Json, label: Json, zone: str, issues: list[str]
) -> None:
    draft = changed(resource, time_zone_identifier=identifier, time_zone=label)
    assert draft.values["time_zone"] == zone
    assert told(draft) == [("time_zone", code) for code in issues]


@pytest.mark.parametrize(("day", "weekday"), [(0, 0), (6, 6), (7, 0), ("3", 3), (None, None)])
def test_a_week_begins_on_sunday_and_seven_is_sunday_too(day: Json, weekday: int | None) -> None:
    draft = changed(DailyAvailabilities, day_of_week=day)
    assert draft.values["weekday"] == weekday
    assert draft.issues == []


def test_an_eighth_day_of_the_week_is_none() -> None:
    draft = changed(DailyAvailabilities, day_of_week=8)
    assert draft.values["weekday"] is None
    assert told(draft) == [("weekday", "bad value")]


def test_hours_keep_their_order_and_midnight_is_the_last_minute() -> None:
    hours: list[Json] = [
        {"starts_at": "18:00", "ends_at": "24:00"},
        {"starts_at": "09:00", "ends_at": "noon"},
        {"starts_at": "09:00:00", "ends_at": "12:30"},
    ]
    draft = changed(DailyAvailabilities, availabilities=hours)
    kept = [
        (row.values["starts_at"], row.values["ends_at"], row.values["position"])
        for row in draft.rows["intervals"]
    ]
    assert kept == [(time(18), time(23, 59), 0), (time(9), time(12, 30), 2)]
    assert ("intervals[1]", "left out") in told(draft)


@pytest.mark.parametrize(
    ("place", "refs"),
    [
        ("patients", {"referring_client"}),
        ("contacts", {"referring_contact"}),
        ("practitioners", set()),
    ],
)
def test_a_referrer_is_a_client_or_a_contact_and_a_third_kind_is_noted(
    place: str, refs: set[str]
) -> None:
    url = f"https://api.au1.cliniko.com/v1/{place}/5"
    draft = changed(ReferralSources, referrer={"links": {"self": url}})
    assert draft.refs.keys() & {"referring_client", "referring_contact"} == refs
    assert told(draft) == ([] if refs else [("referrer", UNKNOWN_VALUE)])


def test_nobody_referred_is_no_issue() -> None:
    assert changed(ReferralSources, referrer=None).issues == []


def test_what_is_not_known_of_a_recall_type_is_kept_and_listed() -> None:
    draft = changed(RecallTypes, interval={"weeks": 6})
    assert draft.values["details"] == {"interval": {"weeks": 6}}
    assert told(draft) == [("interval", UNKNOWN_FIELD)]


@pytest.mark.parametrize(
    ("role", "ours"),
    [("administrator", "practice_manager"), ("Bookkeeper", "accountant"), (None, "unknown")],
)
def test_a_role_is_the_nearest_one_that_gives_no_more_rights(role: Json, ours: str) -> None:
    assert changed(Users, role=role).values["role"] == ours


def test_somebody_of_whom_nothing_is_said_is_still_there() -> None:
    assert changed(Users, active=None).values["active"] is True
    assert changed(Practitioners, active=None).values["former"] is False
    assert changed(Practitioners, active=False).values["former"] is True


def test_a_practitioner_says_nothing_that_could_run() -> None:
    draft = changed(Practitioners, description="<p onclick='x()'>Hi<script>x()</script></p>")
    assert draft.values["description"] == "<p>Hi</p>"


def test_a_rate_was_once_called_an_amount() -> None:
    assert changed(Taxes, rate=None, amount="12.5").values["rate"] == Decimal("12.5")


def test_settings_that_may_not_be_read_whole_give_their_public_part() -> None:
    draft = read(Settings, {"account": {"name": "Northside"}, "terminology": None})
    assert draft.values["name"] == "Northside"
    assert draft.values["titles"] == ()
    assert draft.values["other_settings"] == {"account": {"name": "Northside"}, "terminology": None}
    assert draft.issues == []
