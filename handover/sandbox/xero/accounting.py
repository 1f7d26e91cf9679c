"""The accounting addresses: what is asked of an organisation's books, and the answers."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from handover.sandbox.wire import Request, Response
from handover.sandbox.xero.books import Books, Invalid, Thing, day_of, shown_day

ENCODER = msgspec.json.Encoder(decimal_format="number")
MOST_A_PAGE, A_PAGE = 1000, 100
LONGEST_TARGET = 2_000  # longer ones fail on the way to Xero
SCOPE_OF = {
    "Organisation": "accounting.settings",
    "Accounts": "accounting.settings",
    "TaxRates": "accounting.settings",
    "Contacts": "accounting.contacts",
    "Invoices": "accounting.invoices",
    "Payments": "accounting.payments",
}
IDS = {"Contacts": "ContactID", "Invoices": "InvoiceID"}


def answer(books: Books, request: Request, name: str, query: Mapping[str, str]) -> Response:
    """Answer a request for one of the lists; what may be asked is settled already."""
    if len(request.target) > LONGEST_TARGET:
        return Response(414)
    if request.method == "GET":
        return _told(_GETS[name](books, query))
    if request.method in {"PUT", "POST"} and name in _SAVES:
        return _saved(books, request, name, query)
    return Response(405)


def problem(status: int, title: str, detail: str) -> Response:
    """An answer that says what is wrong, as Xero's front door says it."""
    told = {"Type": None, "Title": title, "Status": status, "Detail": detail}
    return Response(status, ENCODER.encode(told))


def _told(told: Thing, status: int = 200) -> Response:
    return Response(status, ENCODER.encode({"Id": "0", "Status": "OK", **told}))


def _page(name: str, rows: list[Thing], query: Mapping[str, str]) -> Thing:
    wanted = set(filter(None, query.get("IDs", "").split(",")))
    if wanted:
        rows = [each for each in rows if each[IDS[name]] in wanted]
    page = int(query.get("page", 1))
    size = min(int(query.get("pageSize", A_PAGE)), MOST_A_PAGE)
    shown = rows[(page - 1) * size : page * size]
    pages = -(-len(rows) // size)
    told = {"page": page, "pageSize": size, "pageCount": pages, "itemCount": len(rows)}
    return {"pagination": told, name: shown}


def _contacts(books: Books, query: Mapping[str, str]) -> Thing:
    rows = [
        each
        for each in books.contacts.values()
        if each["ContactStatus"] == "ACTIVE" or query.get("includeArchived") == "true"
    ]
    return _page("Contacts", rows, query)


def _invoices(books: Books, query: Mapping[str, str]) -> Thing:
    numbers = [each for each in query.get("InvoiceNumbers", "").split(",") if each]
    rows = list(books.by_numbers(numbers) if numbers else books.invoices.values())
    return _page("Invoices", [_shown(each) for each in rows], query)


def _shown(invoice: Thing) -> Thing:
    days: Thing = {}
    for name in ("Date", "DueDate"):
        if invoice.get(name):
            day: date = day_of(invoice[name])
            days |= {name: shown_day(day), f"{name}String": f"{day}T00:00:00"}
    return {**invoice, **days}


_GETS: dict[str, Callable[[Books, Mapping[str, str]], Thing]] = {
    "Organisation": lambda books, _: {"Organisations": [books.organisation]},
    "Accounts": lambda books, _: {"Accounts": books.accounts},
    "TaxRates": lambda books, _: {"TaxRates": books.tax_rates},
    "Contacts": _contacts,
    "Invoices": _invoices,
    "Payments": lambda *_: {"Payments": []},
}
_SAVES: dict[str, Callable[[Books, Thing, bool], Thing]] = {
    "Contacts": lambda books, given, _: books.save_contact(given),
    "Invoices": lambda books, given, create: _shown(books.save_invoice(given, create=create)),
    "Payments": lambda books, given, _: books.save_payment(given),
}


def _saved(books: Books, request: Request, name: str, query: Mapping[str, str]) -> Response:
    try:
        body: Any = json.loads(request.body, parse_float=Decimal)
        given = body.get(name, [body])
    except (ValueError, TypeError):
        return _told({"ErrorNumber": 14, "Type": "PostDataInvalidException"}, 400)
    create = request.method == "PUT"
    rows = [_one(books, name, each, create=create) for each in given]
    bad = [each for each in rows if each["ValidationErrors"]]
    if bad and query.get("summarizeErrors", "true").lower() == "true":
        told = {"ErrorNumber": 10, "Type": "ValidationException", "Elements": bad}
        return _told({**told, "Message": "A validation exception occurred"}, 400)
    return _told({name: rows})


def _one(books: Books, name: str, given: Thing, *, create: bool) -> Thing:
    try:
        saved = _SAVES[name](books, given, create)
    except Invalid as wrong:
        errors = [{"Message": str(wrong)}]
        nought = {IDS[name]: "00000000-0000-0000-0000-000000000000"} if name in IDS else {}
        told = {"StatusAttributeString": "ERROR", "HasErrors": True, "ValidationErrors": errors}
        return {**given, **nought, **told}
    return {**saved, "StatusAttributeString": "OK", "HasErrors": False, "ValidationErrors": []}
