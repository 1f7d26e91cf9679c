"""JSON in columns: whatever digits there were come back, by whichever way they came there."""

import json
from decimal import Decimal

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.accounts.models import Workspace
from handover.clients.models import Client
from handover.core.exact import ExactDecoder, ExactEncoder, ExactJSONField, written

FINE = Decimal("0.1000000000000000000001")
numbers = st.integers(-(10**300), 10**300) | st.decimals(
    -(10**30), 10**30, allow_nan=False, allow_infinity=False
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_what_is_written_is_read_the_same(value: object) -> None:
    assert json.loads(written(value), cls=ExactDecoder) == value
    assert json.dumps(value, cls=ExactEncoder).encode() == written(value)


@pytest.mark.usefixtures("clean_tables")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(numbers)
def test_the_database_gives_back_every_digit(number: Decimal | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [written([number]).decode()])
        (held,) = cursor.fetchone()
    assert json.loads(held, cls=ExactDecoder) == [number]


def test_a_row_that_is_saved_again_keeps_its_digits(in_workspace: Workspace) -> None:
    made = Client.objects.create(workspace=in_workspace, custom_fields={"n": [FINE, 1, "x"]})
    read = Client.objects.get(pk=made.pk)
    assert read.custom_fields == {"n": [FINE, 1, "x"]}
    read.save()
    assert Client.objects.get(pk=made.pk).custom_fields == {"n": [FINE, 1, "x"]}
    assert Client.objects.filter(custom_fields__n__0=FINE).exists()


def test_a_migration_needs_no_word_about_it() -> None:
    told = ExactJSONField(null=True).deconstruct()[1:]
    assert told == models.JSONField(null=True).deconstruct()[1:]
