"""Finding clients, however they are typed."""

from collections.abc import Iterator
from datetime import date

import pytest

from conftest import Emptying, a_workspace
from handover.clients.models import (
    Client,
    ClientPhone,
    SearchKey,
)
from handover.core.tenancy import acting_in
from tests.reception import (
    Practice,
    a_practice_open,
)


@pytest.fixture(scope="module")
def practice(emptying: Emptying) -> Iterator[Practice]:
    with a_practice_open(emptying) as opened:
        yield opened


@pytest.fixture(scope="module")
def callers(practice: Practice) -> Practice:
    """Clients whose names people type in many ways."""
    practice.client("Zoë", "O'Brien", "0412 345 678", birth_date=date(1980, 2, 14))
    practice.client("Mary-Jane", "van der Meer", "+61 8 9123 4567", email="MJ@meer.example")
    practice.client("Ann", "Smith-Jones", "61499888777", preferred_name="Nan")
    practice.client("Łukasz", "Żółty", old_reference_id="A 1234", birth_date=date(1955, 12, 1))
    practice.client("Ελένη", "Παπαδοπούλου")
    return practice


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zoe", "Zoë"),
        ("ZOË o\u2019brien", "Zoë"),
        ("obrien", "Zoë"),
        ("o brien", "Zoë"),
        ("brien zo", "Zoë"),
        ("0412345678", "Zoë"),
        ("0412 345", "Zoë"),
        ("+61 412 345 678", "Zoë"),
        ("0061412345678", "Zoë"),
        ("(04) 1234-5678", "Zoë"),
        ("5678", "Zoë"),
        ("14/2/80", "Zoë"),
        ("14.02.1980", "Zoë"),
        ("1980-02-14", "Zoë"),
        ("14 Feb 1980", "Zoë"),
        ("14022", ""),
        ("14021980", "Zoë"),
        ("brien 14/2/1980", "Zoë"),
        ("brien 15/2/1980", ""),
        ("mary jane", "Mary-Jane"),
        ("maryjane", "Mary-Jane"),
        ("vandermeer", "Mary-Jane"),
        ("van der me", "Mary-Jane"),
        ("mj@meer", "Mary-Jane"),
        ("08 9123 4567", "Mary-Jane"),
        ("9123 4567", "Mary-Jane"),
        ("4567", "Mary-Jane"),
        ("jones", "Ann"),
        ("nan smith", "Ann"),
        ("0499 888 777", "Ann"),
        ("499888777", "Ann"),
        ("lukasz zolty", "Łukasz"),
        ("a1234", "Łukasz"),
        ("1/12/55", "Łukasz"),
        ("παπαδ", "Ελένη"),
        ("mith", ""),
        ("%", None),
        ("_", None),
        ("' OR 1=1 --", ""),
        ("9" * 40, ""),
        ("31/2/1980", ""),
    ],
)
def test_a_client_is_found_however_it_is_typed(
    callers: Practice, typed: str, expected: str | None
) -> None:
    found = callers.found(typed)
    if expected is None:  # nothing is left of what was typed: everybody
        assert len(found) >= 5
    else:
        assert found == ([expected] if expected else [])


def test_a_client_is_found_by_their_number_and_by_no_other_ones(callers: Practice) -> None:
    made = callers.client("Numbered")
    assert "Numbered" in callers.found(str(made.pk))
    assert "Numbered" not in callers.found(str(made.pk + 1))


def test_what_is_changed_or_deleted_is_found_no_longer_under_its_old_name(
    practice: Practice,
) -> None:
    made = practice.client("Before", "Marriage", "0499 111 222")
    with acting_in(practice.workspace.pk):
        Client.objects.filter(pk=made.pk).update(first_name="After", last_name="Wedding")
        ClientPhone.objects.filter(client=made).update(number="0488 333 444")
    assert practice.found("marriage") == practice.found("0499 111 222") == []
    assert practice.found("wedding") == practice.found("0488 333 444") == ["After"]
    with acting_in(practice.workspace.pk):
        made.phones.all().delete()
        assert not SearchKey.objects.filter(row_id=made.pk, kind="phone").exists()
        Client.objects.filter(pk=made.pk).delete()
        assert not SearchKey.objects.filter(thing="client", row_id=made.pk).exists()


def test_nobody_of_another_practice_is_found(callers: Practice) -> None:
    other = a_workspace("Elsewhere")
    with acting_in(other.pk):
        Client.objects.create(workspace_id=other.pk, first_name="Stranger", last_name="O'Brien")
        assert SearchKey.objects.exclude(workspace_id=other.pk).count() == 0
    assert callers.found("obrien") == ["Zoë"]
