"""A move before it is submitted: a run in its draft, with its key and what people have chosen.

A workspace has one draft at a time. Choices are kept for the account and outlive it.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from handover.importing import jobs
from handover.importing.allowance import LINE
from handover.importing.cliniko.client import WhoAmI
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.source import ClinikoSource
from handover.importing.engine.errors import StopImport
from handover.importing.engine.source import Account
from handover.importing.kept_key import keep_key
from handover.importing.models import ImportRun, Move, State
from handover.importing.runs import Office, chosen
from handover.importing.states import go


def whose(office: Office, key: ApiKey) -> tuple[Account, WhoAmI]:
    """Which account a key opens and whose it is, soon: a person waits. Raises `ImportProblem`."""
    with LINE:
        source = replace(office, patience=office.patience.hurried()).source(key)
        try:
            account = source.account()
        finally:
            source.close()
    assert source.user is not None  # noqa: S101  # asking for the account asks for the user first
    return account, source.user


def draft_in(workspace_id: int) -> Move | None:
    """The workspace's draft, with its run; the caller acts in the workspace."""
    found = Move.objects.select_related("run").filter(
        workspace_id=workspace_id, run__state=State.DRAFT
    )
    return found.order_by("-pk").first()


def begin_draft(home: Path, workspace_id: int, key: ApiKey, found: tuple[Account, WhoAmI]) -> Move:
    """Make the workspace's draft, its key sealed, and have a worker look at the account.

    `found` is what `whose` says of the key. An older draft is given up; of one of the same account,
    what was chosen for all of it is kept.
    """
    account, user = found
    with transaction.atomic():
        old = draft_in(workspace_id)
        run = ImportRun.objects.create(
            workspace_id=workspace_id,
            system=ClinikoSource.system,
            account=account.id,
            account_name=account.name,
            time_zone=account.time_zone,
            requests=account.requests,
            state=State.DRAFT,
        )
        keep_key(home, run, key)
        move = Move(workspace_id=workspace_id, run=run, shard=key.shard)
        move.key_of, move.key_role = user.name, user.role
        if old is not None and old.run.account == account.id:
            move.off, move.done = old.off, old.done
        move.save()
        if old is not None:
            give_up(old)
        jobs.submit_survey(run.pk)
    return move


def look_again(move: Move) -> None:
    """Have a worker look at the account once more."""
    move.survey, move.surveyed_at, move.problem = {}, None, ""
    move.save(update_fields=["survey", "surveyed_at", "problem"])
    jobs.submit_survey(move.run_id)


def give_up(move: Move) -> None:
    """Delete a draft, and its key with it; what was chosen for single records is remembered."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=move.run_id)
        if run.state != State.DRAFT:
            raise StopImport(f"import {run.pk} was submitted meanwhile")
        move.delete()
        run.delete()


def submit_draft(move: Move, *, only: Sequence[str], rehearsal: bool, notify: str) -> ImportRun:
    """Make the draft a run that workers carry out: it begins now. Raises `StopImport`."""
    chosen(only)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=move.run_id)
        if run.state != State.DRAFT:
            raise StopImport(f"import {run.pk} was submitted already")
        if not run.sealed_key:
            raise StopImport("the key is no longer kept: enter it once more")
        go(run, State.QUEUED)
        run.only, run.rehearsal, run.notify = list(only), rehearsal, notify
        run.created_at = timezone.now()
        run.save()
        jobs.submit(run)
    return run


def overtaken(move: Move) -> bool:
    """Whether a later import has gone over the account: then the key must be entered anew."""
    newer = ImportRun.objects.filter(
        workspace_id=move.workspace_id, account=move.run.account, pk__gt=move.run_id
    )
    return newer.exclude(state=State.DELETED).exists()
