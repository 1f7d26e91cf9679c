"""What lines charge: exact, to the cent, and adding up."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from handover.billing.amounts import Price, TaxMode, added_up, cents, line_amounts

INCLUSIVE, EXCLUSIVE, NONE = TaxMode.TAX_INCLUSIVE, TaxMode.TAX_EXCLUSIVE, TaxMode.NO_TAX
RATES = st.sampled_from([Decimal(each) for each in ("0", "7.5", "10", "12.345", "15", "100")])
PRICES = st.builds(
    Price,
    unit_price=st.decimals(0, 20_000, places=6),
    quantity=st.decimals("0.01", 500, places=3),
    rate=RATES,
    discount=st.decimals(0, 100, places=2),
    discount_is_percent=st.booleans(),
)
MODES = st.sampled_from(TaxMode.values)


@settings(max_examples=50, deadline=None)
@given(price=PRICES, mode=MODES)
def test_net_and_tax_of_a_line_add_up_to_its_total_in_whole_cents(price: Price, mode: str) -> None:
    found = line_amounts(price, mode)
    assert found.net + found.tax == found.total
    for each in (found.net, found.tax, found.total, found.discount):
        assert type(each) is Decimal
        assert each == cents(each)
        assert each >= 0


@settings(max_examples=50, deadline=None)
@given(prices=st.lists(PRICES, max_size=8), mode=MODES)
def test_lines_sum_to_the_totals(prices: list[Price], mode: str) -> None:
    lines = [line_amounts(each, mode) for each in prices]
    whole = added_up(lines)
    assert whole.total == sum((each.total for each in lines), Decimal(0))
    assert whole.net + whole.tax == whole.total


@settings(max_examples=50, deadline=None)
@given(price=PRICES)
def test_inclusive_and_exclusive_agree_on_the_same_total(price: Price) -> None:
    exclusive = line_amounts(price, EXCLUSIVE)
    inclusive = line_amounts(Price(exclusive.total, rate=price.rate), INCLUSIVE)
    assert (inclusive.net, inclusive.tax) == (exclusive.net, exclusive.tax)


@settings(max_examples=50, deadline=None)
@given(price=PRICES)
def test_without_tax_nothing_is_put_on_top(price: Price) -> None:
    found = line_amounts(price, NONE)
    assert found.tax == 0
    assert found.net == line_amounts(price, INCLUSIVE).total


def test_the_rule_as_it_is_written_down() -> None:
    ten = Decimal(10)
    assert line_amounts(Price(Decimal(110), rate=ten), INCLUSIVE).tax == 10
    assert line_amounts(Price(Decimal("0.05"), rate=ten), EXCLUSIVE).tax == Decimal("0.01")
    half = Price(Decimal("33.33"), Decimal(3), discount=Decimal(50))
    assert line_amounts(half, NONE).total == Decimal("49.99")  # 99.99 less 50.00: half a cent up
    more = Price(Decimal(20), discount=Decimal(50), discount_is_percent=False)
    assert line_amounts(more, INCLUSIVE).total == 0
