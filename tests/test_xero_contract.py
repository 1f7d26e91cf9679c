"""Held against others: Xero's official description, and Xero's own client for Python."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from tests.test_ledger import told
from tests.xero_office import ISSUED, Mode, Office, an_office

OFFICIAL = Path(__file__).parents[2] / "shared" / "xero" / "xero_accounting.yaml"
NAMES = ("Invoices", "Payments", "Contacts")


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Iterator[Office]:
    with an_office(workspace, tmp_path) as made:
        yield made


@cache
def official() -> dict[str, Any]:
    """Xero's schemas; what they do not name is forbidden."""
    told = yaml.load(OFFICIAL.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    schemas = told["components"]["schemas"]
    for schema in schemas.values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    return dict(schemas)


def complaints(name: str, body: object) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": official()}}
    return [each.message for each in Draft4Validator(schema).iter_errors(body)]


@pytest.mark.skipif(not OFFICIAL.exists(), reason="Xero's official OpenAPI is not here")
def test_every_body_that_is_sent_is_as_xero_describes_it(office: Office) -> None:
    part = office.owes("90.00", tax="GST")
    office.owes("10.00")
    with acting_in(office.workspace.pk):
        told(part, "40.00", ISSUED)
    office.ready()
    office.push(Mode.FULL)
    sent = [(name, json.loads(each.body)) for name in NAMES for each in office.xero.sent(name)]
    assert {name for name, _ in sent} == set(NAMES)
    assert [why for name, body in sent for why in complaints(name, body)] == []
    assert complaints("Invoices", {"Invoices": [{"Type": "NOPE", "DueDate": 5, "Treatment": 1}]})
    assert {each.method for each in office.xero.asked if "/api.xro/" in each.path} == {"GET", "PUT"}
    assert all(len(each.key) <= 128 for each in office.xero.asked)


def test_xeros_own_client_finds_what_we_have_sent(office: Office) -> None:
    invoice = office.owes("90.00", tax="GST")
    office.ready()
    office.push()
    token = {"access_token": office.desk.token(), "token_type": "Bearer", "expires_in": 1800}
    token |= {"refresh_token": "none", "scope": ["accounting.invoices"], "id_token": ""}
    client = ApiClient(Configuration(oauth2_token=OAuth2Token()), pool_threads=1)
    client.oauth2_token_getter(lambda: token)
    client.oauth2_token_saver(token.update)
    books = AccountingApi(client, base_url=f"{office.xero.url}/api.xro/2.0")
    tenant = office.xero.books.tenant_id
    (found,) = books.get_invoices(tenant, invoice_numbers=[invoice.number]).invoices
    assert (str(found.amount_due), found.date) == ("90.00", ISSUED)
    assert found.contact.contact_id == next(iter(office.xero.books.contacts))
    (about,) = books.get_organisations(tenant).organisations
    assert about.name == office.xero.books.name
    assert {each.code for each in books.get_accounts(tenant).accounts} >= {"200", "885"}
