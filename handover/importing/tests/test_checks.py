from collections.abc import Iterator

import pytest
from django.core.checks import CheckMessage, run_checks
from django.db import models

from handover.accounts.models import User, UserPhone
from handover.clients.models import Case, Client
from handover.importing.checks import binary_fractions, misfits
from handover.importing.cliniko.resources import RESOURCES
from handover.importing.engine import Resource, Same, fields
from handover.importing.engine.attached import Contents
from handover.importing.engine.resource import Mirror, Occupies
from handover.practice.models import Location, Tax
from handover.scheduling.models import Appointment


def complaints(*resources: type[Resource]) -> list[tuple[str | None, str]]:
    """Everything but that these resources stand in no file of their own."""
    return [(each.id, each.msg) for each in misfits(resources) if each.id != "handover.E7"]


def test_every_mapping_fits_its_models() -> None:
    assert list(misfits(RESOURCES)) == []
    assert [each for each in run_checks() if str(each.id).startswith("handover.")] == []


def test_an_attribute_that_is_no_column_is_told() -> None:
    class Taxes(Resource, endpoint="/taxes", target=Tax):
        nickname = fields.Text("name")

    assert complaints(Taxes) == [("handover.E1", "Tax has no column nickname")]


def test_a_column_that_nothing_fills_is_told() -> None:
    class Cases(Resource, endpoint="/cases", target=Case):
        name = fields.Text("name")

    assert complaints(Cases) == [("handover.E2", "nothing fills Case.client")]


def test_a_link_to_another_kind_of_record_is_told() -> None:
    class Taxes(Resource, endpoint="/taxes", target=Tax):
        name = fields.Text("name")

    class Cases(Resource, endpoint="/cases", target=Case):
        client = fields.Link("patient", to=Taxes, required=True)
        referrer = fields.Link("contact", to="ghosts")

    assert complaints(Taxes, Cases) == [
        ("handover.E3", "client leads to taxes, but its column takes no Tax"),
        ("handover.E3", "referrer leads to ghosts, which is no resource"),
    ]


def test_a_link_that_is_taken_from_another_row_must_be_there() -> None:
    class Clients(Resource, endpoint="/clients", target=Client):
        first_name = fields.Text("name")

    class Cases(Resource, endpoint="/cases", target=Case):
        client = fields.Link("patient", to=Clients, required=True, otherwise="name")
        name = fields.Text("name")

    assert complaints(Clients, Cases) == [("handover.E4", "client: nothing has client at name")]


def test_a_carried_attribute_needs_a_link_that_has_it() -> None:
    class Places(Resource, endpoint="/places", target=Location):
        name = fields.Text("name")

    class Times(Resource, endpoint="/times", target=Appointment):
        kind = fields.Constant("individual")
        starts_at = fields.Instant("starts_at", required=True)
        ends_at = fields.Instant("ends_at", required=True)
        location = fields.Link("business", to=Places)
        time_zone = fields.Carried("place", "time_zone")
        notes = fields.Carried("location", "smell")

    assert complaints(Places, Times) == [
        ("handover.E4", "time_zone: nothing has time_zone at place"),
        ("handover.E4", "notes: nothing has smell at location"),
    ]


def test_rows_must_fit_their_table_and_belong_to_the_target() -> None:
    class Taxes(Resource, endpoint="/taxes", target=Tax):
        phones = fields.Rows("phones", into=UserPhone, colour=fields.Text("colour"))

    assert complaints(Taxes) == [
        ("handover.E5", "UserPhone must have one link to Tax"),
        ("handover.E5", "nothing fills UserPhone.number"),
        ("handover.E5", "nothing fills UserPhone.user"),
        ("handover.E5", "UserPhone has no column colour"),
    ]


def test_sums_and_matches_name_what_is_there() -> None:
    class Taxes(
        Resource,
        endpoint="/taxes",
        target=Tax,
        match=(Same("nickname", unless_differs=("smell",)),),
        alike=("taste",),
        sums={"percent": "rate"},
    ):
        name = fields.Text("name")

    assert complaints(Taxes) == [
        ("handover.E6", "nickname is summed or matched, but is no column"),
        ("handover.E6", "smell is summed or matched, but is no column"),
        ("handover.E6", "taste is summed or matched, but is no column"),
        ("handover.E6", "rate is summed, but nothing fills it"),
        ("handover.E6", "percent is summed, but nothing reads it"),
    ]


