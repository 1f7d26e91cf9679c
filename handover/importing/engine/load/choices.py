"""Choices: what somebody chose that a record is to become, before any rule is asked.

They hold for records that have no row yet: what a row stands for is changed by reassigning it.
"""

from collections.abc import Sequence

from handover.importing.engine.load.waiting import Waiting, Work
from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import Choice, Outcome

GONE = "choice not kept"


def obey(work: Work, fresh: Sequence[Waiting]) -> tuple[list[Waiting], set[int]]:
    """Settle what somebody has chosen for these records, which are alive and have no row.

    Returns those that nobody chose for, and the rows that were chosen.
    """
    run, model = work.run, work.resource.spec.target
    found = Choice.objects.filter(
        workspace_id=run.workspace_id,
        system=run.system,
        account=run.account,
        resource=work.resource.spec.name,
    )
    choices = {each.source_id: each for each in found}
    taken = {each.target_id for each in choices.values() if each.target_id is not None}
    rows = model._default_manager.filter(workspace_id=run.workspace_id).in_bulk(taken)
    revisions = {pk: row.revision for pk, row in rows.items()}
    free = [each for each in fresh if not _obey(each, choices.get(each.source_id), revisions)]
    return free, taken


def _obey(each: Waiting, choice: Choice | None, revisions: dict[int, int]) -> bool:
    """Whether the choice settles it; a new row is made later on, as of all others."""
    if choice is None:
        return False
    if choice.how == Choice.How.IGNORE:
        each.draft.issues.clear()
        each.result.outcome, each.result.reason = Outcome.SKIPPED, LEFT_OUT
    elif choice.how == Choice.How.CREATE:
        each.draft.values.update(choice.values)
    elif choice.target_id in revisions:
        each.result.outcome, each.result.target_id = Outcome.MATCHED, choice.target_id
        each.result.target_revision = revisions[choice.target_id]
    else:
        each.draft.note("", GONE, "what it was to be matched with is no longer here")
        return False
    return True
