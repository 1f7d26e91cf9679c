"""How single values are read, whatever the resource."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handover.core.json import Json
from handover.core.phones import PhoneNumber
from handover.importing.engine import fields
from handover.importing.engine.values import CLEANED, UNKNOWN_VALUE, Draft


def filled(field: fields.Field, value: Json) -> Draft:
    """Read one value by the key that the field names."""
    draft = Draft()
    field.name = field.name or "it"
    field.fill({field.sources[0]: value}, draft)
    return draft


def value_of(field: fields.Field, value: Json) -> object:
    draft = filled(field, value)
    assert draft.issues == []
    return draft.values["it"]


def refused(field: fields.Field, value: Json) -> bool:
    draft = filled(field, value)
    return draft.values["it"] == field.empty and [i.code for i in draft.issues] == ["bad value"]


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_is_kept_in_utc(moment: datetime) -> None:
    assume(2 < moment.year < 9998)
    offset = moment.utcoffset()
    assume(offset is not None and offset.seconds % 60 == 0)
    read = value_of(fields.Instant("x"), moment.isoformat())
    assert read == moment.astimezone(UTC)
    assert isinstance(read, datetime)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value", ["2024-03-04T09:00:00", "2024-03-04", "0001-01-01T00:00:00+10:00", "9:00", 7, [], "ü"]
)
def test_a_moment_without_its_zone_is_never_guessed(value: Json) -> None:
    assert refused(fields.Instant("x"), value)


@pytest.mark.parametrize("value", ["04/03/2024", "2024-3-4", "20240304", "2023-02-29", 20240304])
def test_a_day_is_never_guessed(value: Json) -> None:
    assert refused(fields.Date("x"), value)


@pytest.mark.parametrize(
    "value", ["9:00", "24:00", "25:61", "09:00+10:00", "\u0660\u0669:\u0660\u0660", 9]
)
def test_a_time_of_day_is_never_guessed(value: Json) -> None:
    assert refused(fields.TimeOfDay("x"), value)
    assert value_of(fields.TimeOfDay("x"), "09:05") == time(9, 5)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_money_is_exact(amount: Decimal) -> None:
    assert value_of(fields.Money("x"), str(amount)) == amount


def test_digits_beyond_the_column_are_noted_and_too_large_a_number_is_refused() -> None:
    draft = filled(fields.Money("x"), "0.00005" + "1" * 50)
    assert draft.values["it"] == Decimal("0.000051")
    assert draft.issues[0].code == "rounded"
    assert len(draft.issues[0].reason) < 100
    assert refused(fields.Money("x"), "1000000000000")
    odd_ones: list[Json] = ["NaN", "Infinity", "1e400", "money", True, []]
    for odd in odd_ones:
        assert refused(fields.Money("x"), odd)


def test_a_whole_number_may_be_written_in_several_ways() -> None:
    for one in (1, "1", "1.0", Decimal("1.0")):
        assert value_of(fields.Integer("x"), one) == 1  # type: ignore[arg-type]  # as decoded
    for odd in (-1, "1.5", 2**31, "x", True):
        assert refused(fields.Integer("x"), odd)
    assert refused(fields.Integer("x", least=1, empty=1), 0)


def test_a_flag_is_true_false_or_what_counts_where_nothing_is_said() -> None:
    assert value_of(fields.Flag("x"), "false") is False
    assert value_of(fields.Flag("x"), None) is None
    assert value_of(fields.Flag("x", unknown=True), "") is True
    assert value_of(fields.Not("x", unknown=False), True) is False
    assert refused(fields.Flag("x", unknown=True), "yes")


def test_text_is_kept_as_it_stands_but_for_nul_characters() -> None:
    assert value_of(fields.Text("x"), " a\r\n ") == " a\r\n "
    assert value_of(fields.Text("x"), 10**25) == str(10**25)
    assert filled(fields.Text("x"), "\x00").issues[0].code == CLEANED
    assert refused(fields.Text("x"), ["a"])
    assert refused(fields.Text("x", longest=2), "AUS")


def test_a_choice_does_not_mind_capitals_and_notes_what_it_does_not_know() -> None:
    choice = fields.Choice("x", {"Yes": "y"}, other="?", empty="")
    assert value_of(choice, "YES") == "y"
    assert value_of(choice, None) == ""
    draft = filled(choice, {"a": 1})
    assert draft.values["it"] == "?"
    assert draft.issues[0].code == UNKNOWN_VALUE


def test_what_cannot_be_read_is_shown_short_and_never_in_full() -> None:
    secret = "My whole history, from 1984 until today, in one line"
    assert secret not in filled(fields.Date("x"), secret).issues[0].reason


@pytest.mark.parametrize(
    "value",
    [
        True,
        [],
        "https://x/",
        "/v1/people?q=1",
        "/people/1/notes",
        "/a/a b",
        "/a/7\x00",
        "/a/" + "7" * 65,
        1.5,
    ],
)
def test_what_is_no_link_is_noted_and_leads_nowhere(value: Json) -> None:
    draft = filled(fields.Link("x", to="people"), value)
    assert draft.refs == {}
    assert [issue.code for issue in draft.issues] == ["bad value"]


@pytest.mark.parametrize("value", [None, "", {}, {"links": {}}, {"links": None}])
def test_no_link_is_no_issue_unless_nothing_stands_without_it(value: Json) -> None:
    draft = filled(fields.Link("x", to="people"), value)
    assert (draft.refs, draft.issues, draft.rejected) == ({}, [], "")
    assert filled(fields.Link("x", to="people", required=True), value).rejected


def test_a_link_that_cannot_be_read_quietly_has_no_id() -> None:
    link = fields.Link("x", to="people")
    assert link.linked_id("https://x/people/7") == "7"
    assert link.linked_id({"links": {"self": ["?"]}}) is None


def test_the_first_reading_that_gives_a_value_counts_and_bad_ones_are_noted() -> None:
    first = fields.FirstOf(fields.Date("a"), fields.Date("b"))
    first.name, draft = "it", Draft()
    first.fill({"a": "soon", "b": "2024-03-04"}, draft)
    assert str(draft.values["it"]) == "2024-03-04"
    assert [issue.field for issue in draft.issues] == ["it"]
    assert first.keys == {"a", "b"}


class Pager(PhoneNumber):
    class Meta:
        app_label = "importing"
        abstract = True


def test_a_list_that_is_no_list_is_noted() -> None:
    rows = fields.Rows("x", into=Pager, number=fields.Text("number", required=True))
    rows.name, draft = "it", Draft()
    rows.fill({"x": "one, two"}, draft)
    assert draft.rows["it"] == []
    assert [issue.code for issue in draft.issues] == ["bad value"]
