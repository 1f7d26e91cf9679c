"""Every answer against Cliniko's own description of it (skipped where that is not at hand)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from handover.sandbox import Practice, Sandbox
from handover.sandbox.practice.model import linked_id
from handover.sandbox.resources import NESTED, RECALLS, RESOURCES
from handover.sandbox.tests.conftest import TODAY, client_of
from handover.sandbox.tests.openapi import REFERENCE, convert, load, schemas

pytestmark = pytest.mark.skipif(
    not (REFERENCE / "openapi.json").exists(),
    reason="needs shared/cliniko/openapi.json beside the repository",
)

OPERATIONS = (
    [row for row in load("endpoints.json") if row["method"] == "GET"]
    if (REFERENCE / "endpoints.json").exists()
    else []
)
LISTS = [row["path"] for row in OPERATIONS if row.get("filters") and row.get("list_key")]
GOOD = {
    "int64": ("=1,2", "!=1", ">1", "?", "!?"),
    "integer": ("=1", "<=1"),
    "date-time": (">2024-01-01T00:00:00Z", "<=2024-01-01T00:00:00Z", "?", "!?", "*"),
    "date": ("=****-05-**", ">=2024-01-01", "!?"),
    "string": ("=a", "!=a", "~a", "~~a%", "?", "!?"),
    "boolean": ("=true", "!=false"),
    "array": ("~5",),
}
BAD = {
    "int64": "=x", "integer": "=x", "date-time": "=2024-01-01T00:00:00Z", "date": "=May",
    "string": ">a", "boolean": "=1", "array": "=5",
}  # fmt: skip
NEVER_SET = {
    ("businesses", "archived_at"), ("businesses", "deleted_at"),
}  # fmt: skip


@pytest.fixture(scope="module")
def cliniko(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client_of(sandbox) as client:
        yield client


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    return schemas()


def everything(path: str) -> str:
    """The query that shows hidden rows too."""
    resource = RESOURCES.get(path.rstrip("/").rsplit("/", 1)[-1])
    hides = resource.hides if resource else ()
    return "&".join(["per_page=100", *(f"q[]={name}:*" for name in hides)])


def pages(client: httpx.Client, path: str) -> Iterator[Any]:
    url: str | None = f"{path}?{everything(path)}"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, (path, answer.text)
        page = answer.json()
        yield page
        url = page["links"].get("next")


def answer_schema(path: str, documented: dict[str, Any]) -> Draft202012Validator:
    answers = load("openapi.json")["paths"][path]["get"]["responses"]
    schema = convert(answers["200"]["content"]["application/json"]["schema"])
    return Draft202012Validator({**schema, "$defs": documented})


def addresses(path: str, practice: Practice) -> list[str]:
    """Real addresses for a path with parameters; enough of them to meet some rows."""
    if "{" not in path:
        return [path]
    if "available_time" in path:
        return [_bookable(path, practice)]
    if "/signatures/" in path:
        rows = practice.records["signatures"]
        return [str(row["links"]["self"]).split("/v1", 1)[1] for row in rows]  # type: ignore[index,call-overload]  # JSON of a known shape
    parent = path.split("/")[1]
    if path.endswith("/referral_source"):
        ids = [linked_id(row["patient"]) for row in practice.records["referral_sources"]]
    elif parent == "appointments":
        ids = [linked_id(row.get("appointment")) for row in practice.records["invoices"]]
    else:
        ids = [str(row["id"]) for row in _rows(practice, parent)]
    return [re.sub(r"\{\w+\}", one, path) for one in ids if one][:60]


def _rows(practice: Practice, name: str) -> list[Any]:
    if name == "bookings":
        kinds = ("individual_appointments", "group_appointments", "unavailable_blocks")
        return [row for kind in kinds for row in practice.records[kind][:20]]
    return practice.records[name]


def _bookable(path: str, practice: Practice) -> str:
    names = ("businesses", "practitioners", "appointment_types")
    ids = iter(str(practice.records[name][0]["id"]) for name in names)
    frame = f"?from={TODAY}&to={TODAY + timedelta(days=7)}"
    return re.sub(r"\{\w+\}", lambda _: next(ids), path) + frame


@pytest.mark.parametrize("path", [row["path"] for row in OPERATIONS])
def test_every_answer_is_as_documented(
    path: str, cliniko: httpx.Client, practice: Practice, documented: dict[str, Any]
) -> None:
    validator = answer_schema(path, documented)
    is_list = path in LISTS or path.endswith("/services")
    met = 0
    for address in addresses(path, practice):
        if is_list:
            answers = list(pages(cliniko, address))
        else:
            resource = RESOURCES.get(path.split("/")[1])
            hides = resource.hides if resource and path.endswith("{id}") else ()
            hides = ("archived_at",) if path.endswith("/referral_source") else hides
            query = "&".join(f"q[]={name}:*" for name in hides)
            found = cliniko.get(address + (f"?{query}" if query else ""))
            assert found.status_code == 200, (address, found.text)
            answers = [found.json()]
        for answer in answers:
            problem = next(validator.iter_errors(answer), None)
            assert problem is None, (address, problem.json_path, problem.message[:300])
            met += len(next(iter(answer.values()))) if is_list else 1
        if is_list and met > 0 and "{" in path:
            break
    assert met, f"the demo practice shows nothing at {path}"


@pytest.mark.parametrize("path", LISTS)
def test_every_documented_filter_works_and_tells_bad_values(
    path: str, cliniko: httpx.Client, practice: Practice
) -> None:
    filters = next(row["filters"] for row in OPERATIONS if row["path"] == path)
    address = addresses(path, practice)[0]
    assert cliniko.get(f"{address}?q[]=no_such_field:=1").status_code == 400
    for name, kind in filters.items():
        for number, operator in enumerate(GOOD[kind]):
            if number and name in {"id", "created_at", "updated_at"} and path != "/patients":
                break
            answer = cliniko.get(f"{address}?q[]={name}:{operator}&per_page=1")
            assert answer.status_code == 200, (name, operator, answer.text)
        assert cliniko.get(f"{address}?q[]={name}:{BAD[kind]}").status_code == 400, name


def test_the_filter_table_says_what_the_document_says() -> None:
    for path in LISTS:
        resource = (
            RESOURCES[path.rsplit("/", 1)[-1].replace("active", "patient_cases")]
            if (not path.endswith("inactive"))
            else RESOURCES["practitioners"]
        )
        wanted = set(next(row["filters"] for row in OPERATIONS if row["path"] == path))
        assert wanted <= set(resource.filters), path
        if path.count("/") == 1:
            assert wanted == set(resource.filters), path


def test_every_list_of_ours_is_documented_or_known_to_be_newer() -> None:
    documented = {path.split("/")[1] for path in (row["path"] for row in OPERATIONS)}
    assert set(RESOURCES) - RECALLS <= documented
    nested = {row["path"] for row in OPERATIONS}
    for parent, child in NESTED:
        assert any(re.fullmatch(rf"/{parent}/\{{\w+\}}/{child}", path) for path in nested)


@pytest.mark.parametrize(
    "name",
    sorted(set(RESOURCES) - RECALLS - {"bookings", "communications", "patient_attachments"}),
)
def test_every_documented_field_has_a_value_somewhere(
    name: str, practice: Practice, documented: dict[str, Any]
) -> None:
    raw = load("openapi.json")
    items = raw["paths"][f"/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
    schema = items["schema"]["properties"][name]["items"]["$ref"].rsplit("/", 1)[1]
    rows = practice.records[name]
    unset = {
        field
        for field in documented[schema]["properties"]
        if all(row.get(field) in (None, "", {}) for row in rows) and (name, field) not in NEVER_SET
    }
    assert unset == set()
