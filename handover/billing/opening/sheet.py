"""A table out of a file of any shape: its encoding, what is between its columns, its heading."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from handover.billing.opening.amounts import NoAmount, amount_of

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 50_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000
BETWEEN = (",", ";", "\t", "|")
LOOKED_AT = 60
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class CannotRead(Exception):
    """The file cannot be read as a table; the text says why, for people."""


@dataclass(frozen=True)
class Row:
    """One row; `line` as a spreadsheet numbers it, the first one of the file is 1."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """What stands in a column; "" where the row is shorter, or none is meant."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """The table: what its columns are called, and its rows that are not empty."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 that says so, or Windows'. Raises `CannotRead`."""
    if not content.strip():
        raise CannotRead(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise CannotRead(
            _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024}
        )
    if content.startswith(WORKBOOKS):
        raise CannotRead(_("This is a workbook. Open it, and save the sheet as CSV."))
    try:
        text = content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise CannotRead(_("This is no text. Save the list as CSV."))
    return text


def sheet_of(text: str) -> Sheet:
    """The table in a text. Raises `CannotRead`."""
    rows = [row for row in _rows(text, _between(text)) if any(cell.strip() for cell in row.cells)]
    first = _heading(rows)
    if not rows or first is None:
        raise CannotRead(_("There is no table in it: at least two columns are needed."))
    width = max(len(row.cells) for row in rows)
    if width > MOST_COLUMNS:
        raise CannotRead(_("It has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    told = rows[first].cells if not _is_data(rows[first]) else ()
    after = rows[first + 1 :] if told else rows[first:]
    if not after:
        raise CannotRead(_("There is a heading in it, and nothing below."))
    names = [told[each].strip() if each < len(told) else "" for each in range(width)]
    given = (name or _("Column %(number)s") % {"number": n + 1} for n, name in enumerate(names))
    return Sheet(tuple(given), tuple(after))


def _between(text: str) -> str:
    """What stands between columns: what gives most rows the same number of them, above one."""
    lines = "\n".join(text.splitlines()[:LOOKED_AT])
    return max(BETWEEN, key=lambda each: (_agreeing(lines, each), -BETWEEN.index(each)))


def _agreeing(lines: str, between: str) -> int:
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(lines), delimiter=between))
    except csv.Error:
        return 0
    return max((count for width, count in widths.items() if width > 1), default=0)


def _rows(text: str, between: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_LINES:
                raise CannotRead(_("It has more than %(most)s lines.") % {"most": MOST_LINES})
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise CannotRead(_("A cell of line %(line)s is too long.") % {"line": number})
            yield Row(number, tuple(cells))
    except csv.Error:
        told = {"line": number + 1}
        raise CannotRead(
            _("From line %(line)s on it cannot be read: look for a quotation mark.") % told
        ) from None


def _heading(rows: list[Row]) -> int | None:
    """Which row is the first of the table: titles above it fill one column alone."""
    for number, row in enumerate(rows[:LOOKED_AT]):
        if sum(bool(cell.strip()) for cell in row.cells) > 1:
            return number
    return None


def _is_data(row: Row) -> bool:
    """Whether a first row is one of the table: headings are no amounts."""
    return any(_is_amount(cell) for cell in row.cells)


def _is_amount(cell: str) -> bool:
    try:
        amount_of(cell)
    except NoAmount:
        return False
    return True
