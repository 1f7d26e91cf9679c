"""Goods beyond the first few, and what became of the stock: bought, sold, lost."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import datetime
from decimal import Decimal

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, amount
from handover.sandbox.practice.model import link, linked_id

SUPPLIERS = ("Brace & Support GmbH", "Ōtautahi Orthotics Ltd", "")
GOODS = (
    ("Knee brace, size M", "KB-M", "54.5455"), ("Knee brace, size L", "KB-L", "54.5455"),
    ("Kinesio tape 5 cm", "KT-5", "13.6364"), ("Massage ball", None, "11.3636"),
    ("Walking stick <adjustable>", "WS", "36.3636"), ("Heat pack", "", "15.9091"),
    ("Gift voucher", "GV", "0"), ("Pulse oximeter", "PO-1", "72.7273"),
)  # fmt: skip
BATCH = 20


def add_stock(build: Build) -> None:
    """More suppliers and goods, and every sale and purchase; levels are what these come to."""
    suppliers = [_supplier(build, name) for name in SUPPLIERS]
    for number, (name, code, net) in enumerate(GOODS):
        _add_product(build, suppliers[number % 3], (name, code, Decimal(net)), number)
    sold = _sell(build)
    for product in build.records["products"]:
        for _ in range(-(-sold.get(str(product["id"]), 0) // BATCH)):
            _adjust(build, str(product["id"]), "Stock Purchase", amount(Decimal(BATCH)))
    _count(build)


def _supplier(build: Build, name: str) -> Record:
    return build.add("product_suppliers", build.start, {"name": name})


def _add_product(
    build: Build, supplier: Record, goods: tuple[str, str | None, Decimal], number: int
) -> None:
    name, code, net = goods
    identity = build.new_id()
    fields: Record = {
        "name": name,
        "item_code": code,
        "serial_number": f"SN-{identity[-4:]}" if number == 7 else None,
        "notes": None,
        "cost_price": amount(net / 2),
        "price_ex_tax": amount(net),
        "price_including_tax": amount((net * Decimal("1.1")).quantize(Decimal("0.01"))),
        "stock_level": "0.0",
        "product_supplier_name": supplier["name"],
        "product_supplier": link(f"product_suppliers/{supplier['id']}"),
        "product_supplier_id": supplier["id"],
        "stock_adjustments": link(f"stock_adjustments?q%5B%5D=product_id%3A%3D{identity}"),
        "archived_at": None,
    }
    if number % 4:
        fields["tax"] = link(f"taxes/{build.records['taxes'][0]['id']}")
    build.add("products", build.start, fields, record_id=identity)


def _sell(build: Build) -> dict[str, int]:
    sold: dict[str, int] = {}
    for item in list(build.records.get("invoice_items", [])):
        product_id = linked_id(item.get("product"))
        if product_id is not None:
            moment = datetime.fromisoformat(str(item["created_at"]))
            _adjust(build, product_id, "Item Sold", "-1.0", moment)
            sold[product_id] = sold.get(product_id, 0) + 1
    return sold


def _adjust(
    build: Build, product_id: str, kind: str, quantity: str, moment: datetime | None = None
) -> None:
    fields: Record = {
        "adjustment_type": kind,
        "quantity": quantity,
        "comment": None,
        "notes": None,
        "product": build.link("products", product_id),
        "user": build.link("users", build.users["bookkeeper"]),
        "archived_at": None,
    }
    if kind == "Item Sold" and int(product_id) % 5 == 0:
        del fields["user"]
    build.add("stock_adjustments", moment or build.moment(), fields)


def _count(build: Build) -> None:
    """Archived adjustments count too: what happened to the goods did happen."""
    levels: dict[str | None, Decimal] = {}
    for row in build.records["stock_adjustments"]:
        product_id = linked_id(row["product"])
        levels[product_id] = levels.get(product_id, Decimal(0)) + Decimal(str(row["quantity"]))
    for product in build.records["products"]:
        product["stock_level"] = amount(levels.get(str(product["id"]), Decimal(0)))
