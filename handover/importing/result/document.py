"""The sign-off: all that a practice needs to see before it accepts a move, as plain values.

HTML, PDF and terminal show the same values. There is no client in it: counts, causes, the names of
staff, and numbers of records at the most.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import Workspace
from handover.core.json import Json, JsonObject
from handover.core.tenancy import acting_in
from handover.importing.cliniko.stays import STAYS
from handover.importing.engine.errors import StopImport
from handover.importing.engine.values import UNKNOWN_FIELD
from handover.importing.models import ImportRun, Step
from handover.importing.report import COUNTED, Headline
from handover.importing.result.acceptance import acceptances, digest_of
from handover.importing.result.estimate import told_in
from handover.importing.said import again, attribute, cause, type_name
from handover.importing.systems import CLINIKO, HELD_BY, RESOURCES

#: More groups than that are shown by each of their names alone; what differs always in full.
MOST_GROUPS = 40
NO_BYTES = {
    "failed": later("they did not come: see the failures"),
    "not_processed": later("the source has not finished with them: import again later"),
}
APART = {
    "rejected": later("rejected, each with its reason: see the problems"),
    "skipped": later("skipped, each with its reason: see the problems"),
}
Facts = Mapping[str, Any]  # a report, as a run keeps it


def sign_off(run: ImportRun) -> JsonObject:
    """The document of one run. Raises `StopImport` if it has no report yet."""
    if run.report is None:
        raise StopImport(f"import {run.pk} has no result yet: {run.message or 'it is not over'}")
    report = cast("Facts", run.report)
    types = in_order(run, report["types"])
    return {
        "number": run.pk,
        "practice": Workspace.objects.using("owner").get(pk=run.workspace_id).name,
        "account": run.account_name or run.account,
        "held_by": HELD_BY[run.system],
        "state": run.get_state_display(),
        "rehearsal": bool(report["rehearsal"]),
        "balanced": bool(report["balanced"]),
        "summary": Headline.of(dict(types)).sentence(type_name),
        "warnings": [again(each) for each in report["warnings"]],
        "reminder": again(report.get("reminder", "")),
        "began": moment(run.created_at),
        "ended": moment(run.finished_at),
        "requests": report["requests"],
        "outcomes": [str(each.label) for each in COUNTED],
        "types": [_type(name, line) for name, line in types],
        "totals": [_total(each) for each in report.get("control_totals", [])],
        "sums": list(_sums(types)),
        "problems": list(_problems(types)),
        "choices": [_choice(each) for each in report.get("choices", [])],
        "stayed": list(_stayed(run, types)),
        "estimate": told_in((run.rehearsal_result or {}).get("estimate")) if run.rehearsal else "",
        "accepted": _accepted(run),
        "digest": digest_of(run.report),
    }


def moment(value: datetime | None) -> str:
    """A moment for people, in UTC."""
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else ""


def in_order(run: ImportRun, types: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The database keeps JSON in an order of its own; people read it in ours."""
    names = [resource.spec.name for resource in RESOURCES[run.system]]
    return [(name, types[name]) for name in names if name in types]


def _choice(choice: Facts) -> Json:
    return {**choice, "type": type_name(choice["type"]), "choice": again(choice["choice"])}


def _type(name: str, line: Facts) -> JsonObject:
    states = {state for state in line["lists"].values() if state != Step.State.READ}
    return {
        "name": type_name(name),
        "total": line["source_total"],
        "fetched": line["fetched"],
        "counts": [line[each.value] for each in COUNTED],
        "balanced": line["balanced"],
        "note": ", ".join(sorted(str(Step.State(state).label) for state in states)),
    }


