"""Starting and resuming imports: what the command line and, later, pages and jobs call.

Every function may be called again after a crash; what was done by then is not done twice.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.files.keeping import Keeper
from handover.files.shelf import shelf_at
from handover.importing.allowance import SharedGate, noting_waits
from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.gate import Gate, OnWait
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.patience import STEADY, Patience
from handover.importing.cliniko.source import ClinikoSource
from handover.importing.engine.contents import LOOKS
from handover.importing.engine.errors import ImportProblem, RetryLater, StopImport
from handover.importing.engine.lease import GiveWay, Lease, only_one, working_on
from handover.importing.engine.lists import look_again
from handover.importing.engine.order import WORTH_CUTTING
from handover.importing.engine.plan import with_needs
from handover.importing.engine.reconcile import Line
from handover.importing.engine.resource import Resource
from handover.importing.engine.run import Mover, Progress
from handover.importing.engine.source import Source
from handover.importing.kept_key import forget_key, keep_key, kept_key
from handover.importing.models import ImportRun, State, Wish
from handover.importing.report import Report, make_report
from handover.importing.result.rehearsal import Rehearsal, forget_samples
from handover.importing.states import ENDED, FORGETS_KEY, go
from handover.importing.systems import CLINIKO, RESOURCES
from handover.importing.telling import tell_state
from handover.importing.watched import watched, watching

#: What a run becomes that was asked to stop.
HALTS = {
    Wish.NONE: State.QUEUED,
    Wish.PAUSE: State.PAUSED,
    Wish.CANCEL: State.CANCELLED,
}
LONGEST_NAME = 100  # characters of the part that tells workspaces apart


@dataclass
class Office:
    """What every import of an installation needs, and who hears of progress.

    `home` holds the key that seals secrets. `rate` is requests a minute, 0 lifts the limit; an
    address with `{shard}` in it is filled from each key. `files` is a folder's path or an address
    of S3, "" for the folder in `home`. `looks` are when, in seconds, to look again at files
    that the source has not finished with. A list of more than `worth_cutting` pages is read by
    parts, the coming weeks first.
    """

    home: Path
    contact: str
    cliniko_url: str
    rate: int
    progress: Progress = field(default_factory=Progress)
    on_wait: OnWait | None = None
    patience: Patience = STEADY
    files: str = ""
    file_hosts: tuple[str, ...] = ()
    looks: Sequence[float] = LOOKS
    worth_cutting: int = WORTH_CUTTING

    def source(self, key: ApiKey) -> ClinikoSource:
        """The account that this key opens, and the hosts that its files may be on."""
        return ClinikoSource(self.client(key), hosts=self.file_hosts, patience=self.patience)

    @property
    def keeper(self) -> Keeper:
        """Where files go."""
        return Keeper(shelf_at(self.home, self.files))

    def client(self, key: ApiKey) -> ClinikoClient:
        """A client for this key, under the installation's limits."""
        return ClinikoClient(
            key,
            contact=self.contact,
            url_template=self.cliniko_url,
            limit=self.rate,
            gate=self._gate(key),
            patience=self.patience,
            on_wait=self.on_wait,
        )

    def _gate(self, key: ApiKey) -> Gate | None:
        """The one allowance of the key for all who use this database; none without a limit."""
        if not self.rate:
            return None
        address = hashlib.sha256(key.api_url(self.cliniko_url).encode()).hexdigest()[:16]
        return SharedGate(f"{key.fingerprint}-{address}", self.rate)

    def mover(self, lease: Lease, resources: Sequence[type[Resource]]) -> Mover:
        """What carries a run of this installation through."""
        return Mover(
            *(lease.run, resources, self.keeper, watched(self.progress), self.looks, lease),
            worth_cutting=self.worth_cutting,
        )


