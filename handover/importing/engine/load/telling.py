"""Issues that are found when all is loaded: told anew each time, so none outlives its cause."""

from collections.abc import Sequence

from django.db import connection

from handover.core import bulk
from handover.importing.engine.ledger import TABLE
from handover.importing.engine.payload import encode
from handover.importing.engine.values import Issue
from handover.importing.models import ImportRun

_ANEW = f"""
UPDATE {TABLE} r SET issues = s.issues FROM (
    SELECT r.id, coalesce((
        SELECT jsonb_agg(i.issue ORDER BY i.place)
        FROM jsonb_array_elements(r.issues) WITH ORDINALITY AS i (issue, place)
        WHERE NOT i.issue @> %(kind)s::jsonb
    ), '[]') || coalesce(t.issues, '[]') AS issues
    FROM {TABLE} r LEFT JOIN told t ON t.target_id = r.target_id
    WHERE r.workspace_id = %(workspace)s AND r.resource = ANY(%(resources)s)
        AND (%(run)s::bigint IS NULL OR r.run_id = %(run)s) AND r.target_id IS NOT NULL
        AND (t.target_id IS NOT NULL OR r.issues @> jsonb_build_array(%(kind)s::jsonb))
) s WHERE r.id = s.id AND r.issues IS DISTINCT FROM s.issues
"""


def tell_anew(
    workspace_id: int,
    resources: Sequence[str],
    kind: tuple[str, str],
    found: Sequence[tuple[int, Sequence[Issue]]],
    *,
    run: ImportRun | None = None,
) -> None:
    """Replace all issues of one field and code by what was found: a row's id, and its issues.

    They go to the records of these resources, of one run or of all. Nothing is written where
    nothing is new. Call it inside the workspace.
    """
    bulk.stage("told", columns="target_id bigint PRIMARY KEY, issues jsonb NOT NULL")
    bulk.copy(
        "told",
        ("target_id", "issues"),
        ((row_id, encode([each.as_json() for each in issues])) for row_id, issues in found),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _ANEW,
            {
                "workspace": workspace_id,
                "resources": list(resources),
                "run": None if run is None else run.pk,
                "kind": encode({"field": kind[0], "code": kind[1]}),
            },
        )