def test_what_sums_are_kept_apart_by_and_records_are_named_by_is_there() -> None:
    class Taxes(
        Resource,
        endpoint="/taxes",
        target=Tax,
        sums={"rate": "rate"},
        sums_by="colour",
        named_by=("business",),
    ):
        rate = fields.Number("rate", places=6)

    assert complaints(Taxes) == [
        ("handover.E6", "sums are kept apart by colour, but nothing fills it"),
        ("handover.E6", "records are named by business, which is no link"),
    ]


def test_a_mirror_names_a_link_that_is_there() -> None:
    class Taxes(
        Resource,
        endpoint="/taxes",
        target=Tax,
        mirrors={"ids": Mirror("moons", link="tax", about="moons")},
    ):
        name = fields.Text("name")

    assert complaints(Taxes) == [("handover.E4", "ids: moons has no link that is called tax")]


def test_who_is_occupied_and_when_are_columns_and_all_who_occupy_say_the_same() -> None:
    class Taxes(
        Resource,
        endpoint="/taxes",
        target=Tax,
        occupies=Occupies("planet", ("taxes", "moons"), "rate", "rate", "name", (("lost", ""),)),
    ):
        name = fields.Text("name")

    class Moons(Resource, endpoint="/moons", target=Tax):
        name = fields.Text("name")

    assert complaints(Taxes, Moons) == [
        ("handover.E4", "a row occupies by planet, but there is no such column"),
        ("handover.E4", "a row occupies by lost, but there is no such column"),
        ("handover.E4", "moons does not occupy as taxes does"),
    ]


def test_what_has_contents_becomes_rows_that_can_have_them() -> None:
    class Taxes(
        Resource,
        endpoint="/taxes",
        target=Tax,
        contents=Contents("/taxes/{id}", first=lambda rows: rows),
    ):
        name = fields.Text("name")

    assert complaints(Taxes) == [("handover.E4", "Tax has contents, but is no HasContent")]


def test_a_resource_stands_in_a_file_of_its_name() -> None:
    class Taxes(Resource, endpoint="/taxes", target=Tax):
        name = fields.Text("name")

    assert [each.id for each in misfits([Taxes])] == ["handover.E7"]


class Scale(models.Model):
    weight = models.FloatField()

    class Meta:
        app_label = "importing"
        abstract = True


def test_binary_fractions_are_told() -> None:
    found: Iterator[CheckMessage] = binary_fractions([Scale])
    assert [each.id for each in found] == ["handover.E8"]


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ({"birth_date": fields.Text("x")}, "birth_date is read as Text, but its column wants Date"),
        (
            {"merged_at": fields.Date("x")},
            "merged_at is read as Date, but its column wants Instant",
        ),
        (
            {"country_code": fields.Text("x", longest=3)},
            "country_code may be longer than the column's 2 characters",
        ),
        (
            {"reminder_preference": fields.Choice("x", {"a": "pigeon"}, other="none")},
            "reminder_preference may become pigeon, which is no choice",
        ),
    ],
)
def test_what_is_read_must_fit_its_column(field: dict[str, fields.Field], complaint: str) -> None:
    clients = type("Clients", (Resource,), field, endpoint="/clients", target=Client)
    assert complaints(clients) == [("handover.E9", complaint)]


def test_what_may_stay_empty_needs_a_column_that_takes_nothing() -> None:
    class Users(Resource, endpoint="/users", target=User):
        active = fields.Flag("active")

    class Taxes(Resource, endpoint="/taxes", target=Tax):
        rate = fields.Number("rate", places=8)

    assert complaints(Users, Taxes) == [
        ("handover.E9", "active may stay empty, but its column takes no null"),
        ("handover.E9", "rate keeps more digits than its column"),
    ]
