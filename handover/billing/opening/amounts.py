"""Amounts as people and programs write them. Nothing is guessed: what is unclear is refused."""

import re
from decimal import Decimal

CURRENCY = re.compile(
    r"(?i)^(?:(?:aud|nzd|usd|gbp|eur|cad|sgd|a|nz|us|c|s)(?=[\s$£€.0-9(-]))?\s*[$£€]?\s*"
)
AFTER = re.compile(r"(?i)\s*(?:aud|nzd|usd|gbp|eur|cad|sgd|[$£€])$")
SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
MINUS = "-\u2212\u2013"
POINT = re.compile(
    r"([0-9]+|[1-9][0-9]{0,2}(?P<by>[, '])[0-9]{3}(?:(?P=by)[0-9]{3})*)?(?:\.(?P<cents>[0-9]*))?"
)
COMMA = re.compile(
    r"([0-9]+|[1-9][0-9]{0,2}(?P<by>[. '])[0-9]{3}(?:(?P=by)[0-9]{3})*)?,(?P<cents>[0-9]*)"
)
PLACES = 2
MOST = Decimal(10) ** 9


class NoAmount(ValueError):
    """The text is no amount, or one that can be read in two ways."""


def amount_of(text: str) -> Decimal:
    """The amount that a text says, in cents exactly. Raises `NoAmount`.

    `1,234.50`, `1.234,50`, `1 234.5`, `$12`, `(12.00)`, `12.00-`, `12.00 CR` (below
    nought).
    `1.234` might be thousands or not: it is refused. So is what has more than two decimals.
    """
    told = SPACES.sub(" ", text).strip()
    told, below = _unsigned(told)
    amount = _plain(told)
    if amount >= MOST:
        raise NoAmount(text)
    return -amount if below and amount else amount


def _unsigned(told: str) -> tuple[str, bool]:
    """The text without signs and currency, and whether it says that it is below nought."""
    below = 0
    if told[-2:].upper() in {"CR", "DR"}:
        below += told[-2:].upper() == "CR"
        told = told[:-2].strip()
    if told.startswith("(") and told.endswith(")"):
        below, told = below + 1, told[1:-1].strip()
    told, signs = _without_sign(told)
    told = AFTER.sub("", CURRENCY.sub("", told, count=1)).strip()
    if told.startswith("(") and told.endswith(")"):
        signs, told = signs + 1, told[1:-1].strip()
    told, more = _without_sign(told)
    if below + signs + more > 1:
        raise NoAmount(told)
    return told, bool(below + signs + more)


def _without_sign(told: str) -> tuple[str, int]:
    if told[:1] and told[0] in MINUS + "+":
        return told[1:].strip(), int(told[0] != "+")
    if told[-1:] and told[-1] in MINUS:
        return told[:-1].strip(), 1
    return told, 0


def _plain(told: str) -> Decimal:
    if found := POINT.fullmatch(told):
        whole, cents = found[1], found["cents"] or ""
        if not found["by"] and _is_unclear(whole, cents):
            raise NoAmount(told)
    elif found := COMMA.fullmatch(told):
        whole, cents = found[1], found["cents"] or ""
    else:
        raise NoAmount(told)
    if not (whole or cents) or len(cents.rstrip("0")) > PLACES:
        raise NoAmount(told)
    return Decimal(f"{re.sub(r'[^0-9]', '', whole or '0')}.{cents or '0'}")


def _is_unclear(whole: str | None, cents: str) -> bool:
    """Whether the point may stand between thousands: 1.234, and 1.230 too."""
    return (
        bool(whole) and whole != "0" and len(whole or "") <= PLACES + 1 and len(cents) == PLACES + 1
    )
