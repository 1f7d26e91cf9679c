"""The declarations against Cliniko's own description of its API, where that is at hand."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from handover.importing.cliniko.resources import NOT_IMPORTED, RESOURCES
from handover.importing.cliniko.tests.fitting import sample
from handover.importing.engine import Resource

REFERENCE = Path(__file__).parents[5] / "shared" / "cliniko"
NEWER = {"/recalls", "/recall_types"}  # known since 2026; the description is of 2025
FILTERS = {"archived": "archived_at", "cancelled": "cancelled_at"}

pytestmark = pytest.mark.skipif(
    not (REFERENCE / "openapi.json").exists(),
    reason="Cliniko's description of its API is not at hand (../shared/cliniko/openapi.json)",
)
described = pytest.mark.parametrize(
    "resource",
    [each for each in RESOURCES if each.spec.endpoint not in NEWER],
    ids=lambda each: each.spec.name,
)


def endpoints() -> dict[str, dict[str, Any]]:
    listed = json.loads((REFERENCE / "endpoints.json").read_text(encoding="utf-8"))
    return {each["path"]: each for each in listed if each["method"] == "GET"}


def properties(resource: type[Resource]) -> set[str]:
    endpoint = endpoints()[resource.spec.endpoint]
    schemas = json.loads((REFERENCE / "openapi.json").read_text(encoding="utf-8"))
    known = cast("dict[str, Any]", schemas["components"]["schemas"])
    schema = known[endpoint.get("item") or endpoint["returns"]]
    shapes = [known[each["$ref"].rpartition("/")[2]] for each in schema.get("anyOf", ())]
    return {name for each in shapes or [schema] for name in each["properties"]}


def test_every_path_that_can_be_read_is_read_or_left_out_with_a_reason() -> None:
    ours = {path for each in RESOURCES for path in each.spec.paths} | NOT_IMPORTED.keys()
    assert ours - NEWER == endpoints().keys()


@described
def test_every_property_is_decided(resource: type[Resource]) -> None:
    assert properties(resource) - resource.spec.decided == set()


@described
def test_the_sample_is_complete_and_has_nothing_of_its_own(resource: type[Resource]) -> None:
    assert sample(resource).keys() == properties(resource)


@described
def test_hidden_records_are_asked_for_wherever_there_is_a_filter(resource: type[Resource]) -> None:
    filters = endpoints()[resource.spec.endpoint].get("filters", {})
    wanted = {name for name, filter_ in FILTERS.items() if filter_ in filters}
    assert set(resource.spec.include) == wanted


@described
def test_only_a_single_object_is_read_as_one(resource: type[Resource]) -> None:
    assert resource.spec.single == ("list_key" not in endpoints()[resource.spec.endpoint])
