"""Starting, resuming and undoing imports: what the command line and, later, pages and jobs call.

Every function may be called again after a crash; what was done by then is not done twice.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.utils import timezone
from django.utils.text import slugify

from handover.accounts.models import Workspace
from handover.core.encryption import Sealer
from handover.core.tenancy import acting_in
from handover.files.keeping import Keeper
from handover.files.shelf import installed_shelf, shelf_at
from handover.importing.allowance import SharedGate, noting_waits
from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.gate import Gate, OnWait
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.patience import STEADY, Patience
from handover.importing.cliniko.source import ClinikoSource
from handover.importing.engine.contents import LOOKS
from handover.importing.engine.enclosed import store_enclosed
from handover.importing.engine.errors import ImportProblem, StopImport
from handover.importing.engine.lists import look_again
from handover.importing.engine.order import WORTH_CUTTING
from handover.importing.engine.plan import with_needs
from handover.importing.engine.resource import Resource
from handover.importing.engine.row_contents import storing
from handover.importing.engine.run import Mover, Progress, only_one
from handover.importing.engine.source import Source
from handover.importing.engine.undo import Undone, undo
from handover.importing.engine.values import Context
from handover.importing.models import ImportRun, State
from handover.importing.report import Report, make_report
from handover.importing.systems import CLINIKO, RESOURCES

FORGETS_KEY = (State.DONE, State.PARTLY_DONE, State.DELETED)
LONGEST_NAME = 100  # characters of the part that tells workspaces apart
#: A partly done import may be resumed with the key of somebody who may read the rest.
ENDED = (State.DONE, State.DELETED)


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

    @property
    def sealer(self) -> Sealer:
        """Opens and closes stored keys."""
        return Sealer.at(self.home)


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
    raise StopImport(f"there is no workspace {name!r} (there are: {names}); --create makes it")


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
) -> ImportRun:
    """Record a run, with its key sealed. Raises `StopImport` before anything is written.

    `time_zone`: an IANA identifier, for places at the source that name none; "" asks the source.
    `whole` reads all records again, also where only those that have changed need be asked for.
    """
    chosen(only)
    with acting_in(workspace.pk):
        run = ImportRun.objects.create(
            workspace=workspace,
            system=ClinikoSource.system,
            rehearsal=rehearsal,
            only=list(only),
            key_hint=key.hint,
            time_zone=time_zone,
            whole=whole,
        )
        run.sealed_key = Sealer.at(home).seal(key.reveal(), _place(run))
        run.save()
    return run


def go_on(office: Office, run: ImportRun, key: ApiKey | None = None) -> Report:
    """Carry a run on to its report; resuming one and starting one are the same thing.

    Raises `ImportProblem` when it cannot go on; the run then needs attention and says why.
    """
    with only_one(run):
        if run.state in ENDED:
            raise StopImport(f"import {run.pk} is over ({run.get_state_display().lower()})")
        with noting_waits(run, office.on_wait) as on_wait:
            source = replace(office, on_wait=on_wait).source(key or _kept_key(office, run))
            return carry(office, run, source, chosen(run.only))


def carry(
    office: Office, run: ImportRun, source: Source, resources: Sequence[type[Resource]]
) -> Report:
    """Carry on a run that nobody else can touch meanwhile; close the source. Raises as above."""
    begun = timezone.now()
    try:
        _identify(run, source)
        mover = Mover(
            run, resources, office.keeper, office.progress, office.looks, office.worth_cutting
        )
        lines = mover.move(source)
    except ImportProblem as problem:
        _save(run, begun, state=State.NEEDS_ATTENTION, message=str(problem))
        raise
    finally:
        source.close()
    report = make_report(run, lines, _spent(run, begun))
    _finish(run, report, begun)
    return report


def load_rehearsed(run: ImportRun) -> None:
    """Turn a rehearsal into a real import: what was fetched is used, and what changed since."""
    with acting_in(run.workspace_id):
        look_again(run, chosen(run.only))
        run.rehearsal = False
        run.state = State.QUEUED
        run.save()


def undo_run(
    run: ImportRun, *, preview: bool = False, keeper: Keeper | None = None
) -> list[Undone]:
    """Delete what a run made, or say what would be deleted. Raises `StopImport`.

    Bytes go too, once their rows are gone, and what a record that was updated enclosed before is
    stored once more; if that fails, calling it again does it, and so does the next import.
    """
    keeper = keeper or Keeper(installed_shelf())
    with only_one(run):
        if run.state == State.DELETED:
            _settle_bytes(run, keeper)
            raise StopImport(f"import {run.pk} was deleted already")
        context = Context(time_zone=run.time_zone or "UTC")
        result = undo(run, RESOURCES[run.system], context, preview=preview)
        if not preview:
            with acting_in(run.workspace_id):
                run.state, run.undone_at, run.sealed_key = State.DELETED, timezone.now(), ""
                run.save()
            _settle_bytes(run, keeper)
    return result


def _settle_bytes(run: ImportRun, keeper: Keeper) -> None:
    store_enclosed(run, RESOURCES[run.system], keeper)
    with storing():
        keeper.sweep(run.workspace_id)


def _identify(run: ImportRun, source: Source) -> None:
    account = source.account()
    if run.account and run.account != account.id:
        raise StopImport(
            f"this key opens another Cliniko account ({account.name or account.id}) than the one"
            f" that import {run.pk} began with ({run.account_name or run.account})"
        )
    with acting_in(run.workspace_id):
        _refuse_if_overtaken(run, account.id)
        run.account, run.account_name = account.id, account.name
        run.time_zone = run.time_zone or account.time_zone
        run.reading_began_at = run.reading_began_at or account.served_at
        run.requests += account.requests
        run.state, run.message = State.FETCHING, ""
        run.save()


def _refuse_if_overtaken(run: ImportRun, account: str) -> None:
    """A newer import has taken the same records further: an older one would turn them back."""
    newer = ImportRun.objects.filter(
        workspace_id=run.workspace_id, system=run.system, account=account, pk__gt=run.pk
    ).exclude(state=State.DELETED)
    if (latest := newer.order_by("pk").last()) is not None:
        raise StopImport(
            f"import {latest.pk} has gone over the same account since; go on with that one"
            f" (`handover import-resume {latest.pk}`), or begin a new one"
        )


def _kept_key(office: Office, run: ImportRun) -> ApiKey:
    if not run.sealed_key:
        raise StopImport(f"the key of import {run.pk} is no longer kept; give it with --key")
    return ApiKey.parse(office.sealer.open(run.sealed_key, _place(run)))


def _place(run: ImportRun) -> str:
    return f"importing_importrun|{run.workspace_id}|{run.pk}|sealed_key"


def _spent(run: ImportRun, begun: datetime) -> Decimal:
    return run.seconds + Decimal(str(round((timezone.now() - begun).total_seconds(), 3)))


def _finish(run: ImportRun, report: Report, begun: datetime) -> None:
    """Keep the report; a run that is over has no more need of its key."""
    over = report.state in FORGETS_KEY
    _save(
        run,
        begun,
        state=State(report.state),
        report=report.as_json(),
        sealed_key="" if over else run.sealed_key,
        finished_at=timezone.now(),
    )


def _save(run: ImportRun, begun: datetime, **changes: object) -> None:
    with acting_in(run.workspace_id):
        run.seconds = _spent(run, begun)
        for name, value in changes.items():
            setattr(run, name, value)
        run.save()
