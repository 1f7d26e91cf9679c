"""Writing to the ledger: what was read, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from handover.core import bulk
from handover.core.json import Json
from handover.importing.engine.payload import encode, fingerprint
from handover.importing.models import ImportRun, Outcome, SourceRecord, Step

TABLE = SourceRecord._meta.db_table
VANISHED = "deleted at the source while it was being read"

# A record that is seen twice in one run (rows move between pages while they are read) keeps what
# became of it; one that has changed since waits again.
_KEEP = f"""
INSERT INTO {TABLE} AS r (workspace_id, run_id, system, account, resource, source_id, path, part,
    sweep, payload, payload_hash, loaded_hash, outcome, reason, issues, follows)
SELECT %(workspace)s, %(run)s, %(system)s, %(account)s, %(resource)s,
    source_id, %(path)s, %(part)s, %(sweep)s, payload, payload_hash, '', 'waiting', '', '[]', ''
FROM unnest(%(ids)b::text[], %(payloads)b::text[], %(hashes)b::text[])
    AS seen (source_id, payload, payload_hash)
ON CONFLICT (workspace_id, system, account, resource, source_id) DO UPDATE SET
    run_id = EXCLUDED.run_id, path = EXCLUDED.path, part = EXCLUDED.part, sweep = EXCLUDED.sweep,
    reason = CASE WHEN r.reason = %(vanished)s THEN '' ELSE r.reason END,
    superseded_payload = CASE
        WHEN r.payload_hash <> EXCLUDED.payload_hash AND r.loaded_hash = r.payload_hash
        THEN r.payload WHEN r.run_id <> EXCLUDED.run_id AND r.loaded_hash = r.payload_hash THEN NULL
        ELSE r.superseded_payload END,
    payload = EXCLUDED.payload, payload_hash = EXCLUDED.payload_hash,
    outcome = CASE WHEN r.run_id = EXCLUDED.run_id AND r.payload_hash = EXCLUDED.payload_hash
        AND NOT (r.outcome = 'skipped' AND r.reason = %(vanished)s)
        THEN r.outcome ELSE 'waiting' END
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as it stands on a page: its id at the source, and its JSON text."""

    source_id: str
    payload: str


def keep(run: ImportRun, step: Step, records: Sequence[Seen]) -> None:
    """Write one page's records; call it in the transaction that moves the bookmark."""
    seen = {each.source_id: each.payload for each in records}  # twice on a page: the last counts
    bulk.run(
        _KEEP,
        {
            "workspace": run.workspace_id,
            "run": run.pk,
            "system": run.system,
            "account": run.account,
            "resource": step.resource,
            "path": step.path,
            "part": step.part,
            "vanished": VANISHED,
            "sweep": step.sweep,
            "ids": list(seen),
            "payloads": list(seen.values()),
            "hashes": [fingerprint(payload) for payload in seen.values()],
        },
    )


def importing() -> None:
    """Tell the database, for this transaction, that an import is at work or is being undone.

    It notes revisions itself, and may write over locked rows that the ledger says are its own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.importing', 'on', true)")


@dataclass(slots=True)
class Result:
    """What became of one record of the ledger."""

    record_id: int
    payload_hash: str
    outcome: Outcome = Outcome.WAITING
    reason: str = ""
    issues: list[Json] = field(default_factory=list)
    deferred: dict[str, Json] | None = None
    follows: str = ""
    target_id: int | None = None
    target_revision: int | None = None
    made_by: int | None = None
    loaded: bool = True


# Without the range a planner that has no statistics yet reads the whole ledger each time.
_SETTLE = f"""
UPDATE {TABLE} r SET outcome = s.outcome, reason = s.reason, issues = s.issues,
    deferred = s.deferred, follows = s.follows, target_id = s.target_id,
    target_revision = s.target_revision, made_by_id = s.made_by_id,
    loaded_hash = coalesce(s.loaded_hash, r.loaded_hash)
FROM json_to_recordset(%(results)s::json) AS s (id bigint, outcome text, reason text, issues jsonb,
    deferred jsonb, follows text, target_id bigint, target_revision int, made_by_id bigint,
    loaded_hash text)
WHERE r.id = s.id AND r.id BETWEEN %(least)s AND %(most)s
"""


def settle(results: Sequence[Result]) -> None:
    """Write what became of records, in the transaction that wrote their targets."""
    if not results:
        return
    ids = [each.record_id for each in results]
    told = encode([_as_json(each) for each in results])  # one text: no table to make and to drop
    bulk.run(_SETTLE, {"results": told, "least": min(ids), "most": max(ids)})


def _as_json(result: Result) -> dict[str, object]:
    loaded = result.loaded and result.target_id is not None and result.outcome != Outcome.REJECTED
    return {
        "id": result.record_id,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "issues": result.issues,
        "deferred": result.deferred or None,
        "follows": result.follows,
        "target_id": result.target_id,
        "target_revision": result.target_revision,
        "made_by_id": result.made_by,
        "loaded_hash": result.payload_hash if loaded else None,
    }
