import json
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.core.json import Json, JsonObject
from handover.importing.engine.payload import Picker, decode, encode, fingerprint, lookup

texts = st.text(st.sampled_from('a\\\x00u0"\n')) | st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def without_nul(value: Json) -> Json:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [without_nul(each) for each in value]
    if isinstance(value, dict):
        return {key.replace("\x00", ""): without_nul(each) for key, each in value.items()}
    return value


def test_a_fraction_keeps_every_digit() -> None:
    assert str(decode("0.1000000000000000000001")) == "0.1000000000000000000001"


def test_a_decimal_is_written_as_a_number() -> None:
    assert encode({"price": Decimal("18.10")}) == '{"price":18.10}'


@given(values)
def test_what_is_written_is_the_same_but_for_nul_characters(value: Json) -> None:
    assert json.loads(encode(value)) == without_nul(value)


def test_a_backslash_before_u0000_is_text_and_no_nul() -> None:
    assert json.loads(encode("\\u0000")) == "\\u0000"
    assert json.loads(encode("\\\x00u0000")) == "\\u0000"


@pytest.mark.parametrize("text", ["", "{", "nul", "[" * 10_000, "1e-99999999999999999999"])
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is the decoder's own
        decode(text)


def test_a_path_leads_through_objects_or_nowhere() -> None:
    assert lookup({"a": {"b": [1]}}, "a.b") == [1]
    assert lookup({"a": ["b"]}, "a.b") is None
    assert lookup({}, "a.b") is None
    assert lookup({"": "7"}, "") == "7"


def test_a_fingerprint_tells_two_payloads_apart() -> None:
    assert fingerprint("{}") == fingerprint("{}") != fingerprint("{ }")
    assert len(fingerprint("ü")) == 32


@given(st.dictionaries(st.sampled_from(["a", "b", "", "\x00", "1"]), values), st.decimals(0, 9))
def test_what_is_picked_is_what_the_whole_payload_says(record: JsonObject, price: Decimal) -> None:
    payload = json.dumps({**record, "price": 0}).replace('"price": 0', f'"price": {price:f}')
    whole = cast("JsonObject", decode(payload))
    keys = ["a", "", "price", "b", "a", "missing"]
    assert Picker(keys).pick(payload) == {key: whole.get(key) for key in keys}


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"a": 1e-99999999999999999999}'])
def test_nothing_is_picked_from_what_is_no_record(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is the decoder's own
        Picker(["a"]).pick(text)
