"""Putting right what an import could not know: conflicts, and who or what stands for whom.

What commands call, and pages will.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from handover.accounts.models import Role, User, Workspace
from handover.core.pieces import apart
from handover.core.tenancy import WorkspaceOwned, acting_in
from handover.importing.choosing import told
from handover.importing.engine import reassign as engine
from handover.importing.engine.errors import StopImport
from handover.importing.engine.lease import only_one
from handover.importing.engine.reassign import Reassigned
from handover.importing.engine.relations import links_to
from handover.importing.engine.settle import (
    OURS,
    THEIRS,
    Chosen,
    Settled,
    Wanted,
    open_conflicts,
    settle,
)
from handover.importing.models import Conflict, ImportRun, Reassignment, SourceRecord
from handover.importing.systems import ALL, RESOURCES
from handover.practice.models import Practitioner

__all__ = [
    "OURS",
    "THEIRS",
    "Candidate",
    "Chosen",
    "Piece",
    "Settled",
    "Wanted",
    "candidates",
    "conflicts_of",
    "find_reassignment",
    "kinds",
    "pieces_of",
    "practitioner_of",
    "reassign",
    "reassign_to",
    "reassignments",
    "settle_conflicts",
    "undo_reassignment",
]

Model = type[WorkspaceOwned]


# conflicts


def conflicts_of(run: ImportRun, wanted: Wanted) -> list[Conflict]:
    """The open conflicts of the run's account, by type, record and field."""
    with acting_in(run.workspace_id):
        return open_conflicts(run, wanted)


@dataclass(frozen=True)
class Piece:
    """A conflict about a piece of a column, for people: what it is, and what each side says."""

    label: str
    base: str
    ours: str
    theirs: str


def pieces_of(conflicts: Sequence[Conflict]) -> dict[int, Piece]:
    """Of conflicts those about pieces, by number; named as the rows that are here name them.

    One query for each type that has any; inside the workspace.
    """
    targets = {each.spec.name: each.spec.target for each in ALL}
    found: dict[int, Piece] = {}
    about_pieces = [each for each in conflicts if apart(each.field)[1]]
    for resource in {each.resource for each in about_pieces}:
        of_type = [each for each in about_pieces if each.resource == resource]
        model = targets[resource]
        rows = model._default_manager.only(*model.pieces).in_bulk([c.target_id for c in of_type])
        for each in of_type:
            column, key = apart(each.field)
            how = model.pieces[column]
            told = getattr(rows.get(each.target_id), column, None)
            sides = (how.said(told, key, side) for side in (each.base, each.ours, each.theirs))
            found[each.pk] = Piece(how.label(told, key), *sides)
    return found


def settle_conflicts(run: ImportRun, wanted: Wanted, how: Conflict.How, *, by: str = "") -> Settled:
    """Keep what was written here (`OURS`), or take what the source says (`THEIRS`).

    What was kept is not asked again until the source changes it again. Raises `StopImport` while an
    import is at work.
    """
    with only_one(run):
        return settle(run, wanted, how, RESOURCES[run.system], by=by)


# who and what stands for whom


@dataclass(frozen=True)
class Candidate:
    """A row that may be reassigned or be reassigned to: its number here, and what tells it."""

    number: int
    name: str
    sources: tuple[str, ...]
    made_by_import: bool
    links: int


def kinds() -> Mapping[str, Model]:
    """What can be reassigned, by its plural: whatever imports match with what is here already.

    Clients are not among them. Nobody is matched with a client, and a note in the wrong file is
    put right where it is.
    """
    found = {each.spec.target for each in ALL if each.spec.match and each.spec.per is None}
    by_name = {str(model._meta.verbose_name_plural): model for model in found}
    return {name: by_name[name] for name in sorted(by_name)}


def kind_of(name: str) -> Model:
    """The model of this plural. Raises `StopImport`."""
    if name not in kinds():
        raise StopImport(f"{name!r} cannot be reassigned; what can be: {', '.join(kinds())}")
    return kinds()[name]


def candidates(workspace: Workspace, name: str, *, counted: bool = True) -> list[Candidate]:
    """Every row of a kind, with the records of the source that it stands for.

    `links` are counted only if asked for: that takes long where much leads to a row.
    """
    model = kind_of(name)
    with acting_in(workspace.pk):
        return list(_candidates(workspace, model, counted=counted))


