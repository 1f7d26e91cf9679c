"""The workspace a piece of work acts in, as the database sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SETTING = "app.workspace_id"


@contextmanager
def acting_in(workspace_id: int) -> Iterator[None]:
    """Run the block as `workspace_id`, in one transaction (a savepoint if one is open).

    Row-level security shows the application's role the rows of this workspace and no others;
    outside of any such block it sees none. Blocks nest; the outer workspace is restored.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:  # what is set for a transaction ends with it
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(workspace_id)])
            yield
            return
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, true)",
            [SETTING, SETTING, str(workspace_id)],
        )
        before = cursor.fetchone()[0] or ""
        yield
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, before])
