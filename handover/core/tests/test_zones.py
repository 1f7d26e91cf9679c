from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.core.zones import LABELS, identifier

# What each of these clocks shows at noon UTC on 1 July 2024, when the north has summer time.
NOON_IN_JULY = {
    "Adelaide": "21:30",
    "American Samoa": "01:00",
    "Arizona": "05:00",
    "Atlantic Time (Canada)": "09:00",
    "Brisbane": "22:00",
    "Central America": "06:00",
    "Central Time (US & Canada)": "07:00",
    "Chatham Is.": "00:45",
    "Darwin": "21:30",
    "Eastern Time (US & Canada)": "08:00",
    "Edinburgh": "13:00",
    "Hanoi": "19:00",
    "Hawaii": "02:00",
    "Hobart": "22:00",
    "Indiana (East)": "08:00",
    "International Date Line West": "00:00",
    "Kathmandu": "17:45",
    "Lord Howe": "22:30",
    "Mid-Atlantic": "10:00",
    "Mountain Time (US & Canada)": "06:00",
    "New Delhi": "17:30",
    "Newfoundland": "09:30",
    "Pacific Time (US & Canada)": "05:00",
    "Perth": "20:00",
    "Pretoria": "14:00",
    "Quito": "07:00",
    "Samoa": "01:00",
    "Saskatchewan": "06:00",
    "Wellington": "00:00",
    "West Central Africa": "13:00",
}


def test_there_are_162_labels() -> None:
    assert len(LABELS) == 162


@pytest.mark.parametrize("label", LABELS)
def test_every_label_leads_to_a_zone_that_exists(label: str) -> None:
    assert ZoneInfo(LABELS[label]).key == identifier(label)


@pytest.mark.parametrize("label", NOON_IN_JULY)
def test_a_label_shows_the_right_time(label: str) -> None:
    noon = datetime(2024, 7, 1, 12, tzinfo=UTC)
    assert f"{noon.astimezone(ZoneInfo(identifier(label))):%H:%M}" == NOON_IN_JULY[label]


def test_an_identifier_stands_for_itself_however_it_is_written() -> None:
    assert identifier("Australia/Melbourne") == "Australia/Melbourne"
    assert identifier(" australia/melbourne ") == "Australia/Melbourne"
    assert identifier("melbourne") == "Australia/Melbourne"
    assert identifier("UTC") == "UTC"


@pytest.mark.parametrize("name", ["", "Atlantis", "../../etc/passwd", "localtime", "Factory"])
def test_what_is_no_zone_is_nothing(name: str) -> None:
    assert identifier(name) == ""


@given(st.text())
def test_whatever_it_is_called_the_answer_is_a_zone_or_nothing(name: str) -> None:
    found = identifier(name)
    assert found == "" or ZoneInfo(found).key == found