def _candidates(workspace: Workspace, model: Model, *, counted: bool) -> Iterator[Candidate]:
    names = [each.spec.name for each in ALL if each.spec.target is model]
    records: dict[int, list[tuple[str, bool]]] = {}
    found = SourceRecord.objects.filter(
        workspace_id=workspace.pk, resource__in=names, target_id__isnull=False
    )
    for target, source_id, made_by in found.values_list("target_id", "source_id", "made_by"):
        records.setdefault(target or 0, []).append((source_id, made_by is not None))
    rows = model._default_manager.filter(workspace_id=workspace.pk).order_by("pk")
    ours = set(User.objects.filter(role=Role.SUPPORT).values_list("pk", flat=True))
    for row in rows.exclude(pk__in=ours) if model is User else rows:
        mine = records.get(row.pk, [])
        links = sum(
            each.related_model._default_manager.filter(**{each.field.name: row.pk}).count()
            for each in (links_to(model) if counted else ())
        )
        sources = tuple(sorted(source_id for source_id, _ in mine))
        yield Candidate(row.pk, told(row), sources, any(made for _, made in mine), links)


def reassign(
    workspace: Workspace,
    name: str,
    pair: tuple[int, int],
    *,
    by: str = "",
    preview: bool = False,
) -> Reassigned:
    """Have the second row of the pair stand for the first; see `engine.reassign`.

    Raises `StopImport`, also while an import is at work.
    """
    was, becomes = pair
    return reassign_to(workspace, name, (was, lambda: becomes), by=by, preview=preview)


def reassign_to(
    workspace: Workspace,
    name: str,
    pair: tuple[int, Callable[[], int]],
    *,
    by: str = "",
    preview: bool = False,
) -> Reassigned:
    """The same, where the second row is made or found at the last moment: all of it, or nothing."""
    model = kind_of(name)
    with only_one(_some_run(workspace.pk)), acting_in(workspace.pk):
        both = pair[0], pair[1]()
        done = engine.reassign(workspace.pk, model, both, ALL, by=by, preview=preview)
        transaction.set_rollback(preview)
    return done


def practitioner_of(workspace: Workspace, user_id: int) -> int:
    """The practitioner that a user is, made if they are none yet: their number.

    For somebody who treats clients here and was no practitioner at the source, or not under this
    name. Raises `StopImport` for a user who is not of this workspace.
    """
    with acting_in(workspace.pk):
        user = User.objects.filter(pk=user_id, workspace_id=workspace.pk).first()
        if user is None:
            raise StopImport(f"there is no user {user_id} in this workspace")
        found = Practitioner.objects.filter(workspace_id=workspace.pk, user=user).first()
        found = found or Practitioner.objects.create(
            workspace_id=workspace.pk,
            user=user,
            title=user.title,
            first_name=user.first_name,
            last_name=user.last_name,
            display_name=str(user),
        )
        return found.pk


def reassignments(workspace: Workspace) -> list[Reassignment]:
    """All of them, undone ones too, in their order."""
    with acting_in(workspace.pk):
        return list(Reassignment.objects.filter(workspace_id=workspace.pk))


def find_reassignment(number: int) -> Reassignment:
    """The reassignment of this number, whatever workspace it belongs to. Raises `StopImport`."""
    found = Reassignment.objects.using("owner").filter(pk=number).first()
    if found is None:
        raise StopImport(f"there is no reassignment {number}; `handover reassignments` lists them")
    found._state.db = "default"
    return found


def undo_reassignment(number: Reassignment, *, by: str = "") -> int:
    """Move back exactly what was moved; return how many links. Raises `StopImport`."""
    with only_one(_some_run(number.workspace_id)):
        return engine.take_back(number, ALL, by=by)


def plural_of(number: Reassignment) -> str:
    """What was reassigned, as the command calls it."""
    known: Sequence[str] = [n for n, m in kinds().items() if m._meta.label_lower == number.kind]
    return known[0] if known else number.kind


def _some_run(workspace_id: int) -> ImportRun:
    """Any import of the workspace: through it everything else that would write is kept out."""
    with acting_in(workspace_id):
        run = ImportRun.objects.filter(workspace_id=workspace_id).first()
    if run is None:
        raise StopImport("nothing was imported into this workspace: there is nothing to reassign")
    return run
