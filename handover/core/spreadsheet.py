"""Tables as CSV that spreadsheets open: no cell of ours is taken for a formula.

What somebody typed, a name say, may begin with `=` and would be worked out, or asked of another
machine, by whoever opens the file. Such a text gets an apostrophe before it, which a spreadsheet
hides; numbers and days are ours and stay as they are.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

Cell = str | int | Decimal | date | None
#: With what a formula begins; the wide ones are the same to a spreadsheet in some languages.
FORMULAS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  # meant to be these
#: Tells Excel that what follows is UTF-8.
MARK = "\ufeff"


def guarded(cell: Cell) -> str:
    """What stands in the file for a value: numbers in full, days as 2026-11-30, None as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULAS) else cell
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The table line by line, each with its end; headings first."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in chain([headings], rows):
        writer.writerow([guarded(cell) for cell in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: bool = True) -> bytes:
    """The whole table as UTF-8, with the mark that Excel asks for unless another program reads it.

    Xero and the like want no mark.
    """
    return ((MARK if mark else "") + "".join(lines(headings, rows))).encode()
