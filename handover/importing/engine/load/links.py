"""Links: from an id at the source to a row here, by the ledger, a set at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection
from django.db.models import Model

from handover.importing.engine.ledger import TABLE as LEDGER
from handover.importing.engine.load.elsewhere import Record, known_elsewhere, system_of, told
from handover.importing.engine.values import (
    LEFT_OUT,
    MERGED_LINK,
    MISSING_LINK,
    NOT_PLACED,
    Issue,
    Ref,
)
from handover.importing.models import ImportRun, Outcome, Step

LONGEST_CHAIN = 20
MOST_REMEMBERED = 5_000


class Known(NamedTuple):
    """What the ledger says of a record that a link names."""

    target_id: int | None
    outcome: str
    reason: str
    follows: str


class Found(NamedTuple):
    """Where a link leads: a row, or nothing; and what there is to say about it."""

    target_id: int | None = None
    issue: Issue | None = None
    waits: bool = False
    left_out: bool = False


class Links:
    """The ledger's answer for all links of one batch.

    `remembered` is what earlier batches of the same load have found; it is added to.
    """

    def __init__(
        self, run: ImportRun, remembered: dict[tuple[str, str], Known], refs: Iterable[Ref]
    ) -> None:
        self.run, self.remembered = run, remembered
        self.known: dict[tuple[str, str], Known] = {}
        wanted: dict[str, set[str]] = defaultdict(set)
        for resources, source_id in {(ref.resources, ref.source_id) for ref in refs}:
            for resource in resources:
                if found := remembered.get((resource, source_id)):
                    self.known[resource, source_id] = found
                    break
            else:
                for resource in resources:
                    wanted[resource].add(source_id)
        for resource, ids in wanted.items():
            self._look_up(resource, ids)
        self._unread = self._unread_lists()

    def _look_up(self, resource: str, ids: set[str]) -> None:
        for _ in range(LONGEST_CHAIN):
            rows = self._rows(resource, ids)
            ids = set()
            for source_id, target_id, outcome, reason, follows in rows:
                self.known[resource, source_id] = Known(target_id, outcome, reason, follows)
                if follows and (resource, follows) not in self.known:
                    ids.add(follows)
            if not ids:
                return

    def _rows(self, resource: str, ids: set[str]) -> list[Record]:
        """Ask by one array: a statement with a place for each of thousands of ids takes long."""
        if system_of(resource):
            return known_elsewhere(self.run.workspace_id, resource, ids)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT source_id, target_id, outcome, reason, follows FROM {LEDGER}"
                " WHERE workspace_id = %s AND system = %s AND account = %s"
                " AND resource = %s AND source_id = ANY(%s)",
                [
                    *(self.run.workspace_id, self.run.system, self.run.account),
                    *(resource, list(ids)),
                ],
            )
            return list(cursor.fetchall())

    def drop_deleted(self, models: Mapping[str, type[Model]]) -> None:
        """Forget rows that people have deleted here since; what linked to them says so."""
        ids: dict[type[Model], set[int]] = defaultdict(set)
        fresh = {key: known for key, known in self.known.items() if key not in self.remembered}
        for (resource, _), known in fresh.items():
            if known.target_id is not None and resource in models:
                ids[models[resource]].add(known.target_id)
        there = {
            model: set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
            for model, wanted in ids.items()
        }
        for (resource, source_id), known in fresh.items():
            model = models.get(resource)
            if model and known.target_id is not None and known.target_id not in there[model]:
                self.known[resource, source_id] = Known(
                    None, "deleted", "somebody deleted it here", known.follows
                )
        self._remember(fresh)

    def _remember(self, fresh: Iterable[tuple[str, str]]) -> None:
        """Keep what will not change while this resource is loaded: rows, and no merged ones."""
        if len(self.remembered) > MOST_REMEMBERED:
            self.remembered.clear()
        for key in fresh:
            if (known := self.known[key]).target_id is not None and not known.follows:
                self.remembered[key] = known

    def _unread_lists(self) -> dict[str, str]:
        states = Step.objects.filter(
            workspace_id=self.run.workspace_id,
            run=self.run,
            state__in=(Step.State.NOT_PERMITTED, Step.State.ABSENT),
        )
        return {step.resource: step.get_state_display().lower() for step in states}

    def find(self, name: str, ref: Ref) -> Found:
        """Resolve one link; `name` is the attribute that an issue is filed under."""
        for resource in ref.resources:
            if (known := self.known.get((resource, ref.source_id))) is not None:
                return self._follow(name, ref, resource, known)
        return Found(issue=Issue(name, _code(ref.resources[0]), self._absence(ref)))

    def _follow(self, name: str, ref: Ref, resource: str, known: Known) -> Found:
        if known.target_id is not None and not known.follows:  # nearly all
            return Found(known.target_id)
        source_id, seen = ref.source_id, {ref.source_id}
        while ref.follow and known.follows and known.follows not in seen:
            survivor = self.known.get((resource, known.follows))
            if survivor is None or survivor.target_id is None:
                break
            source_id, known = known.follows, survivor
            seen.add(source_id)
        if known.target_id is None:
            return self._dead_end(name, resource, source_id, known)
        if source_id == ref.source_id:
            return Found(known.target_id)
        merged = told(resource, ref.source_id)
        reason = f"{merged} was merged into {source_id}; linked to that one"
        return Found(known.target_id, Issue(name, MERGED_LINK, reason))

    @staticmethod
    def _dead_end(name: str, resource: str, source_id: str, known: Known) -> Found:
        if known.outcome == Outcome.SKIPPED and known.reason.startswith(LEFT_OUT):
            reason = f"{told(resource, source_id)} was {known.reason}"
            return Found(None, Issue(name, LEFT_OUT, reason), left_out=True)
        waits = known.outcome == Outcome.WAITING
        why = f"{known.outcome}: {known.reason}" if known.reason else f"{known.outcome}"
        reason = (
            f"{told(resource, source_id)} is not here ({why})"
            if system_of(resource)
            else (f"{resource} {source_id} was not loaded ({why})")
        )
        return Found(None, Issue(name, _code(resource), reason), waits)

    def _absence(self, ref: Ref) -> str:
        for resource in ref.resources:
            if resource in self._unread:
                return f"{resource} {ref.source_id}: that list is {self._unread[resource]}"
        if system_of(ref.resources[0]):
            return f"{told(ref.resources[0], ref.source_id)} has not come from there"
        named = " or ".join(ref.resources)
        return f"{named} {ref.source_id} is not among the records that the source lists"


def _code(resource: str) -> str:
    return NOT_PLACED if system_of(resource) else MISSING_LINK
