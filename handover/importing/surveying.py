"""A first look at the account of a draft, by a worker: pages open no key.

What it finds is kept as it comes, so that whoever waits can go on with what is there.
"""

import logging
from typing import Any

from django.utils import timezone

from handover.core.tenancy import acting_in
from handover.importing import runs
from handover.importing.allowance import LINE
from handover.importing.cliniko import survey
from handover.importing.cliniko.client import ClinikoClient
from handover.importing.engine.errors import ImportProblem
from handover.importing.kept_key import kept_key
from handover.importing.models import ImportRun, Move, State

log = logging.getLogger(__name__)
COUNTS_AT_A_TIME = 20


def look(office: runs.Office, run_id: int) -> None:
    """Find out what the key of a draft may read and how much there is, and keep that.

    Raises nothing that the account may come to: it is noted with the move.
    """
    run = ImportRun.objects.using("owner").filter(pk=run_id, state=State.DRAFT).first()
    if run is None:
        return  # it was given up, or submitted without waiting
    run._state.db = "default"
    looking = _Looking(run.workspace_id, run_id)
    try:
        with LINE:
            client = office.client(kept_key(office.home, run))
            with client:
                looking.go(client)
    except ImportProblem as problem:
        log.warning("survey of import %s: %s", run_id, type(problem).__name__)
        looking.keep(problem=str(problem))


def note_problem(run_id: int, problem: str) -> None:
    """Keep why a look came to nothing, for whoever waits for it."""
    run = ImportRun.objects.using("owner").filter(pk=run_id).first()
    if run is not None:
        with acting_in(run.workspace_id):
            Move.objects.filter(run_id=run_id).update(problem=problem)


class _Looking:
    """One look, and what it has found so far."""

    def __init__(self, workspace_id: int, run_id: int) -> None:
        self._workspace_id, self._run_id = workspace_id, run_id
        self._found: dict[str, Any] = {}

    def go(self, client: ClinikoClient) -> None:
        """The short lists first: people can choose while the rest is counted."""
        self._found["records"] = survey.short_lists(client)
        self._found["lists"] = survey.lists(client)
        self.keep()
        counts: dict[str, dict[str, Any]] = {}
        self._found["counts"] = counts
        for number, each in enumerate(
            survey.counts(client, self._found["records"], self._found["lists"]), 1
        ):
            mine = counts.setdefault(f"{each['type']}/{each['id']}", {})
            mine[each["what"]] = each["count"]
            mine["newest"] = max(mine.get("newest", ""), each["newest"])
            if not number % COUNTS_AT_A_TIME:
                self.keep()
        self._found["requests"] = client.requests
        self.keep(over=True)

    def keep(self, *, over: bool = False, problem: str = "") -> None:
        """Keep what was found by now, unless the draft was given up meanwhile."""
        with acting_in(self._workspace_id):
            Move.objects.filter(run_id=self._run_id).update(
                survey=self._found,
                surveyed_at=timezone.now() if over else None,
                problem=problem,
            )
