"""What people call a row, whatever table it is of."""

from django.db.models import Model

#: The first of these that a row has says what it is.
NAMES = (("display_name",), ("first_name", "last_name"), ("name",), ("title",), ("number",))


def name_of_row(row: Model) -> str:
    """The row's own name; what it is and its number, if it has none."""
    for columns in NAMES:
        parts = [str(getattr(row, column, "") or "") for column in columns]
        if told := " ".join(part for part in parts if part):
            return told
    return f"{row._meta.verbose_name} {row.pk}"
