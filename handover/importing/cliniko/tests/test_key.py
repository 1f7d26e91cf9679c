import base64
import copy
import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.importing.cliniko.key import CLINIKO_URL, ApiKey
from handover.importing.cliniko.problems import BadKey
from handover.importing.engine.errors import StopImport

BODY = "MS0xLW5vdC1hLXJlYWwta2V5LWp1c3QtYS10ZXN0"
bodies = st.text(string.ascii_letters + string.digits + "+/=", min_size=16, max_size=120)
shards = st.from_regex(r"[a-z]{2}[0-9]{1,2}", fullmatch=True)


@given(bodies, shards)
def test_a_key_names_its_shard_at_its_end(body: str, shard: str) -> None:
    key = ApiKey.parse(f"{body}-{shard}")
    assert key.shard == shard
    assert key.username == f"{body}-{shard}"
    assert key.api_url() == f"https://api.{shard}.cliniko.com/v1"


@given(bodies)
def test_a_key_without_an_ending_is_of_the_first_shard(body: str) -> None:
    key = ApiKey.parse(body)
    assert (key.shard, key.username) == ("au1", body)


@pytest.mark.parametrize("around", [" {} ", "\n{}\r\n", "\t{}", "\ufeff{}\u200b", "\u00a0{}\u00a0"])
def test_what_copying_adds_around_a_key_is_taken_away(around: str) -> None:
    assert ApiKey.parse(around.format(f"{BODY}-AU2")).username == f"{BODY}-au2"


@given(st.text(max_size=700))
def test_whatever_is_pasted_becomes_a_key_or_a_problem_in_words(text: str) -> None:
    try:
        key = ApiKey.parse(text)
    except BadKey:
        return
    assert key.username.isascii()
    assert ":" not in key.username
    assert key.api_url().startswith("https://api.")
    assert key.api_url().endswith(".cliniko.com/v1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing was entered"),
        (" \n ", "nothing was entered"),
        (f"{BODY} {BODY}", "blank or a line break"),
        (f"{BODY}\n-au1", "blank or a line break"),
        (f"{BODY}\x00-au1", "no key has"),
        (f"{BODY}\x1b-au1", "no key has"),
        (f"{BODY}ß-au1", "no key has"),
        (f"{BODY}-au\u0661", "no key has"),
        (f"user:{BODY}-au1", "no key has"),
        ("https://x.au1.cliniko.com", "no key has"),
        ("au1", "only its ending"),
        ("-AU12", "only its ending"),
        ("short-au1", "too short"),
        ("x" * 4000, "too long"),
    ],
)
def test_what_cannot_be_a_key_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(BadKey, match=why) as caught:
        ApiKey.parse(text)
    assert "Manage API keys" in str(caught.value)
    assert BODY not in str(caught.value)


@given(bodies, shards)
def test_a_key_shows_no_more_than_its_last_four_characters(body: str, shard: str) -> None:
    key = ApiKey.parse(f"{body}-{shard}")
    shown = f"{key} {key!r} {key!s:>60} {[key]}"
    assert body not in shown
    assert body[:-4] not in shown
    assert f"{body[-4:]}-{shard}" in shown


def test_a_key_is_neither_pickled_nor_copied_by_pickling() -> None:
    key = ApiKey.parse(BODY)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(key)
    with pytest.raises(TypeError, match="not pickled"):
        copy.deepcopy(key)


def test_a_fingerprint_is_the_same_for_both_spellings_and_tells_nothing() -> None:
    bare, ended = ApiKey.parse(BODY), ApiKey.parse(f"{BODY}-au1")
    assert bare.fingerprint == ended.fingerprint
    assert bare.fingerprint != ApiKey.parse(f"{BODY}x").fingerprint
    assert len(bare.fingerprint) == 16
    assert bare.fingerprint not in (BODY, base64.b64encode(BODY.encode()).decode())


@pytest.mark.parametrize(
    ("template", "url"),
    [
        (CLINIKO_URL, "https://api.uk2.cliniko.com/v1"),
        ("http://127.0.0.1:8123/v1/", "http://127.0.0.1:8123/v1"),
        (" https://proxy.example/{shard}/v1 ", "https://proxy.example/uk2/v1"),
    ],
)
def test_the_address_follows_the_operators_template(template: str, url: str) -> None:
    assert ApiKey.parse(f"{BODY}-uk2").api_url(template) == url


@pytest.mark.parametrize(
    "template",
    [
        "",
        "api.cliniko.com",
        "ftp://api.cliniko.com",
        "https://",
        "https://a:b@host/v1",
        "https://host/v1?x=1",
        "https://host/{region}",
        "https://host:port/v1",
        "https://ho st/v1",
    ],
)
def test_a_template_that_gives_no_address_names_the_setting(template: str) -> None:
    with pytest.raises(StopImport, match="HANDOVER_CLINIKO_URL"):
        ApiKey.parse(BODY).api_url(template)
