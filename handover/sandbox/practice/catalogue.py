"""What the practice sells: taxes, billable items, products, stock and concessions."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta
from decimal import Decimal

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, amount
from handover.sandbox.practice.model import API, link, stamp

ITEMS = (
    ("Initial consultation", "500", "Service", "125.00", False),
    ("Standard consultation", "505", "Service", "92.50", False),
    ("Long consultation", "507", "Service", "118", False),
    ("Telehealth review", "93000", "Service", "85.00", False),
    ("NDIS assessment", "15_055_0128_1_3", "Service", "193.99", False),
    ("Report writing", "RPT", "Service", "180.00", True),
    ("Clinical Pilates class", "560", "Service", "38.00", False),
    ("Hydrotherapy class", "", "Service", "32.00", False),
    ("Remedial massage 60 min", "MAS60", "Service", "100.00", True),
    ("Late cancellation fee", None, "Other", "45.00", True),
)
PRODUCTS = (
    ("Foam roller 90 cm", "FR-90", "45.4545", "50.00"),
    ("Theraband (red)", "TB-R", "9.0909", "10.00"),
    ("Orthotic insole, pair", None, "81.818", "90.00"),
    ("Ice pack", "ICE", "13.6364", "15.00"),
)
ADJUSTMENTS = (
    ("Stock Purchase", "20.0"), ("Item Sold", "-1.0"), ("Damaged", "-2.0"), ("Returned", "1.0"),
    ("Out of Date", "-1.0"), ("Other", "3.0"), ("Correction", "-1.0"),
)  # fmt: skip


def add_catalogue(build: Build) -> None:
    """Taxes first, since prices name them; then everything with a price."""
    gst = _add_tax(build, "GST", "10.0")
    _add_tax(build, "GST free", "0.0")
    for name, code, kind, price, taxed in ITEMS:
        fields: Record = {
            "name": name,
            "item_code": code,
            "item_type": kind,
            "price": amount(Decimal(price)),
            "archived_at": None,
        }
        if taxed:
            fields["tax"] = link(f"taxes/{gst}")
        build.add("billable_items", build.start - timedelta(days=700), fields)
    old = build.records["billable_items"][-1]
    old["archived_at"] = stamp(build.moment())
    _add_products(build, gst)
    _add_concessions(build)


def _add_tax(build: Build, name: str, rate: str) -> str:
    fields: Record = {"name": name, "amount": rate, "rate": rate}
    return str(build.add("taxes", build.start - timedelta(days=800), fields)["id"])


def _add_products(build: Build, tax_id: str) -> None:
    suppliers = [
        str(build.add("product_suppliers", build.start, {"name": name})["id"])
        for name in ("AllCare Supplies Pty Ltd", "Sole & Step")
    ]
    for number, (name, code, net, gross) in enumerate(PRODUCTS):
        identity = build.new_id()
        supplier = suppliers[number % 2]
        fields: Record = {
            "name": name,
            "item_code": code,
            "serial_number": None if number else "SN-0042",
            "notes": "" if number else "Top shelf",
            "cost_price": amount(Decimal(net) / 2),
            "price_ex_tax": amount(Decimal(net)),
            "price_including_tax": amount(Decimal(gross)),
            "stock_level": "19.0",
            "product_supplier_name": ("AllCare Supplies Pty Ltd", "Sole & Step")[number % 2],
            "stock_adjustments": link(f"stock_adjustments?q%5B%5D=product_id%3A%3D{identity}"),
            "tax": link(f"taxes/{tax_id}"),
            "archived_at": stamp(build.moment()) if number == len(PRODUCTS) - 1 else None,
        }
        if number != 1:
            fields["product_supplier"] = link(f"product_suppliers/{supplier}")
            fields["product_supplier_id"] = supplier
        build.add("products", build.start, fields, record_id=identity)
        _add_adjustments(build, identity)


def _add_adjustments(build: Build, product_id: str) -> None:
    for number, (kind, quantity) in enumerate(ADJUSTMENTS):
        fields: Record = {
            "adjustment_type": kind,
            "quantity": quantity,
            "comment": "Opening stock" if number == 0 else None,
            "notes": "Opening stock" if number == 0 else "",
            "product": link(f"products/{product_id}"),
            "user": link(f"users/{build.users['bookkeeper']}"),
            "archived_at": stamp(build.now) if number == 2 else None,
        }
        build.add("stock_adjustments", build.moment(), fields)


def _add_concessions(build: Build) -> None:
    kinds = [
        str(build.add("concession_types", build.start, {"name": name, "archived_at": None})["id"])
        for name in ("Pensioner", "Student", "Staff family")
    ]
    build.records["concession_types"][-1]["archived_at"] = stamp(build.moment())
    for item in build.records["billable_items"][:4]:
        for number, kind in enumerate(kinds):
            price = Decimal(str(item["price"])) * (80 + 5 * number) / 100
            fields: Record = {
                "price": None if number == 2 else amount(price),
                "billable_item": {"links": {"self": f"{API}/billable_items/{item['id']}"}},
                "concession_type": link(f"concession_types/{kind}"),
            }
            build.add("concession_prices", build.start, fields)
