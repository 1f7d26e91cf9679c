"""What people chose for single records: keeping it, reading it from a file, telling it in a report.

The engine obeys it (`engine.load.choices`); the wizard and commands ask for it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from handover.core.json import Json, JsonObject
from handover.core.tenancy import WorkspaceOwned, acting_in
from handover.importing.engine.errors import StopImport
from handover.importing.models import Choice, ImportRun
from handover.importing.systems import CLINIKO, RESOURCES

How = Choice.How
HOWS = {"match": How.MATCH, "ignore": How.IGNORE, "same": How.SAME}
#: Other ways to make a new row, by type: their name, and the columns that it gets besides.
VARIANTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "appointment_types": {"activity": {"kind": "support_activity"}},
}
_TARGETS = {
    each.spec.name: each.spec.target
    for each in RESOURCES[CLINIKO]
    if each.spec.match and each.spec.per is None
}


@dataclass(frozen=True)
class Source:
    """Whose records are chosen for: a workspace, and an account at the source."""

    workspace_id: int
    account: str
    system: str = CLINIKO

    @property
    def columns(self) -> dict[str, str | int]:
        """The same, as columns of a choice."""
        return {
            "workspace_id": self.workspace_id,
            "account": self.account,
            "system": self.system,
        }


def keep_choice(
    source: Source, resource: str, source_id: str, value: str, *, name: str = "", by: str = ""
) -> None:
    """Keep what a record is to become: `ignore`, `create`, a variant of that, `match:NUMBER`, or
    `same:ID`, the row that another record of the type becomes.

    "" takes a choice back. The caller acts in the workspace.
    """
    mine = Choice.objects.filter(**source.columns, resource=resource, source_id=source_id)
    mine.delete()
    if not value:
        return
    how, _colon, number = value.partition(":")
    Choice.objects.create(
        **source.columns,
        resource=resource,
        source_id=source_id,
        name=name,
        how=HOWS.get(how, How.CREATE),
        target_id=int(number) if how == "match" else None,
        other_id=number if how == "same" else "",
        values=dict(VARIANTS.get(resource, {}).get(how, {})),
        chosen_by=by,
        chosen_at=timezone.now(),
    )


def value_of(choice: Choice) -> str:
    """A choice as it is written: see `keep_choice`."""
    if choice.how == How.MATCH:
        return f"match:{choice.target_id}"
    if choice.how == How.SAME:
        return f"same:{choice.other_id}"
    if choice.how == How.IGNORE:
        return "ignore"
    variants = VARIANTS.get(choice.resource, {})
    return next((name for name, values in variants.items() if values == choice.values), "create")


def from_file(path: Path, source: Source, *, by: str) -> int:
    """Keep the choices of a JSON file; returns how many. Raises `StopImport`, and keeps none then.

    `{"appointment_types": {"1234": "ignore", "1235": "create", "1236": "match:7",
    "1237": "same:1235"}}`: types, ids at the source, and what each is to become; rows here go by
    their numbers.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise StopImport(f"{path} cannot be read as JSON: {problem}") from None
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise StopImport(f"{path} holds no choices: for each type, an object of ids")
    with acting_in(source.workspace_id):
        given = list(_checked(found))
        for resource, source_id, value in given:
            keep_choice(source, resource, source_id, value, by=by)
    return len(given)


def _checked(found: Mapping[str, Mapping[str, Json]]) -> Iterator[tuple[str, str, str]]:
    for resource, choices in found.items():
        if resource not in _TARGETS:
            known = ", ".join(sorted(_TARGETS))
            raise StopImport(f"nothing can be chosen for {resource!r}; known are: {known}")
        for source_id, value in choices.items():
            if not isinstance(value, str) or not (
                _is_same(choices, source_id, value) or _may_be(resource, value)
            ):
                raise StopImport(f"{resource} {source_id}: {value!r} is no choice, or no row here")
            yield resource, source_id, value


def _is_same(choices: Mapping[str, Json], source_id: str, value: str) -> bool:
    """Whether it is to be the same as another one, which is not in its turn."""
    how, _colon, other = value.partition(":")
    return (
        how == "same"
        and other not in {"", source_id}
        and not str(choices.get(other, "")).startswith("same:")
    )


def _may_be(resource: str, value: str) -> bool:
    how, _colon, number = value.partition(":")
    if how == "match":
        rows = _TARGETS[resource]._default_manager
        return number.isdecimal() and rows.filter(pk=int(number)).exists()
    return value in {"ignore", "create", *VARIANTS.get(resource, {})}


def told(row: WorkspaceOwned) -> str:
    """What people know a row by."""
    names = ("name", "first_name", "last_name", "email")
    words = [str(getattr(row, name)) for name in names if getattr(row, name, "")]
    name = " ".join(words)
    return _("%(name)s (former)") % {"name": name} if getattr(row, "former", False) else name


def choices_of(run: ImportRun) -> list[JsonObject]:
    """What was chosen for the run's account, as its report tells it."""
    with acting_in(run.workspace_id):
        found = Choice.objects.filter(**Source(run.workspace_id, run.account, run.system).columns)
        names = {(each.resource, each.source_id): each.name or each.source_id for each in found}
        return [_as_json(each, names) for each in found]


def _as_json(choice: Choice, names: Mapping[tuple[str, str], str]) -> JsonObject:
    rows = _TARGETS[choice.resource]._default_manager
    row = rows.filter(pk=choice.target_id).first() if choice.target_id else None
    return {
        "type": choice.resource,
        "id": choice.source_id,
        "name": choice.name,
        "choice": value_of(choice).partition(":")[0],
        "to": told(row) if row else names.get((choice.resource, choice.other_id), choice.other_id),
        "by": choice.chosen_by,
    }
