"""The failures of a run: which records, why, and where to look at them at the source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from handover.core.tenancy import acting_in
from handover.importing.cliniko.pages import Page, page_of, subdomain_in
from handover.importing.engine.row_contents import CONTENT
from handover.importing.models import ImportRun, Outcome, SourceRecord
from handover.importing.systems import CLINIKO

REJECTED = str(Outcome.REJECTED)
#: What is wrong although nothing was rejected: bytes that did not come.
MISSING = Q(issues__contains=[{"field": CONTENT, "code": "content missing"}])
MOST = 1000  # that are listed; the counts are in the report


@dataclass(frozen=True)
class Failure:
    """One record that did not come, or not whole. It holds no value of the record."""

    type: str
    source_id: str
    cause: str
    reason: str
    page: Page | None


def failed(
    run: ImportRun, *, causes: Sequence[str] = (), types: Sequence[str] = ()
) -> QuerySet[SourceRecord]:
    """The records that were rejected or lack their bytes; to be asked inside the workspace.

    With `causes` those that have one of these: the code of an issue, or an outcome as `rejected`.
    """
    records = SourceRecord.objects.filter(workspace_id=run.workspace_id, run=run)
    if types:
        records = records.filter(resource__in=types)
    if not causes:
        return records.filter(Q(outcome=Outcome.REJECTED) | MISSING)
    wanted = Q(outcome__in=[each for each in causes if each in Outcome.values])
    for cause in causes:
        wanted |= Q(issues__contains=[{"code": cause}])
    return records.filter(wanted)


def failures(
    run: ImportRun, *, causes: Sequence[str] = (), types: Sequence[str] = (), most: int = MOST
) -> list[Failure]:
    """List them by cause, at most `most`, with the page at the source that is nearest to each."""
    with acting_in(run.workspace_id):
        subdomain = subdomain_of(run)
        found = failed(run, causes=causes, types=types).order_by("resource", "reason", "pk")[:most]
        return [_failure(each, causes, subdomain) for each in found]


def _failure(record: SourceRecord, causes: Sequence[str], subdomain: str) -> Failure:
    cause, reason = next(_causes(record, causes), (record.outcome, record.reason))
    page = None
    if record.system == CLINIKO:
        page = page_of(record.resource, record.source_id, record.payload, subdomain)
    return Failure(record.resource, record.source_id, cause, reason, page)


def _causes(record: SourceRecord, causes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The cause that was asked for first, else why the record failed."""
    if record.outcome == Outcome.REJECTED and (not causes or REJECTED in causes):
        yield REJECTED, record.reason
    for issue in record.issues:
        if issue["code"] in causes or (not causes and issue["field"] == CONTENT):
            yield issue["code"], issue["reason"]


def subdomain_of(run: ImportRun) -> str:
    """The account's own name in addresses, as its settings say it, whichever run has read them."""
    payloads = SourceRecord.objects.filter(
        workspace_id=run.workspace_id, system=run.system, account=run.account, resource="settings"
    ).values_list("payload", flat=True)
    return next((found for each in payloads if (found := subdomain_in(each))), "")
