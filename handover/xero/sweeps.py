"""Work with Xero that nobody is at, because its worker has died, is found."""

from django.db import connections

from handover.core.sweeps import sweep
from handover.xero.allowance import forget_calls
from handover.xero.jobs import nudge

_FORGOTTEN = """
SELECT w.workspace_id FROM (
  SELECT workspace_id FROM xero_xeroerrand WHERE state = 'waiting'
  UNION SELECT workspace_id FROM xero_xeropush WHERE kind = 'api' AND (state = 'working'
    OR state = 'queued' AND coalesce(waits_until, '-infinity') < clock_timestamp())) w
WHERE NOT EXISTS (SELECT FROM procrastinate_jobs j
  WHERE j.queueing_lock = 'xero-' || w.workspace_id AND j.status IN ('todo', 'doing')
    OR j.queueing_lock = 'xero-' || w.workspace_id || '-later' AND j.status = 'doing')
"""

sweep(every=3600)(forget_calls)


@sweep(every=3)
def wake_forgotten() -> int:
    """Put what waits back into the queue; how many workspaces."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_FORGOTTEN)
        found = [number for (number,) in cursor.fetchall()]
    for number in found:
        nudge(number)
    return len(found)
