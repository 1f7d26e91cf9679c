"""The lines of an invoice: prices, discounts and taxes, exact to the cent."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Visit, amount
from handover.sandbox.practice.catalogue import ITEMS, PRODUCTS
from handover.sandbox.practice.model import link

CENT, FINE = Decimal("0.01"), Decimal("0.0001")
NOTHING = Decimal(0)
INCLUSIVE = 3
QUANTITIES = ("2", "0.5", "1.25", "3")
CONCESSIONS = ("Pensioner", "Student", "Staff family")


@dataclass(frozen=True)
class Line:
    """What is sold; ``percent`` and ``off`` are the two kinds of discount, ``unit`` without tax."""

    name: str
    code: str | None
    unit: Decimal
    taxed: bool
    relation: Record
    quantity: Decimal = Decimal(1)
    percent: Decimal = NOTHING
    off: Decimal = NOTHING
    concession: str | None = None


@dataclass(frozen=True)
class Sums:
    """What one or more lines come to."""

    net: Decimal = NOTHING
    total: Decimal = NOTHING
    discount: Decimal = NOTHING

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.net + other.net, self.total + other.total, self.discount + other.discount)


def lines_of(build: Build, turn: int, visit: Visit) -> list[Line]:
    """What the ``turn``-th invoice is for: the service, and at times goods, a fee or a gift."""
    lines = [_service(build, turn, visit)]
    if turn % 5 == 2:
        lines.append(_goods(build, turn, off=Decimal(5) if turn % 15 == 7 else NOTHING))
    if turn % 40 == 22:
        lines += [_goods(build, turn + 1, NOTHING), _goods(build, turn + 3, NOTHING)]
    if turn % 50 == 9:
        lines.append(Line("Parking, on the house", None, NOTHING, taxed=False, relation={}))
    return lines


def _service(build: Build, turn: int, visit: Visit) -> Line:
    kind = build.kinds[visit.kind]
    number = next((n for n, row in enumerate(ITEMS) if row[0] == kind.name), turn % len(ITEMS))
    name, code, _, price, taxed = ITEMS[number]
    item = build.records["billable_items"][number]["id"]
    discounts = {4: ("0", "20"), 6: ("10", "0"), 8: ("33.3333", "0")}
    percent, off = discounts.get(turn % 20, ("0", "0"))
    if turn % 200 == 66:
        percent = "100"
    return Line(
        name,
        code,
        Decimal(price),
        taxed,
        {"billable_item": link(f"billable_items/{item}")},
        Decimal(QUANTITIES[turn // 11 % 4]) if turn % 11 == 8 else Decimal(1),
        Decimal(percent),
        Decimal(off),
        CONCESSIONS[turn // 14 % 3] if turn % 14 == 9 else ("" if turn % 2 else None),
    )


def _goods(build: Build, turn: int, off: Decimal) -> Line:
    name, code, net, _ = PRODUCTS[turn % len(PRODUCTS)]
    product = build.records["products"][turn % len(PRODUCTS)]
    relation: Record = {"product": link(f"products/{product['id']}")}
    return Line(name, code, Decimal(net), taxed=True, relation=relation, off=off)


def written(line: Line, method: int, turn: int) -> tuple[Record, Sums]:
    """A line as Cliniko gives it, and what it comes to."""
    rate = Decimal(10) if line.taxed else NOTHING
    factor = 1 + rate / 100
    unit = (line.unit * factor).quantize(CENT) if method == INCLUSIVE else line.unit
    gross = unit * line.quantity * (1 if method == INCLUSIVE else factor)
    discount = line.off or (gross * line.percent / 100).quantize(CENT, ROUND_HALF_UP)
    exact_net = (gross - discount) / factor
    sums = Sums(_cents(exact_net), _cents(gross - discount), discount)
    # The number is a string now and then: clients have met both.
    total: Json = amount(sums.total) if turn % 13 == 6 else float(sums.total)
    share = line.percent or (discount * 100 / gross if gross else NOTHING)
    fields: Record = {
        "name": line.name,
        "code": line.code,
        "unit_price": amount(unit),
        "quantity": amount(line.quantity),
        "discount_percentage": amount(share.quantize(FINE)) if discount else None,
        "discounted_amount": amount(discount) if discount else None,
        "is_monetary_discount": bool(line.off),
        "net_price": amount(exact_net.quantize(FINE)),
        "tax_name": "GST" if line.taxed else None,
        "tax_rate": amount(rate) if line.taxed else None,
        "tax_amount": amount(sums.total - sums.net),
        "total_including_tax": total,
        "concession_type_name": line.concession,
        **line.relation,
    }
    return fields, sums


def reversal(sums: Sums) -> Record:
    """The one line of an invoice that takes another one back."""
    return {
        "name": "Reversal",
        "code": None,
        "unit_price": amount(-sums.net),
        "quantity": "1.0",
        "discount_percentage": None,
        "discounted_amount": None,
        "is_monetary_discount": False,
        "net_price": amount(-sums.net),
        "tax_name": None,
        "tax_rate": None,
        "tax_amount": amount(sums.net - sums.total),
        "total_including_tax": float(-sums.total),
        "concession_type_name": None,
        "archived_at": None,
        "deleted_at": None,
    }


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