def _total(total: Facts) -> JsonObject:
    """A control total: as it is if it is short, else by each of its names alone."""
    groups = total["groups"]
    tables: list[Json] = []
    if len(groups) <= MOST_GROUPS:
        tables.append(_table([attribute(each) for each in total["by"]], groups))
    else:
        for place, name in enumerate(total["by"]):
            tables.append(_table([attribute(name)], list(_by_one(groups, place))))
        if wrong := [each for each in groups if not each["agrees"]]:
            tables.append(_table([attribute(each) for each in total["by"]], wrong))
    return {
        "title": again(total["title"]),
        "of": attribute(total["of"]),
        "agrees": total["agrees"],
        "tables": tables,
    }


def _table(by: Sequence[str], groups: Sequence[Facts]) -> JsonObject:
    return {
        "by": list(by),
        "rows": [
            {
                "key": each["key"],
                "counts": each["counts"],
                "sums": [amount(value) for value in each.get("sums", [])],
                "agrees": each["agrees"],
            }
            for each in groups
        ],
    }


def _by_one(groups: Sequence[Facts], place: int) -> Iterator[Facts]:
    found: dict[str, list[Facts]] = {}
    for each in groups:
        found.setdefault(each["key"][place], []).append(each)
    for name, alike in sorted(found.items()):
        counts = [sum(column) for column in zip(*(each["counts"] for each in alike), strict=True)]
        sums = zip(*(map(Decimal, each.get("sums", [])) for each in alike), strict=True)
        agrees = all(each["agrees"] for each in alike)
        yield {"key": [name], "counts": counts, "sums": [*map(sum, sums)], "agrees": agrees}


def amount(value: str | Decimal | int) -> str:
    """A number with its thousands apart, and no digit more than it has."""
    number = Decimal(value)
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return f"{number:,.{places if places != 1 else 2}f}"


def _sums(types: Sequence[tuple[str, Facts]]) -> Iterator[Json]:
    """Sums that are kept apart are worth reading, and so is every one that does not agree."""
    for name, line in types:
        for each in line["control_sums"]:
            if each["group"] or not each["agrees"]:
                about = (type_name(name), each["group"], attribute(each["attribute"]).lower())
                yield {
                    "name": " ".join(filter(None, about)),
                    "source": amount(each["source"]),
                    "here": amount(each["here"]),
                    "agrees": each["agrees"],
                }


def _problems(types: Sequence[tuple[str, Facts]]) -> Iterator[Json]:
    """Every cause with its count; examples may quote a record, so that they stay in the report."""
    for name, line in types:
        for each in line["problems"]:
            if each["cause"] != UNKNOWN_FIELD:
                yield {
                    "type": type_name(name),
                    "field": each["field"].replace("[]", "").replace(".", " ").replace("_", " "),
                    "cause": cause(each["cause"]),
                    "count": each["count"],
                }


def _stayed(run: ImportRun, types: Sequence[tuple[str, Facts]]) -> Iterator[Json]:
    """What stayed at the source, and why: for good, with this key, or for its own fault."""
    for name, line in types:
        label = type_name(name)
        if Step.State.NOT_PERMITTED in line["lists"].values():
            yield _stays(label, _("the key of this import may not read them"))
        for key, why in NO_BYTES.items():
            if count := (line["contents"] or {}).get(key):
                told = {"count": f"{count:,}", "type": label}
                yield _stays(_("%(type)s: the bytes of %(count)s") % told, str(why))
        for outcome, reason in APART.items():
            if line[outcome]:
                yield _stays(f"{label}: {line[outcome]:,}", str(reason))
    for what, because in STAYS if run.system == CLINIKO else ():
        yield _stays(str(what)[0].upper() + str(what)[1:], str(because))


def _stays(what: str, why: str) -> Json:
    return {"what": what, "why": why}


def _accepted(run: ImportRun) -> list[Json]:
    now = digest_of(cast("JsonObject", run.report))
    with acting_in(run.workspace_id):
        return [
            {
                "by": each.accepted_by,
                "at": moment(each.accepted_at),
                "sentence": each.sentence,
                "digest": each.digest,
                "changed": each.digest != now,
            }
            for each in acceptances(run)
        ]
