"""Choices: what somebody chose that a record is to become, before any rule is asked.

They hold for records that have no row yet: what a row stands for is changed by reassigning it.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import Choice, Outcome, SourceRecord

GONE = "choice not kept"


def obey(work: Work, fresh: Sequence[Waiting]) -> tuple[list[Waiting], set[int]]:
    """Settle what somebody has chosen for these records, which are alive and have no row.

    Returns those that nobody chose for, and the rows that were chosen.
    """
    run, model = work.run, work.resource.spec.target
    choices = {each.source_id: each for each in _choices(work)}
    taken = {each.target_id for each in choices.values() if each.target_id is not None}
    rows = model._default_manager.filter(workspace_id=run.workspace_id).in_bulk(taken)
    revisions = {pk: row.revision for pk, row in rows.items()}
    free = [each for each in fresh if not _obey(each, choices.get(each.source_id), revisions)]
    return free + _without_another(work, fresh), taken


def _choices(work: Work) -> QuerySet[Choice]:
    run = work.run
    return Choice.objects.filter(
        workspace_id=run.workspace_id,
        system=run.system,
        account=run.account,
        resource=work.resource.spec.name,
    )


def let_go(work: Work, batch: Sequence[Waiting]) -> None:
    """Look anew at what was the same as another one whose row went when its import was undone."""
    led = [
        each
        for each in batch
        if each.alive and each.result.made_by is None and each.result.target_id is not None
    ]
    same = _choices(work).filter(
        how=Choice.How.SAME, source_id__in=[each.source_id for each in led]
    )
    ids = set(same.values_list("source_id", flat=True)) if led else set()
    rows = {each.result.target_id for each in led if each.source_id in ids}
    if not rows:
        return
    here = work.resource.spec.target._default_manager.filter(pk__in=rows)
    gone = rows - set(here.values_list("pk", flat=True))
    for each in led:
        if each.source_id in ids and each.result.target_id in gone:
            each.result.target_id = None


def _without_another(work: Work, fresh: Sequence[Waiting]) -> list[Waiting]:
    """Those that were to be the same as one that becomes nothing: let them be their own."""
    joining = [each for each in fresh if each.joins]
    there = {each.source_id for each in fresh if not each.joins and _becomes_a_row(each)}
    there |= _rows_of(work, {each.joins for each in joining}).keys()
    alone = [each for each in joining if each.joins not in there]
    for each in alone:
        each.joins, each.result.outcome = "", Outcome.WAITING
        each.draft.note("", GONE, "what it was to be the same as has not come")
    return alone


def _becomes_a_row(each: Waiting) -> bool:
    return each.alive or each.result.outcome is Outcome.MATCHED


def join(work: Work, batch: Sequence[Waiting]) -> None:
    """Give each record that is to be the same as another the row of that one, which is written."""
    joining = [each for each in batch if each.joins]
    if not joining:
        return
    written = {
        each.source_id: (each.result.target_id, each.result.target_revision)
        for each in batch
        if not each.joins and each.result.target_id is not None
    }
    rows = _rows_of(work, {each.joins for each in joining}) | written
    for each in joining:
        each.result.target_id, each.result.target_revision = rows[each.joins]


def _rows_of(work: Work, ids: set[str]) -> dict[str, tuple[int | None, int | None]]:
    """The rows of records that came before, by their ids at the source."""
    run = work.run
    known = SourceRecord.objects.filter(
        workspace_id=run.workspace_id,
        system=run.system,
        account=run.account,
        resource=work.resource.spec.name,
        source_id__in=ids,
        target_id__isnull=False,
    )
    found = known.values_list("source_id", "target_id", "target_revision") if ids else ()
    return {source_id: (pk, revision) for source_id, pk, revision in found}


def _obey(each: Waiting, choice: Choice | None, revisions: dict[int, int]) -> bool:
    """Whether the choice settles it; a new row is made later on, as of all others."""
    if choice is None:
        return False
    if choice.how == Choice.How.IGNORE:
        each.draft.issues.clear()
        each.result.outcome, each.result.reason = Outcome.SKIPPED, LEFT_OUT
    elif choice.how == Choice.How.SAME:
        each.joins, each.result.outcome = choice.other_id, Outcome.MATCHED
    elif choice.how == Choice.How.CREATE:
        each.draft.values.update(choice.values)
    elif choice.target_id in revisions:
        each.result.outcome, each.result.target_id = Outcome.MATCHED, choice.target_id
        each.result.target_revision = revisions[choice.target_id]
    else:
        each.draft.note("", GONE, "what it was to be matched with is no longer here")
        return False
    return True
