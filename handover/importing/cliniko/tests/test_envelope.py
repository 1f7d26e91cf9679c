import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.importing.cliniko.envelope import (
    Envelope,
    mended,
    open_list,
    open_single,
    record_id,
)
from handover.importing.cliniko.listing import Listing, with_query
from handover.importing.cliniko.problems import StrayLink, Trouble

API = "https://api.au1.cliniko.com/v1"
PATIENTS = Listing("/patients", filters=("archived_at:*",))
FULL = Listing("/patients", per_page=2)


def opened(content: str | bytes, listing: Listing = PATIENTS, number: int = 1) -> Envelope:
    data = content.encode() if isinstance(content, str) else content
    return open_list(data, listing, number, API)


def test_records_stay_byte_for_byte_as_they_came() -> None:
    first = '{ "id":"1", "n" : 1.50, "s":"\\u00e9\\/" ,"d": 0.1e1}'
    page = opened(f'{{"patients":[ {first} ,\n{{}}],"total_entries":2,"links":{{}}}}')
    assert page.records == (first.encode(), b"{}")
    assert page.total == 2


values = st.none() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=3), max_size=2)


@given(
    st.lists(st.dictionaries(st.text(max_size=4), values, max_size=3), max_size=4),
    st.integers(0, 3),
)
def test_any_records_come_out_as_they_went_in(
    records: list[dict[str, object]], indent: int
) -> None:
    texts = [json.dumps(each, indent=indent).encode() for each in records]
    page = opened(b'{"patients":[' + b",".join(texts) + b"]}")
    assert list(page.records) == texts


@pytest.mark.parametrize("total", ["null", '"12"', "true", "-1", "1.5", "{}"])
def test_a_total_that_is_no_count_is_unknown(total: str) -> None:
    assert opened(f'{{"patients":[{{}}],"total_entries":{total}}}').total is None


@pytest.mark.parametrize(
    ("content", "listing", "onward"),
    [
        (f'{{"patients":[{{}}],"links":{{"next":"{API}/patients?page=2"}}}}', FULL, True),
        ('{"patients":[{}],"links":{"next":"/v1/patients?page=2"}}', FULL, True),
        ('{"patients":[{}],"links":{"next":null}}', FULL, False),
        ('{"patients":[{},{}],"links":{"self":"x"}}', FULL, False),
        ('{"patients":[{},{}],"total_entries":3,"links":{}}', FULL, True),
        ('{"patients":[{},{}],"total_entries":2}', FULL, False),
        ('{"patients":[],"total_entries":99}', FULL, False),
        ('{"patients":[{},{}]}', FULL, True),
        ('{"patients":[{},{}],"links":[]}', FULL, True),
        ('{"patients":[{}]}', FULL, False),
    ],
)
def test_whether_there_is_more_follows_from_link_total_or_fullness(
    content: str, listing: Listing, onward: bool
) -> None:
    assert opened(content, listing).has_next is onward


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/patients?page=2",
        "https://api.au1.cliniko.com.evil.example/v1/patients",
        "https://api.au1.cliniko.com:8443/v1/patients",
        "https://api.au1.cliniko.com@evil.example/v1/patients",
        "https://api.au1.cliniko.com/v2/patients",
        "https://api.au1.cliniko.com/v1x/patients",
        "//evil.example/v1/patients",
        "file:///v1/patients",
        "https://[broken/v1/patients",
    ],
)
def test_a_link_that_leaves_the_account_stops_the_import(link: str) -> None:
    with pytest.raises(StrayLink):
        opened(json.dumps({"patients": [{}], "links": {"next": link}}))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "empty"),
        ("<!DOCTYPE html><html></html>", "web page"),
        ('{"patients":[{"id":"1"},{"id', "cut off"),
        ("[]", "cut off or is not JSON"),
        ('{"invoices":[]}', 'no list named "patients"'),
        ('{"patients":{}}', "not a list"),
        ('{"patients":null}', "not a list"),
        (b'{"patients":[\xff\xfe]}', "cut off"),
    ],
)
def test_what_is_not_the_list_that_was_asked_for_is_worth_another_try(
    content: str | bytes, why: str
) -> None:
    with pytest.raises(Trouble, match=why) as caught:
        opened(content)
    assert caught.value.unreadable
    assert caught.value.__context__ is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_trouble(content: bytes) -> None:
    with suppress(Trouble):
        assert opened(content).records is not None


def test_a_single_object_is_one_record() -> None:
    envelope = open_single(b' {"id":"1"}\n')
    assert envelope == Envelope((b'{"id":"1"}',), 1, has_next=False)


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        ('{"id":"1100000000000000077"}', "1100000000000000077"),
        ('{"a":{"id":"2"},"id":9007199254740993}', "9007199254740993"),
        ('{"id":123456789012345678901234567890}', "123456789012345678901234567890"),
        ('{"id":" 7 "}', "7"),
        ('{"id":"abc-1"}', "abc-1"),
        ('{"id":0}', "0"),
        ('{"id":""}', None),
        ('{"id":"  "}', None),
        ('{"id":true}', None),
        ('{"id":1.0}', None),
        ('{"id":1e3}', None),
        ('{"id":-1}', None),
        ('{"id":null}', None),
        ('{"id":["1"]}', None),
        ('{"id":"1\\u0000"}', None),
        ('{"id":"' + "9" * 101 + '"}', None),
        ("{}", None),
        ("[]", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_an_id_is_exact_or_none(raw: str, known: str | None) -> None:
    assert record_id(raw.encode()) == known


@given(st.integers(0, 10**30))
def test_an_id_is_the_same_as_text_and_as_number(number: int) -> None:
    as_text, as_number = (record_id(json.dumps({"id": x}).encode()) for x in (str(number), number))
    assert as_text == as_number == str(number)


@given(st.binary(max_size=60))
def test_any_bytes_have_an_id_or_none(raw: bytes) -> None:
    known = record_id(raw)
    assert known is None or known.strip()


def test_a_listing_is_asked_for_by_page_with_its_filters_encoded() -> None:
    listing = Listing(
        "/bookings", filters=("archived_at:*", "id:>5"), params=(("sort", "created_at:asc"),)
    )
    assert listing.list_key == "bookings"
    assert with_query(listing.path, listing.query(3)) == (
        "/bookings?page=3&per_page=100&sort=created_at%3Aasc"
        "&q%5B%5D=archived_at%3A%2A&q%5B%5D=id%3A%3E5"
    )


@pytest.mark.parametrize("path", ["patients", "//evil.example/x", "/a/../b", "/a?b=1", "/a#b"])
def test_a_path_that_could_lead_elsewhere_is_a_mistake_of_ours(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        Listing(path)


ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("\\ud8\ud800\udc00"))


@given(ANY_TEXT)
def test_half_a_character_costs_that_character_and_nothing_else(text: str) -> None:
    spelt = json.dumps(text)  # a lone surrogate is written as its escape
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert json.loads(mended(spelt.encode())) == whole
    assert mended(json.dumps(whole).encode()) == json.dumps(whole).encode()
    (record,) = opened(f'{{"patients":[{{"name":{spelt}}}]}}').records
    assert json.loads(record) == {"name": whole}
