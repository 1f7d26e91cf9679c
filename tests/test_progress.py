"""The table on a terminal while an import runs."""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console

from handover.cli.progress import Display
from handover.importing.models import Step


def test_the_table_is_drawn_while_lists_are_added_to_it() -> None:
    """It is drawn in a thread of its own: a list that came just then ended the import."""
    display = Display(Console(file=StringIO()))

    class Told(tuple[str, int, int]):
        """What is known of a list; while it is looked at another one comes."""

        __slots__ = ()

        def __iter__(self) -> Iterator[str | int]:
            number = len(display.steps)
            display.page(Step(resource="recalls", path=f"/recalls/{number}", total=2), 1)
            display.contents[f"files {number}"] = 1, 2, 3
            return super().__iter__()

    display.steps["/patients"] = Told(("patients", 1, 2))
    for _ in range(2):
        display.table()
    assert display.requests > 2
