"""Whose files are needed first: those of clients who come soonest."""

from typing import Any

from django.db.models import F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from handover.scheduling.models import Attendance, Status


def coming_first(files: QuerySet[Any]) -> QuerySet[Any]:
    """Order files by their client's next appointment; then the newest first."""
    coming = Attendance.objects.filter(
        workspace=OuterRef("workspace"),
        client=OuterRef("client"),
        appointment__starts_at__gte=Now(),
    ).exclude(status=Status.CANCELLED)
    soonest = coming.values("client").annotate(at=Min("appointment__starts_at")).values("at")
    soon = F("needed_at").asc(nulls_last=True)
    new = F("created_at").desc(nulls_last=True)
    ordered: QuerySet[Any] = files.annotate(needed_at=Subquery(soonest)).order_by(soon, new, "-pk")
    return ordered
