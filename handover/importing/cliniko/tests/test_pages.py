"""Addresses of Cliniko's own pages: the record, its client, or the start page."""

import json

import pytest

from handover.core.json import Json
from handover.importing.cliniko.pages import CLIENT, RECORD, START, Page, page_of, subdomain_in

API = "https://api.au2.cliniko.com/v1"
HOME = "https://riverbend.au2.cliniko.com"


def payload(path: str, **more: Json) -> str:
    return json.dumps({"links": {"self": f"{API}/{path}"}, **more})


def of_patient(number: str) -> Json:
    return {"links": {"self": f"{API}/patients/{number}"}}


@pytest.mark.parametrize(
    ("resource", "source_id", "text", "expected"),
    [
        ("patients", "75", payload("patients/75"), Page(f"{HOME}/patients/75", RECORD)),
        (
            "treatment_notes",
            "9",
            payload("treatment_notes/9", patient=of_patient("75")),
            Page(f"{HOME}/patients/75/treatment_notes/9", RECORD),
        ),
        (
            "invoices",
            "3",
            payload("invoices/3", patient=of_patient("75")),
            Page(f"{HOME}/patients/75", CLIENT),
        ),
        ("products", "4", payload("products/4"), Page(f"{HOME}/", START)),
        ("patients", "../x", payload("patients/1"), Page(f"{HOME}/", START)),
    ],
)
def test_the_page_nearest_to_a_record_is_named(
    resource: str, source_id: str, text: str, expected: Page
) -> None:
    assert page_of(resource, source_id, text, "Riverbend") == expected


@pytest.mark.parametrize(
    ("text", "subdomain"),
    [
        ("", "riverbend"),
        ("[]", "riverbend"),
        ('{"links": {"self": "http://127.0.0.1:4010/v1/patients/75"}}', "riverbend"),
        ('{"links": {"self": "https://api.au2.cliniko.com.evil.test/v1/x"}}', "riverbend"),
        (payload("patients/75"), ""),
        (payload("patients/75"), "evil.test/"),
    ],
)
def test_where_the_account_has_no_known_address_there_is_no_link(text: str, subdomain: str) -> None:
    assert page_of("patients", "75", text, subdomain) is None


def test_an_accounts_own_name_comes_from_its_settings() -> None:
    assert subdomain_in('{"account": {"subdomain": "riverbend"}}') == "riverbend"
    assert subdomain_in('{"account": {"subdomain": 7}}') == ""
    assert subdomain_in("broken") == ""
