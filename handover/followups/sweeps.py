"""Sweeps of follow-ups: what rules come to, what waits, what was sent."""

from handover.core.sweeps import sweep
from handover.followups import sending
from handover.followups.models import FollowUp, FollowUpRule, State


@sweep(every=300)
def plan_by_rules() -> int:
    """Note who is to be asked today; how many."""
    rules = FollowUpRule.objects.using("owner").filter(active=True, archived_at=None)
    return sending.plan_all(sorted(set(rules.values_list("workspace_id", flat=True))))


@sweep(every=5)
def post_waiting() -> int:
    """Post what waits and may go; how many."""
    return sending.post_waiting(_with(State.WAITING))


@sweep(every=5)
def follow_outbox() -> int:
    """Note what has gone; how many."""
    return sending.follow_outbox(_with(State.POSTED))


def _with(state: State) -> list[int]:
    """The workspaces in which there are follow-ups of this state."""
    found = FollowUp.objects.using("owner").filter(state=state).order_by("workspace_id")
    return list(found.values_list("workspace_id", flat=True).distinct())
