"""The lines of lists of invoices: markup, filled and not made anew for each."""

from collections.abc import Hashable, Sequence
from datetime import date

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from handover.web.billing.showing import Shown
from handover.web.marks import hollow
from handover.web.rows import Sheet, Told

TO_THE_CENT = "2g"


def lines_of(rows: Sequence[Shown], *, whom: bool) -> list[SafeString]:
    """The lines of these invoices; `whom`: with to whom they are, for lists of many payers."""
    sheet = Sheet("web/billing/row.html", {"whom": whom})
    before, after = reverse("web:invoice", kwargs={"invoice_id": 0}).split("0")
    told = _told_to_many if whom else _told
    return [sheet.row(_look(each), told(each, f"{before}{each.pk}{after}")) for each in rows]


def _look(row: Shown) -> dict[str, Hashable]:
    invoice = row.invoice
    return {
        "numbered": bool(invoice.number),
        "is_about": bool(invoice.contact_id and invoice.client_id),
        "colour": row.colour,
        "archived": invoice.archived_at is not None,
        "reverses": invoice.original_invoice_id is not None,
        "was_reversed": bool(getattr(invoice, "was_reversed", False)),
        "unsure": row.unsure,
        "mark": hollow(row.mark),
    }


def _told(row: Shown, address: str) -> Told:
    invoice, mark = row.invoice, row.mark
    return {
        "address": address,
        "number": invoice.number,
        "issued": _day(invoice.issued_on),
        "due": _day(invoice.due_on),
        "practitioner": str(invoice.practitioner or "-"),
        "words": str(row.words),
        "amount": floatformat(invoice.total_amount, TO_THE_CENT) or "-",
        "balance": floatformat(row.balance, TO_THE_CENT),
        "mark_source": mark.source if mark else "",
        "mark_source_id": mark.source_id if mark else "",
        "mark_author": mark.author if mark else "",
    }


def _told_to_many(row: Shown, address: str) -> Told:
    """With to whom it is, which the list of one client does not read: it is asked line by line."""
    invoice = row.invoice
    payer, about = str(invoice.contact or invoice.client or "-"), str(invoice.client or "")
    return {**_told(row, address), "payer": payer, "about": about}


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else "-"
