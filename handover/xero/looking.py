"""What is read of an organisation before anything is sent: what it enters where, what it has."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from handover.billing.ledger import today
from handover.core.tenancy import acting_in
from handover.xero.allowance import Allowance
from handover.xero.client import LOOKED_UP, Row, XeroClient
from handover.xero.consent import Desk, State
from handover.xero.due import Owed, due
from handover.xero.models import XeroConnection
from handover.xero.problems import NotConnected

EPOCH = date(1970, 1, 1)
NAMED = 5  # numbers that are named as examples


def client_of(desk: Desk, tenant: str) -> XeroClient:
    """A client for one organisation, with the consent that is kept."""
    return XeroClient(desk.place, tenant, desk.token, Allowance.at(desk.place, tenant))


def connect(desk: Desk) -> None:
    """Exchange the code, and see which organisations the consent is good for."""
    desk.exchange()
    found = desk.organisations()
    with acting_in(desk.workspace_id):
        row = XeroConnection.objects.select_for_update().get()
        row.organisations = found
        before = [each for each in found if each["tenant"] == row.tenant_id]
        chosen = before or (found if len(found) == 1 else [])
        if chosen:
            choose(row, chosen[0]["tenant"])
        else:
            row.state = State.CHOOSING
        row.save()
    if chosen:
        read(desk)


#: What a choice changes.
CHOSEN = (
    *("account_code", "clearing_code", "taxes", "probe", "read_at", "accounts", "tax_rates"),
    *("tenant_id", "tenant_name", "connection_id", "state"),
)


def choose(row: XeroConnection, tenant: str) -> None:
    """Take one of the organisations; what was mapped for another one is forgotten.

    The caller saves `CHOSEN` alone, or the whole row if it holds it: a worker may renew tokens.
    """
    chosen = next(each for each in row.organisations if each["tenant"] == tenant)
    if row.tenant_id != tenant:
        row.account_code = row.clearing_code = ""
        row.taxes, row.probe, row.read_at = {}, None, None
        row.accounts, row.tax_rates = [], []
    row.tenant_id, row.tenant_name = chosen["tenant"], chosen["name"]
    row.connection_id, row.state = chosen["id"], State.CONNECTED


def read(desk: Desk) -> None:
    """Read the organisation, its accounts and its tax rates."""
    tenant = _tenant(desk)
    with client_of(desk, tenant) as client:
        about = client.one("Organisation", "Organisations")
        accounts = [_account(each) for each in client.rows("Accounts") if _is_useful(each)]
        rates = [_rate(each) for each in client.rows("TaxRates") if _is_for_sales(each)]
    locks = filter(None, (_day(about.get(n)) for n in ("PeriodLockDate", "EndOfYearLockDate")))
    with acting_in(desk.workspace_id):
        row = XeroConnection.objects.select_for_update().get()
        row.accounts, row.tax_rates, row.read_at = accounts, rates, timezone.now()
        row.currency, row.tenant_name = about.get("BaseCurrency", ""), about["Name"]
        row.locked_until = max(locks, default=None)
        row.save()


def probe(desk: Desk) -> None:
    """Ask for a sample of the numbers that would be sent: those that are there were sent before."""
    tenant = _tenant(desk)
    with acting_in(desk.workspace_id):
        owed = [each for each in due(today()) if each.number and "," not in each.number]
    numbers = [each.number for each in sample(owed)]
    with client_of(desk, tenant) as client:
        found = {
            str(each["InvoiceNumber"])
            for each in client.by("Invoices", "InvoiceNumbers", numbers)
            if each["Type"] == "ACCREC" and each["Status"] not in {"DELETED", "VOIDED"}
        }
    told: dict[str, Any] = {
        "tenant": tenant,
        "asked": len(numbers),
        "there": len(found),
        "examples": sorted(found)[:NAMED],
        "at": timezone.now().isoformat(),
    }
    with acting_in(desk.workspace_id):
        XeroConnection.objects.update(probe=told)


def sample(owed: list[Owed]) -> list[Owed]:
    """Some `LOOKED_UP` of them, from the first to the last."""
    step = max(1, len(owed) / LOOKED_UP)
    return [owed[int(number * step)] for number in range(min(LOOKED_UP, len(owed)))]


def _tenant(desk: Desk) -> str:
    with acting_in(desk.workspace_id):
        row = XeroConnection.objects.get()
        if not row.is_connected:
            raise NotConnected("Xero is not connected")
        return row.tenant_id


def _is_useful(account: Row) -> bool:
    """Sales are entered in accounts of income; payments in a bank or where they are allowed."""
    takes = account["Type"] == "BANK" or bool(account.get("EnablePaymentsToAccount"))
    income = account.get("Class") == "REVENUE"
    return account["Status"] == "ACTIVE" and bool(account.get("Code")) and (income or takes)


def _account(account: Row) -> dict[str, Any]:
    return {
        "Code": account["Code"],
        "Name": account["Name"],
        "income": account.get("Class") == "REVENUE",
    }


def _is_for_sales(rate: Row) -> bool:
    return rate["Status"] == "ACTIVE" and bool(rate.get("CanApplyToRevenue"))


def _rate(rate: Row) -> dict[str, Any]:
    return {
        "TaxType": rate["TaxType"],
        "Name": rate["Name"],
        "EffectiveRate": Decimal(str(rate.get("EffectiveRate", 0))),
    }


def _day(told: object) -> date | None:
    """A day as Xero writes it: ``/Date(1795392000000+0000)/``."""
    digits = str(told or "").removeprefix("/Date(").partition("+")[0].rstrip(")/")
    return EPOCH + timedelta(milliseconds=int(digits)) if digits.isdecimal() else None


def suggested(
    taxes: Iterable[str], rates: Iterable[Row], without: str = "EXEMPTOUTPUT"
) -> dict[str, str]:
    """A tax type for each of our taxes: a free one for none, else one whose rate is not nought."""
    rates = list(rates)
    free = [each for each in rates if not each["EffectiveRate"]]
    taxed = [each for each in rates if each["EffectiveRate"]]
    none = next((each for each in free if each["TaxType"] == without), free[0] if free else None)
    some = taxed[0] if taxed else none
    chosen = {name: some if name else none for name in taxes}
    return {name: rate["TaxType"] for name, rate in chosen.items() if rate}
