"""The life of a run's key: sealed when it is given, opened to work, forgotten soon."""

from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from handover.core.tenancy import acting_in
from handover.importing.cliniko.key import ApiKey
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun
from handover.importing.states import AT_WORK, FORGETS_KEY
from handover.importing.telling import tell_key_forgotten
from handover.vault.opening import opened
from handover.vault.sealing import sealed

#: From the end of a run, as long as it may be undone; and from its beginning, if it never ends.
KEPT_AFTER_THE_END = timedelta(hours=48)
KEPT_AT_MOST = timedelta(days=7)


def keep_key(home: Path, run: ImportRun, key: ApiKey) -> None:
    """Seal the key into a saved run, in whose workspace the caller acts; and save that."""
    run.sealed_key = sealed(home, run, "sealed_key", key.reveal())
    run.key_hint, run.key_kept_at = key.hint, timezone.now()
    run.save(update_fields=["sealed_key", "key_hint", "key_kept_at"])


def kept_key(home: Path, run: ImportRun) -> ApiKey:
    """The key of a run. Raises `StopImport` if it is no longer kept, and `CannotOpen`."""
    if not run.sealed_key:
        raise StopImport(f"the key of import {run.pk} is no longer kept; give it with --key")
    with acting_in(run.workspace_id):
        return ApiKey.parse(opened(home, run, "sealed_key"))


def forget_key(run: ImportRun) -> None:
    """Keep the key no longer; the caller acts in the run's workspace."""
    run.sealed_key = ""
    run.save(update_fields=["sealed_key"])


def forget_due(now: datetime | None = None) -> int:
    """Forget the keys whose time is up, and remind of each in Cliniko: a sweep.

    Returns how many were forgotten.
    """
    now, forgotten = now or timezone.now(), 0
    kept = ImportRun.objects.using("owner").exclude(sealed_key="").order_by("pk")
    for workspace_id, pk in list(kept.values_list("workspace_id", "pk")):
        with acting_in(workspace_id):
            free = ImportRun.objects.select_for_update(skip_locked=True, of=("self",))
            run = free.select_related("workspace").exclude(sealed_key="").filter(pk=pk).first()
            if run is not None and _is_over(run, now):
                forget_key(run)
                tell_key_forgotten(run)
                forgotten += 1
    return forgotten


def _is_over(run: ImportRun, now: datetime) -> bool:
    since = run.key_kept_at or run.created_at
    if run.state in FORGETS_KEY or since is None or since < now - KEPT_AT_MOST:
        return True
    if run.state in AT_WORK or run.finished_at is None:
        return False
    return max(run.finished_at, since) < now - KEPT_AFTER_THE_END
