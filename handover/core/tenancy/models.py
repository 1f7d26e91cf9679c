"""What every table of a practice has in common."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models
from django.db.models.functions import Now

from handover.core.pieces import Pieces

_ST = TypeVar("_ST")
_GT = TypeVar("_GT")

if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey
else:

    class _ForeignKey(models.ForeignKey):
        def __class_getitem__(cls, _: object) -> type:
            return cls


class WorkspaceForeignKey(_ForeignKey[_ST, _GT]):
    """A link between two rows of one workspace.

    The database holds it as (workspace, id) -> (workspace, id), made by `SecureTables`, so that a
    row can never point into another workspace: plain foreign keys do not obey row-level security.
    """

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)


class WorkspaceOwned(models.Model):
    """A row that belongs to one workspace.

    `revision` counts the changes of the row's content, its phone numbers and the like included;
    the database keeps it. `created_at` is when the record was first made: at its source if it was
    imported, and null if its source does not say.

    What a model may say of itself: `once` are columns whose values together make sense only once,
    `together` groups of columns that mean something only together (half of a new address is no
    address), `unchanging` which rows are what they are for ever, `pieces` columns that hold much at
    once, with how each comes apart.
    """

    once: ClassVar[tuple[str, ...]] = ()
    together: ClassVar[tuple[tuple[str, ...], ...]] = ()
    unchanging: ClassVar[models.Q | None] = None
    pieces: ClassVar[Mapping[str, Pieces]] = {}

    workspace = models.ForeignKey(
        "accounts.Workspace",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # each table has an index that begins with it: see `SecureTables`
    )
    revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(null=True, db_default=Now())

    class Meta:
        abstract = True
