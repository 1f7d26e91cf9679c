"""Records that should not be: never a crash, never a lost appointment, always a word about it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from conftest import Emptying, a_workspace
from handover.core.postgres import throwaway_home
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.problems import KeyRefused
from handover.importing.engine.errors import ImportProblem
from handover.sandbox import Sandbox
from tests.archive import Archive, Record
from tests.moving import CALENDAR, Desk, Done
from tests.oddities import CLIENTS, GROUPS, LONG, WITHOUT_START, Odd, odd_practice, spoil

NO_END = "no end is known: it ends when it starts"


@dataclass(frozen=True)
class OddMove:
    """An odd practice, what its import said, and what came of it."""

    odd: Odd
    done: Done
    archive: Archive
    again: Done
    after: Archive

    def client(self, name: str) -> Record:
        return self.archive.by_source("clients", "patients")[self.odd.ids[name]]

    def appointment(self, name: str, kind: str = "individual_appointments") -> Record:
        return self.archive.by_source("appointments", kind)[self.odd.ids[name]]

    def issues(self, kind: str, name: str) -> set[tuple[str, str]]:
        return self.archive.issues(kind, self.odd.ids[name]) - {("practitioner", "double booking")}

    def reasons(self, kind: str, name: str) -> str:
        entry = self.archive.entry(kind, self.odd.ids[name])
        own = [each for each in entry["issues"] if each["code"] != "double booking"]
        return "; ".join(each["reason"] for each in own) or entry["reason"]


@pytest.fixture(scope="session")
def oddly(emptying: Emptying) -> Iterator[OddMove]:
    """Everything odd at once, imported twice."""
    odd = odd_practice()
    with throwaway_home() as home, Sandbox(odd.practice, rate_limit=0) as sandbox:
        with emptying():
            desk = Desk(a_workspace("Odd"), sandbox, home)
            done = desk.move()
            archive = desk.export()
            again = desk.move(only=CALENDAR)
            after = desk.export()
        yield OddMove(odd, done, archive, again, after)


def test_a_practice_full_of_oddities_is_done_and_balanced(oddly: OddMove) -> None:
    assert (oddly.done.report.state, oddly.done.balanced) == ("done", True)
    sums = {
        (name, each["attribute"]): (each["source"], each["here"])
        for name, line in oddly.done.told["types"].items()
        for each in line["control_sums"]
    }
    assert {n for n, (there, here) in sums.items() if Decimal(there) != Decimal(here)} == set()


def test_only_appointments_without_a_start_are_rejected_and_each_says_why(oddly: OddMove) -> None:
    rejected = {
        source_id: entry["reason"]
        for (_, source_id), entry in oddly.archive.ledger.items()
        if entry["outcome"] != "created"
    }
    assert rejected == {
        oddly.odd.ids[name]: "starts_at is missing, and nothing stands without it"
        for name in WITHOUT_START
    }
    told = oddly.reasons("individual_appointments", "has a start of another country")
    assert told == "not a moment in time with its zone: '05/01/2026 2:00 pm'"


def test_a_second_import_of_oddities_changes_nothing(oddly: OddMove) -> None:
    assert oddly.again.balanced
    assert oddly.again.outcomes("patients") == {"unchanged": 40 + len(CLIENTS) + 2}
    assert set(oddly.again.outcomes("individual_appointments")) == {"unchanged", "rejected"}
    assert oddly.after.tables == oddly.archive.tables


@pytest.mark.parametrize(
    ("name", "attribute", "value", "issue"),
    [
        ("no dates", "birth_date", None, None),
        ("no dates", "archived_at", None, None),
        ("a date of another country", "birth_date", None, "not a date (YYYY-MM-DD): '31/12/1980'"),
        ("a day that never was", "birth_date", None, "not a date (YYYY-MM-DD): '2001-02-30'"),
        ("a far birth date", "birth_date", "9999-12-31", None),
        ("an early birth date", "birth_date", "0001-01-01", None),
        ("a date as number", "birth_date", None, "not a date (YYYY-MM-DD): '19801231'"),
        (
            "an unknown reminder",
            "reminder_preference",
            "",
            "'Carrier pigeon' is not a value we know",
        ),
        (
            "a flag in words",
            "privacy_policy_accepted",
            None,
            "neither true nor false: 'perhaps'",
        ),
        (
            "an unknown field",
            "first_name",
            None,
            "a field that nobody has decided on yet: kept whole in the ledger",
        ),
        ("a NUL", "last_name", "beforeafter", "NUL characters were taken out; the original is"),
        (
            "half a character",
            "last_name",
            "before\ufffdafter",
            "a character in it could not be read: \ufffd stands for it",
        ),
        ("a long text", "notes", LONG, None),
        ("a long name", "last_name", LONG, None),
        ("an object for a text", "first_name", "", "not a text but \"{'given': 'Ann'}\""),
        ("a number for a text", "first_name", "12.5", None),
        ("a list that is none", "last_name", None, "not a list but '0400 000 000'"),
        ("a zone of no earth", "time_zone", "", "'Mars/Olympus' is no time zone that we know"),
        ("a country too long", "country_code", "", "longer than 2 characters: 'AUS'"),
        ("a link to nobody", "referring_doctor", None, "contacts 42 is not among the records"),
        ("an empty link", "referring_doctor", None, None),
        ("merged with nobody", "merged_into", None, "patients 1 is not among the records that"),
        ("markup for a text", "address_1", "<script>alert(1)</script>", None),
        ("markup for a text", "title", "=cmd|' /C calc'", None),
    ],
)
def test_one_bad_value_costs_one_field_of_a_client_and_is_noted(
    oddly: OddMove, name: str, attribute: str, value: object, issue: str | None
) -> None:
    client = oddly.client(name)
    if attribute not in {"first_name", "last_name"} or value is not None:
        assert client[attribute] == value
    told = oddly.reasons("patients", name)
    assert told.startswith(issue) if issue else told == ""
    assert (
        client["occupation"]
        == oddly.archive.by_source("clients", "patients")[
            str(oddly.odd.practice.records["patients"][39]["id"])
        ]["occupation"]
    ), "the rest of the record is as it was"


def test_what_no_database_holds_is_cleaned_inside_of_lists_and_objects_too(oddly: OddMove) -> None:
    assert oddly.client("a NUL")["custom_fields"] == {"sections": [{"value": "beforeafter"}]}
    assert oddly.client("half a character")["custom_fields"] == {"a": "before\ufffdafter"}
    assert oddly.client("huge numbers")["custom_fields"] == {"n": "1e200000", "m": int("7" * 300)}


def test_no_digit_is_lost_on_the_way_from_the_source_to_the_archive(oddly: OddMove) -> None:
    name = oddly.client("many digits")["id"]
    text = (oddly.archive.folder / "clients.ndjson").read_text(encoding="utf-8")
    (line,) = (each for each in text.splitlines() if f'"id":"{name}"' in each)
    client = json.loads(line, parse_float=str)
    assert client["custom_fields"] == {"n": ["0.1000000000000000000001", "1.50"]}
    assert client["pronouns"] == {"n": "12345678901234567.89", "m": "1e9000"}


def test_phones_that_are_none_are_left_out_by_name_and_the_others_stay(oddly: OddMove) -> None:
    client = oddly.client("phones that are none")
    (phone,) = oddly.archive.parts("client_phones", "client")[client["id"]]
    assert (phone["type"], phone["number"]) == ("other", "1")
    assert {
        ("phones[0]", "left out"),
        ("phones[1].type", "unknown value"),
        ("phones[2]", "left out"),
    } <= oddly.issues("patients", "phones that are none")


def test_clients_who_were_merged_in_a_ring_stop_nothing(oddly: OddMove) -> None:
    one, other = (oddly.client(f"merged in a ring, {number}") for number in range(2))
    assert (one["merged_into"], other["merged_into"]) == (other["id"], one["id"])


@pytest.mark.parametrize(
    ("name", "ends_at", "issue"),
    [
        (
            "ends before it starts",
            "2026-01-05T02:00:00Z",
            "it ended at 2026-01-05 01:00:00+00:00, before it started: taken as empty",
        ),
        ("has no end", "2026-01-05T02:00:00Z", NO_END),
        (
            "has an end without a zone",
            "2026-01-05T02:00:00Z",
            f"not a moment in time with its zone: '2026-01-05T03:00:00'; {NO_END}",
        ),
        ("is in the year 9999", "9999-12-31T23:00:00Z", ""),
        ("is in the year 1", "0001-01-01T01:00:00Z", ""),
    ],
)
def test_an_appointment_with_an_odd_end_is_there_all_the_same(
    oddly: OddMove, name: str, ends_at: str, issue: str
) -> None:
    assert oddly.appointment(name)["ends_at"] == ends_at
    assert oddly.reasons("individual_appointments", name) == issue


def test_an_appointment_that_names_nobody_is_there_all_the_same(oddly: OddMove) -> None:
    links = ("client", "practitioner", "location", "service")
    nobody = oddly.appointment("names nobody")
    assert [nobody[each] for each in links] == [None] * 4
    assert nobody["time_zone"] == "Australia/Melbourne", "the practice's own"
    unknown = oddly.appointment("names nobody who exists")
    assert [unknown[each] for each in links] == [None] * 4
    assert oddly.issues("individual_appointments", "names nobody who exists") == {
        (each, "link leads nowhere") for each in links
    }


def test_other_oddities_of_appointments_cost_one_field_each(oddly: OddMove) -> None:
    reason = oddly.appointment("has an unknown reason")
    assert (reason["status"], reason["cancellation_reason"]) == ("cancelled", "code 999")
    assert oddly.appointment("has flags in words")["status"] == "booked"
    itself = oddly.appointment("repeats itself")
    assert itself["series_start"] == itself["id"]
    assert oddly.appointment("repeats hugely")["repeat_rule"] == {"n": "1e200000"}
    assert oddly.appointment("has a NUL")["notes"] == "beforeafter"
    assert oddly.appointment("has half a character")["notes"] == "before\ufffdafter"
    assert oddly.appointment("has a long note")["notes"] == LONG
    for name in GROUPS:
        assert oddly.appointment(name, "group_appointments")["max_clients"] is None
        assert oddly.issues("group_appointments", name) == {("max_clients", "bad value")}
    came = oddly.archive.by_source("attendances", "attendees")
    assert came[oddly.odd.ids["has a count too large"]]["email_reminders_sent"] is None
    assert came[oddly.odd.ids["came in words"]]["status"] == "booked"


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("in text", "57.500000"),
        ("as a number", "57.500000"),
        ("with more digits than a float has", "1234567890.123456"),
        ("that is none", None),
        ("that is too large", None),
        ("below nought", "-5.250000"),
        ("that is empty", None),
    ],
)
def test_prices_are_exact_however_they_are_written(
    oddly: OddMove, name: str, price: str | None
) -> None:
    items = oddly.archive.by_source("billable_items", "billable_items")
    assert items[oddly.odd.ids[name]]["price"] == price


def test_the_report_groups_the_oddities_by_their_cause(oddly: OddMove) -> None:
    (dates,) = (
        each
        for each in oddly.done.problems("patients")
        if (each["field"], each["cause"]) == ("birth_date", "bad value")
    )
    assert dates["count"] == 3
    (lost,) = (
        each
        for each in oddly.done.problems("individual_appointments")
        if each["cause"] == "rejected"
    )
    assert lost["count"] == len(WITHOUT_START)


# records that are none


def test_records_without_an_id_are_kept_and_told_of(desk: Desk) -> None:
    spoil(desk.sandbox, "taxes", 0, b'{"name": "No id", "rate": "10.0"}')
    spoil(desk.sandbox, "products", 0, b'{"id": null, "name": "Null id"}')
    spoil(desk.sandbox, "products", 1, b'{"id": {"a": 1}, "name": "Odd id"}')
    first, second = (desk.move(only=("taxes", "products")) for _ in range(2))
    assert first.balanced
    assert second.balanced
    archive = desk.export()
    assert archive.counts["taxes"] == 2
    assert archive.counts["products"] == len(desk.records["products"])
    odd = [each for (_, name), each in archive.ledger.items() if name.startswith("no-id-")]
    assert len(odd) == 3
    for each in odd:
        assert ("", "no id") in {(i["field"], i["code"]) for i in each["issues"]}


@pytest.mark.parametrize("raw", [b'"just text"', b"null", b"[1, 2]", b"4711", b"true"])
def test_a_record_that_is_no_object_is_rejected_and_the_rest_comes(desk: Desk, raw: bytes) -> None:
    spoil(desk.sandbox, "taxes", 0, raw)
    done = desk.move(only=("taxes",))
    assert done.balanced
    assert done.outcomes("taxes") == {"created": 1, "rejected": 1}
    (problem,) = done.problems("taxes")
    assert problem["cause"] == "rejected"
    assert problem["example"] == "what the source sent is not a record that can be read"


def test_one_id_that_is_given_twice_is_not_called_balanced(desk: Desk) -> None:
    desk.practice.add("taxes", dict(desk.practice.records["taxes"][0]))
    done = desk.move(only=("taxes",))
    assert not done.balanced
    (message,) = done.line("taxes")["messages"]
    assert message == (
        "the source says that /taxes has 3 records, but gave 2 different ones in 5 readings"
    )
    assert desk.export().counts["taxes"] == 2


def test_ids_are_exact_whether_text_or_number_and_however_long(desk: Desk) -> None:
    spoil(desk.sandbox, "taxes", 0, b'{"id": 9007199254740993, "name": "Number"}')
    spoil(desk.sandbox, "taxes", 1, b'{"id": "123456789012345678901234567890", "name": "Text"}')
    assert desk.move(only=("taxes",)).balanced
    names = {name: each["name"] for name, each in desk.export().by_source("taxes", "taxes").items()}
    assert names == {"9007199254740993": "Number", "123456789012345678901234567890": "Text"}


# keys


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing was entered"),
        ("hello", "it is too short"),
        ("au1", "this is only its ending"),
        ("MS0xLTI0MTEtc2FuZGJveA two-au1", "there is a blank or a line break inside it"),
        ("MS0xLTI0MTEtc2FuZGJveCääääää-au1", "it has characters that no key has"),
    ],
)
def test_what_has_not_the_shape_of_a_key_is_refused_before_anything_is_asked(
    text: str, why: str
) -> None:
    with pytest.raises(ImportProblem) as refusal:
        ApiKey.parse(text)
    assert str(refusal.value).startswith(f"This is not a Cliniko API key: {why}.")
    assert "My Info" in str(refusal.value)


def test_a_wrong_key_is_refused_in_words_and_nothing_comes(desk: Desk) -> None:
    run = desk.begin()
    with pytest.raises(KeyRefused, match="Cliniko does not accept this key"):
        desk.go_on(run, ApiKey.parse("MS0xLTk5OTktbm90LWEtcmVhbC1rZXktYXQtYWxs-au1"))
    assert desk.sandbox.stats.total == 1
    assert sum(desk.export().counts.values()) == 0
    assert desk.go_on(run).balanced, "with the key that was kept it goes on"
