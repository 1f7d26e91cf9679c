"""Invoices and communications: what odd values become, and that no amount is ever touched."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handover.core.json import Json
from handover.importing.cliniko.readings import ASSUMED, CONTRADICTION
from handover.importing.cliniko.resources.communications import CATEGORIES, Communications
from handover.importing.cliniko.resources.invoice_items import InvoiceItems
from handover.importing.cliniko.resources.invoices import Invoices
from handover.importing.cliniko.resources.products import Products
from handover.importing.cliniko.resources.services import Services
from handover.importing.cliniko.resources.stock_adjustments import StockAdjustments
from handover.importing.cliniko.tests.fitting import CONTEXT, read, sample
from handover.importing.engine import Resource
from handover.importing.engine.payload import encode
from handover.importing.engine.values import UNKNOWN_VALUE, Draft

AMOUNTS = ("net_amount", "tax_amount", "total_amount", "discounted_amount")
#: What Cliniko may send: below 4,000,000,000 either way, with whatever it works out behind it.
issued = st.decimals(
    min_value=-(10**11), max_value=10**11, places=12, allow_nan=False, allow_infinity=False
)


def changed(resource: type[Resource], **values: Json) -> Draft:
    return read(resource, {**sample(resource), **values})


def told(draft: Draft) -> set[tuple[str, str]]:
    return {(issue.field, issue.code) for issue in draft.issues}


# money


@settings(deadline=None)
@given(amount=issued)
def test_an_amount_comes_through_to_the_last_digit(amount: Decimal) -> None:
    for form in (str(amount), f"{amount:E}", f"+{amount}" if amount >= 0 else str(amount)):
        draft = changed(InvoiceItems, unit_price=form, net_price=form, total_including_tax=form)
        assert draft.values["unit_price"] == draft.values["net_price"] == amount
        assert draft.values["total_including_tax"] == amount
        assert draft.issues == []


@settings(deadline=None)
@given(amount=issued)
def test_an_amount_is_the_same_as_a_number(amount: Decimal) -> None:
    payload = encode({**sample(Invoices), "total_amount": amount})
    draft = Invoices.transform(payload, CONTEXT)
    assert draft.values["total_amount"] == amount
    assert draft.issues == []


@settings(deadline=None)
@given(st.lists(issued, max_size=30))
def test_what_comes_through_adds_up_to_the_same(amounts: list[Decimal]) -> None:
    found = [changed(Invoices, total_amount=str(each)).values["total_amount"] for each in amounts]
    assert sum((Decimal(str(each)) for each in found), Decimal(0)) == sum(amounts, Decimal(0))


@settings(deadline=None)
@given(st.decimals(allow_nan=True, allow_infinity=True) | st.text(max_size=30))
def test_whatever_is_sent_for_an_amount_is_kept_or_told_of(value: Decimal | str) -> None:
    draft = changed(Invoices, total_amount=str(value))
    kept = draft.values["total_amount"]
    if kept is None:
        assert ("total_amount", "bad value") in told(draft) or not str(value)
    elif kept != Decimal(str(value)):
        assert ("total_amount", "rounded") in told(draft)


@pytest.mark.parametrize(
    "value", ["1e15", "1E+400", 10**13, "-9e99", "free", "1,50", "$5", "NaN", "Infinity", True, [5]]
)
def test_an_amount_that_is_none_costs_itself_only(value: Json) -> None:
    good, bad = changed(Invoices), changed(Invoices, total_amount=value)
    assert bad.values == {**good.values, "total_amount": None}
    assert told(bad) == {("total_amount", "bad value")}
    assert bad.rejected == ""


@pytest.mark.parametrize("value", [2_000_000_000, "4e9", "1e-9", "0.0000000001", "-3999999999.99"])
def test_amounts_with_long_exponents_are_read_exactly(value: Json) -> None:
    assert changed(Invoices, total_amount=value).values["total_amount"] == Decimal(str(value))


def test_nothing_is_worked_out_anew() -> None:
    """A discount that does not fit its percentage, a total that is not the sum: they stay so."""
    odd: dict[str, Json] = {
        "unit_price": "100.0",
        "quantity": "3.0",
        "discount_percentage": "50.0",
        "discounted_amount": "1.0",
        "net_price": "7.77",
        "tax_rate": "10.0",
        "tax_amount": "5.0",
        "total_including_tax": "0.0",
    }
    draft = changed(InvoiceItems, **odd)
    assert {name: draft.values[name] for name in odd} == {
        name: Decimal(str(value)) for name, value in odd.items()
    }
    assert draft.issues == []


# where an invoice stands


@pytest.mark.parametrize(
    ("code", "words", "status", "due"),
    [
        (10, "Open", "open", "not_known_to_source"),
        (20, "Paid", "paid", "nothing"),
        (30, "Closed", "closed", "nothing"),
        (40, "Open credit", "open_credit", "not_known_to_source"),
        ("20", None, "paid", "nothing"),
        (None, "PAID", "paid", "nothing"),
        (None, None, "unknown", "not_known_to_source"),
    ],
)
def test_an_invoice_stands_where_it_stood(code: Json, words: Json, status: str, due: str) -> None:
    draft = changed(Invoices, status=code, status_description=words)
    assert (draft.values["status"], draft.values["due"]) == (status, due)
    assert told(draft) == ({("due", "balance not known")} if due != "nothing" else set())


def test_a_status_that_nobody_knows_is_kept_as_it_is() -> None:
    draft = changed(Invoices, status=50, status_description="Written off")
    assert draft.values["status"] == "unknown"
    assert draft.values["source_status"] == "Written off"
    assert draft.values["due"] == "not_known_to_source", "nobody says that nothing is due"
    assert ("status", UNKNOWN_VALUE) in told(draft)
    assert changed(Invoices, status=50, status_description="").values["source_status"] == "50"


def test_a_number_and_words_that_disagree_are_told_of() -> None:
    draft = changed(Invoices, status=10, status_description="Paid")
    assert draft.values["status"] == "open"
    assert ("status", CONTRADICTION) in told(draft)


def test_a_number_that_nobody_knows_gives_way_to_words_that_are_known() -> None:
    draft = changed(Invoices, calculation_method=9)
    assert draft.values["calculation_method"] == "tax_inclusive"
    assert told(draft) == {("calculation_method", UNKNOWN_VALUE)}


def test_a_link_that_lets_anybody_pay_is_not_taken() -> None:
    whole = sample(Invoices)
    draft = read(Invoices, whole)
    assert str(whole["online_payment_url"]) not in repr(draft)


def test_a_recipient_keeps_every_line_as_it_stood() -> None:
    text = "  Ann Lee\r\n\r\n1 Swan Street \n\tRichmond"
    assert changed(Invoices, invoice_to=text).values["recipient"] == text


# communications


@pytest.mark.parametrize(
    ("category", "type_", "kind", "channel"),
    [
        ((12, "Memo"), (3, "Phone call"), "memo", "phone_call"),
        ((12, "Memo"), (2, "Email"), "memo", "email"),
        (("12", None), (1, "SMS"), "memo", "sms"),
        ((3, "Invoice"), (2, "Email"), "email", "email"),
        ((1, "Appointment Reminder"), (1, "SMS"), "sms", "sms"),
        ((3, "Invoice"), (None, "Email"), "email", "email"),
        ((7, "SMS Message"), (9, "Pigeon"), "other", "unknown"),
        ((None, None), (None, None), "other", "unknown"),
    ],
)
def test_the_three_shapes_are_told_apart(
    category: tuple[Json, Json], type_: tuple[Json, Json], kind: str, channel: str
) -> None:
    draft = changed(
        Communications,
        category_code=category[0],
        category=category[1],
        type_code=type_[0],
        type=type_[1],
    )
    assert (draft.values["kind"], draft.values["channel"]) == (kind, channel)


def test_every_category_has_its_words() -> None:
    for code, words in CATEGORIES.items():
        draft = changed(Communications, category_code=code, category=None)
        assert (draft.values["category_code"], draft.values["category"]) == (code, words)
    newer = changed(Communications, category_code=51, category=None)
    assert (newer.values["category_code"], newer.values["category"]) == (51, "code 51")
    assert told(newer) == {("category", UNKNOWN_VALUE)}


@pytest.mark.parametrize("text", ["I <3 you", "a < b > c", "<b>not bold</b>", "x <y@z.test>"])
def test_an_sms_is_plain_text_whatever_stands_in_it(text: str) -> None:
    draft = changed(Communications, type_code=1, type="SMS", content=text)
    assert (draft.values["content"], draft.values["content_format"]) == (text, "text")


@pytest.mark.parametrize("text", ["Rang.\r\nWill call back", "write to <ann@x.test>", "1 < 2", ""])
def test_an_email_without_tags_is_plain_text(text: str) -> None:
    draft = changed(Communications, content=text)
    assert (draft.values["content"], draft.values["content_format"]) == (text, "text")


@pytest.mark.parametrize(
    "attack",
    [
        "<p>Hi</p><script>steal()</script>",
        "<P onclick=steal()>Hi</P>",
        "<img src=x onerror=steal()>",
        '<p>Hi</p><a href="javascript:steal()">x</a>',
        "<svg/onload=steal()>",
        "<p>Hi</p><style>*{background:url(//steal)}</style>",
        "<iframe src=//steal></iframe>",
        "<!-- --><math><mi//xlink:href=steal()>",
    ],
)
@pytest.mark.parametrize("category", [3, 12])
def test_a_formatted_message_can_run_nothing(attack: str, category: int) -> None:
    draft = changed(Communications, content=attack, category_code=category, category=None)
    if draft.values["content_format"] == "html":
        assert "steal" not in str(draft.values["content"])
    else:
        assert draft.values["content"] == attack, "plain text is shown as text, tags and all"


def test_a_memo_whose_confidentiality_cannot_be_read_is_confidential() -> None:
    draft = changed(Communications, confidential="sort of")
    assert draft.values["confidential"] is True
    assert told(draft) == {("confidential", ASSUMED)}
    assert changed(Communications, confidential=None).values["confidential"] is None


def test_letters_and_payments_that_cannot_be_read_keep_their_ids() -> None:
    draft = read(Communications, sample(Communications))
    assert draft.values["source_letter_id"] == "1387000000000004101"
    odd = changed(Communications, letter={"links": {"self": [5]}}, payment=7)
    assert (odd.values["source_letter_id"], odd.values["source_payment_id"]) == ("", "7")
    assert told(odd) == {("source_letter_id", "bad value")}


# stock and services


def test_a_supplier_is_found_by_link_or_by_id() -> None:
    by_link = changed(Products, product_supplier_id=None)
    by_id = changed(Products, product_supplier=None)
    assert by_link.refs["supplier"] == by_id.refs["supplier"]
    assert "supplier" not in changed(Products, product_supplier={}, product_supplier_id="").refs


def test_a_comment_is_the_older_name_of_notes() -> None:
    assert changed(StockAdjustments, notes=None).values["notes"] == "Water damage"
    odd = changed(StockAdjustments, adjustment_type="Stolen")
    assert (odd.values["type"], odd.values["source_type"]) == ("unknown", "Stolen")


def test_a_service_without_anybody_who_gives_it_stands() -> None:
    draft = changed(Services, practitioners=None)
    assert (draft.rejected, draft.rows["practitioners"]) == ("", [])