def find_workspace(name: str, *, create: bool = False) -> Workspace:
    """The workspace of this name; capitals and spaces do not count, every other character does.

    Raises `StopImport` if there is none and none is to be made, or one of nearly the same name.
    """
    known = Workspace.objects.using("owner")
    slug = slugify(name, allow_unicode=True)
    if not 0 < len(slug) <= LONGEST_NAME:
        why = f"more than {LONGEST_NAME} characters" if slug else "no letter or digit"
        raise StopImport(f"{name!r} cannot be the name of a workspace: it has {why}")
    found = known.filter(slug=slug).first()
    if found is not None:
        if _compared(found.name) != _compared(name):
            another = "; for another one choose another name" if create else ""
            raise StopImport(
                f"there is a workspace {found.name!r}; did you mean that one? Then write it so."
                f" {name!r} is too much like it to be a second one{another}"
            )
        return found
    if create:
        return known.create(name=" ".join(name.split()), slug=slug)
    names = ", ".join(known.values_list("name", flat=True)) or "none yet"
    raise StopImport(
        f"there is no workspace {name!r} (there are: {names}); `handover import --create` makes it"
    )


def _compared(name: str) -> str:
    """A name without what two ways of typing it may differ in."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def find_run(run_id: int) -> ImportRun:
    """The run of this number, whatever workspace it belongs to. Raises `StopImport`."""
    run = ImportRun.objects.using("owner").filter(pk=run_id).first()
    if run is None:
        raise StopImport(f"there is no import {run_id}; `handover imports` lists them")
    run._state.db = "default"
    return run


def chosen(only: Sequence[str]) -> list[type[Resource]]:
    """The resources of a run. Raises `StopImport` for a name that is none."""
    return with_needs(RESOURCES[CLINIKO], only) if only else list(RESOURCES[CLINIKO])


def resumable(run: ImportRun) -> ImportRun:
    """A run that a key is enough for. Raises `StopImport` for one that took documents."""
    if run.system != CLINIKO:
        raise StopImport(
            f"import {run.pk} took documents from {run.account_name}: `handover attach` with the"
            " same ones goes on where it was"
        )
    return run


def start(
    home: Path,
    workspace: Workspace,
    key: ApiKey,
    *,
    only: Sequence[str],
    rehearsal: bool,
    time_zone: str = "",
    whole: bool = False,
    notify: str = "",
) -> ImportRun:
    """Record a run, with its key sealed. Raises `StopImport` before anything is written.

    `time_zone`: an IANA identifier, for places at the source that name none; "" asks the source.
    `whole` reads all records again, also where only those that have changed need be asked for.
    `notify`: the e-mail address of who is told how it ends; "" tells nobody.
    """
    chosen(only)
    with acting_in(workspace.pk):
        run = ImportRun.objects.create(
            workspace=workspace,
            system=ClinikoSource.system,
            rehearsal=rehearsal,
            only=list(only),
            time_zone=time_zone,
            whole=whole,
            notify=notify,
        )
        keep_key(home, run, key)
    return run


def go_on(office: Office, run: ImportRun, key: ApiKey | None = None) -> Report:
    """Carry a run on to its report; resuming one and starting one are the same thing.

    Raises `ImportProblem` when it cannot go on; the run then needs attention and says why. Raises
    `GiveWay` when it was paused or cancelled meanwhile, `Stale` when another process took it over.
    """
    with only_one(run) as lease:
        refuse_if_over(run)
        return carry_source(office, lease, key)


def carry_source(office: Office, lease: Lease, key: ApiKey | None = None) -> Report:
    """Carry a run that reads an account on; raises as `go_on` does."""
    run = lease.run
    with watching(run), noting_waits(run, office.on_wait) as on_wait:
        source = replace(office, on_wait=on_wait).source(key or kept_key(office.home, run))
        return carry(office, lease, source, chosen(run.only))


def refuse_if_over(run: ImportRun) -> None:
    """Raise `StopImport` for a run that nothing is left to be done of."""
    if run.state == State.DRAFT:
        raise StopImport(f"import {run.pk} is a draft: submit it under Settings > Import")
    if run.state in (*ENDED, State.DELETING):
        raise StopImport(f"import {run.pk} is over ({run.get_state_display().lower()})")


def carry(
    office: Office, lease: Lease, source: Source, resources: Sequence[type[Resource]]
) -> Report:
    """Carry on a run that was taken; close the source. Raises as `go_on` does."""
    run, begun = lease.run, timezone.now()
    rehearsal = Rehearsal(run, resources, office.rate)

    def rehearsed(lines: Sequence[Line], seconds: float) -> None:
        rehearsal.look(lines, seconds)
        office.progress.on_rehearsed(lines, seconds)

    progress = replace(
        office.progress, on_state=lambda state: _move(run, state), on_rehearsed=rehearsed
    )
    try:
        _identify(run, source)
        mover = replace(office, progress=progress).mover(lease, resources)
        lines = mover.move(source)
    except GiveWay as asked:
        _halt(run, asked, begun)
        raise
    except ImportProblem as problem:
        by_itself = run.in_background and isinstance(problem, RetryLater)
        state = State.QUEUED if by_itself else State.NEEDS_ATTENTION
        _save(run, begun, state=state, message=str(problem))
        raise
    finally:
        source.close()
    return finish(run, lines, begun, rehearsal)


def load_rehearsed(run: ImportRun) -> None:
    """Turn a rehearsal into a real import: what was fetched is used, and what changed since."""
    with working_on(run):
        look_again(run, chosen(run.only))
        forget_samples(run)
        run.rehearsal = False
        go(run, State.QUEUED)
        run.save()


def _move(run: ImportRun, state: State) -> None:
    with working_on(run):
        go(run, state)
        run.save()


def _halt(run: ImportRun, asked: GiveWay, begun: datetime) -> None:
    """Note that the run stops here for now, unless whoever asked has thought better of it."""
    with working_on(run):
        wish = ImportRun.objects.select_for_update().values_list("wish", flat=True).get(pk=run.pk)
        _save(run, begun, state=HALTS[Wish(wish)], message="")
        if wish == Wish.CANCEL:
            run.finished_at = timezone.now()
            run.save()
    asked.wish = Wish(wish)


def _identify(run: ImportRun, source: Source) -> None:
    account = source.account()
    if run.account and run.account != account.id:
        raise StopImport(
            f"this key opens another Cliniko account ({account.name or account.id}) than the one"
            f" that import {run.pk} began with ({run.account_name or run.account})"
        )
    with working_on(run):
        _refuse_if_overtaken(run, account.id)
        run.account, run.account_name = account.id, account.name
        run.time_zone = run.time_zone or account.time_zone
        run.reading_began_at = run.reading_began_at or account.served_at
        run.requests += account.requests
        go(run, State.FETCHING)
        run.message = ""
        run.save()


def _refuse_if_overtaken(run: ImportRun, account: str) -> None:
    """A newer import has taken the same records further: an older one would turn them back."""
    newer = ImportRun.objects.filter(
        workspace_id=run.workspace_id, system=run.system, account=account, pk__gt=run.pk
    ).exclude(state__in=(State.DELETED, State.DRAFT))
    if (latest := newer.order_by("pk").last()) is not None:
        raise StopImport(
            f"import {latest.pk} has gone over the same account since; go on with that one"
            f" (`handover import-resume {latest.pk}`), or begin a new one"
        )


def _spent(run: ImportRun, begun: datetime) -> Decimal:
    return run.seconds + Decimal(str(round((timezone.now() - begun).total_seconds(), 3)))


def finish(
    run: ImportRun, lines: Sequence[Line], begun: datetime, rehearsal: Rehearsal | None = None
) -> Report:
    """Keep the report; a run that is over has no more need of its key.

    Without a `rehearsal` failures were tried again: that gives no more time to delete the run.
    """
    report = make_report(run, lines, _spent(run, begun))
    now = timezone.now()
    undo_until: datetime | None = now + settings.ENVIRONMENT.undo_window
    if run.rehearsal:  # it has made nothing: what it has read can be deleted at any time
        undo_until = None
    elif rehearsal is None:
        undo_until = run.undo_until
    found = {"rehearsal_result": rehearsal.result(report)} if rehearsal and run.rehearsal else {}
    _save(
        run,
        begun,
        state=State(report.state),
        report=report.as_json(),
        tries=0,
        finished_at=now,
        undo_until=undo_until,
        **found,
    )
    return report


def _save(run: ImportRun, begun: datetime, *, state: State, **changes: object) -> None:
    with working_on(run):
        go(run, state)
        run.seconds = _spent(run, begun)
        for name, value in changes.items():
            setattr(run, name, value)
        run.save()
        if state in FORGETS_KEY:
            forget_key(run)
        tell_state(run)
