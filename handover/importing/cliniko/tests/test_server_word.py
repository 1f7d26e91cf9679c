from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handover.importing.cliniko.server_word import (
    LONGEST_RETRY_AFTER,
    seconds_to_retry,
    seconds_until_allowed,
)

NOW = 1_790_000_000.0


def http_date(moment: float) -> str:
    return format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True)


def test_the_reset_goes_before_retry_after() -> None:
    headers = {"X-RateLimit-Reset": str(int(NOW + 17)), "Retry-After": "40"}
    assert seconds_until_allowed(headers, NOW) == 17


@pytest.mark.parametrize("reset", [NOW + 86_400, NOW - 3_600, 0.0])
def test_a_reset_beyond_belief_gives_way_to_retry_after(reset: float) -> None:
    headers = {"X-RateLimit-Reset": str(int(reset)), "Retry-After": "40"}
    assert seconds_until_allowed(headers, NOW) == 40


def test_the_servers_own_clock_mends_a_clock_that_is_wrong_here() -> None:
    headers = {"X-RateLimit-Reset": str(int(NOW + 17)), "Date": http_date(NOW)}
    assert seconds_until_allowed(headers, NOW + 5_000) == 17


def test_a_reset_in_this_very_second_means_now() -> None:
    assert seconds_until_allowed({"X-RateLimit-Reset": str(int(NOW))}, NOW + 0.7) == 0


def test_retry_after_may_be_a_date() -> None:
    headers = {"Retry-After": http_date(NOW + 30), "Date": http_date(NOW)}
    assert seconds_to_retry(headers, NOW) == 30


def test_retry_after_is_never_longer_than_an_hour() -> None:
    assert seconds_to_retry({"Retry-After": "999999"}, NOW) == LONGEST_RETRY_AFTER


def test_no_header_is_no_word() -> None:
    assert seconds_until_allowed({}, NOW) is None


@example("", "0\x1f", "")
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_in_the_headers_gives_a_bounded_wait_or_none(a: str, b: str, c: str) -> None:
    headers = {"X-RateLimit-Reset": a, "Retry-After": b, "Date": c}
    wait = seconds_until_allowed(headers, NOW)
    assert wait is None or 0 <= wait <= LONGEST_RETRY_AFTER
