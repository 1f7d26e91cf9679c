"""What the columns of a balance file mean: suggested, and then chosen by people."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from handover.billing.opening.amounts import NoAmount, amount_of
from handover.billing.opening.sheet import Sheet

LOOKED_AT = 400
MOST_OF = 0.6
SOME_OF = 0.3


class Means(StrEnum):
    """What a column may mean."""

    NUMBER = "number"
    BALANCE = "balance"
    NAME = "name"
    TOTAL = "total"
    CREDIT = "credit"


Columns = dict[Means, int]

#: Words of headings, the most telling first; a column is suggested for one meaning.
WORDS: dict[Means, tuple[str, ...]] = {
    Means.CREDIT: ("account credit", "unapplied", "credit balance", "credit"),
    Means.NUMBER: ("invoice number", "invoice no", "invoice #", "invoice id", "number", "invoice",
                   "inv", "reference"),
    Means.BALANCE: ("outstanding", "balance", "amount due", "owing", "owed", "remaining", "unpaid",
                    "due", "amount"),
    Means.TOTAL: ("invoice total", "invoice amount", "total", "amount", "charged"),
    Means.NAME: ("patient", "client", "customer", "name", "debtor", "payer", "contact"),
}  # fmt: skip
#: The same of German, French, Spanish and Dutch files; English headings are looked for first.
ELSEWHERE: dict[Means, tuple[str, ...]] = {
    Means.CREDIT: ("guthaben", "avoir", "saldo a favor", "tegoed"),
    Means.NUMBER: ("nummer", "rechnung", "facture", "factura", "factuur", "beleg"),
    Means.BALANCE: ("offen", "restant", "solde", "pendiente", "openstaand", "saldo",
                    "betrag", "montant", "importe", "bedrag"),
    Means.TOTAL: ("gesamt", "totaal", "betrag", "montant", "importe", "bedrag"),
    Means.NAME: ("kunde", "klient", "paciente", "cliente", "klant", "nom", "naam"),
}  # fmt: skip
AS_TEXT = re.compile(r'^="(.*)"$')
LOOSE = re.compile(r"(?:inv(?:oice)?)?[\s#.:_-]*0*([0-9]{1,18})(?:\.0+)?", re.IGNORECASE)


def number_key(told: str) -> str:
    """An invoice's number as it is compared: `INV-001001`, `#1001` and `1001.0` are `1001`."""
    bare = AS_TEXT.sub(r"\1", told.strip()).strip()
    found = LOOSE.fullmatch(bare)
    return found[1] if found else " ".join(bare.casefold().split())


def suggested(sheet: Sheet, known: Iterable[str]) -> Columns:
    """What each column seems to mean, by heading and contents. `known` are numbers of invoices."""
    keys = {number_key(each) for each in known}
    found: Columns = {}
    for means in WORDS:
        column = _best(sheet, means, keys, set(found.values()))
        if column is not None:
            found[means] = column
    return found


def _best(sheet: Sheet, means: Means, keys: set[str], taken: set[int]) -> int | None:
    scores = {
        column: _score(sheet, means, keys, column)
        for column in range(len(sheet.headings))
        if column not in taken
    }
    best = max(scores, key=lambda column: scores[column], default=None)
    return best if best is not None and scores[best] > 0 else None


def _score(sheet: Sheet, means: Means, keys: set[str], column: int) -> float:
    heading = sheet.headings[column]
    words = _by_heading(heading, WORDS[means]) or _by_heading(heading, ELSEWHERE[means])
    if means == Means.NUMBER:
        same = _share(sheet, column, lambda cell: number_key(cell) in keys)
        return words + 20 * same if same > SOME_OF else words * (not keys)
    if means == Means.NAME:
        return words * (_share(sheet, column, _is_amount) < SOME_OF)
    return words * (_share(sheet, column, _is_amount) > MOST_OF)


def _by_heading(heading: str, words: tuple[str, ...]) -> float:
    told = " ".join(heading.casefold().replace("_", " ").split())
    for place, word in enumerate(words):
        if word in told:
            return 10 - place + (told == word)
    return 0


def _share(sheet: Sheet, column: int, test: Callable[[str], bool]) -> float:
    """Which part of the cells that are not empty passes a test."""
    cells = [cell for row in sheet.rows[:LOOKED_AT] if (cell := row.cell(column))]
    return sum(map(test, cells)) / len(cells) if cells else 0


def _is_amount(cell: str) -> bool:
    try:
        amount_of(cell)
    except NoAmount:
        return False
    return True
