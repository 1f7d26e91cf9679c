"""The workspace a piece of work acts in, as the database sees it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from handover.core.tenancy.memory import knowing_nothing

SETTING = "app.workspace_id"


@contextmanager
def acting_in(
    workspace_id: int, then: str = "", parameters: Sequence[Any] = ()
) -> Iterator[tuple[Any, ...] | None]:
    """Run the block as `workspace_id`, in one transaction (a savepoint if one is open).

    Row-level security shows the application's role the rows of this workspace and no others;
    outside of any such block it sees none. Blocks nest; the outer workspace is restored.

    `then` are statements that the transaction begins with: they travel along, which saves asking
    the database twice. The block gets the first row of the last one's answer.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor, knowing_nothing():
        before = ""
        if nested:  # what is set for a transaction ends with it
            cursor.execute("SELECT current_setting(%s, true)", [SETTING])
            before = cursor.fetchone()[0] or ""
        enter, named = "SELECT set_config(%s, %s, true)", [SETTING, str(workspace_id)]
        if then:
            cursor.execute(f"{enter}; {then}", [*named, *parameters])
            while cursor.nextset():
                pass
            yield cursor.fetchone()
        else:
            cursor.execute(enter, named)
            yield None
        if nested:
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, before])
