"""The rows of the steps that ask what a record is to become, and keeping the answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handover.importing.choosing import Source, keep_choice, value_of
from handover.importing.models import Choice, Move, SourceRecord
from handover.importing.wizard.kinds import ASKED, KINDS, Facts, Kind
from handover.importing.wizard.suggesting import Suggester, Suggestion
from handover.practice.models import Practitioner

Option = tuple[str, str]  # value, label


@dataclass
class Row:
    """One record of the source as a step shows it; `value` is what is chosen or suggested."""

    key: str
    name: str
    told: list[str]
    count: int | None
    notes: int
    newest: date | None
    suggestion: Suggestion
    value: str = ""
    state: str = "open"  # or: settled, chosen, suggested
    settled_as: str = ""
    new: list[Option] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    same: list[Option] = field(default_factory=list)
    lost: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody must choose."""
        return self.state == "open"

    @property
    def guess(self) -> str:
        """What an unsure suggestion leads to, by name; "" if there is none."""
        return dict(self.options).get(self.suggestion.value, "")


@dataclass
class Sheet:
    """All rows of one step."""

    rows: list[Row]

    @property
    def open(self) -> int:
        """How many somebody must choose for."""
        return sum(row.is_open for row in self.rows)

    @property
    def guesses(self) -> int:
        """For how many of those there is a suggestion."""
        return sum(row.is_open and bool(row.suggestion.value) for row in self.rows)


def sheet(move: Move, step: str) -> Sheet:
    """The rows of a step. A practitioner who is a user as well is one person, and one row."""
    return Sheet([row for kind in ASKED[step] for row in _with_others(list(_rows(move, kind)))])


def _with_others(rows: list[Row]) -> list[Row]:
    """Rows with the others whose row they can have: those that become one of their own."""
    heads = [
        (f"same:{row.key.partition('/')[2]}", row.name)
        for row in rows
        if row.value.startswith("match:") or row.value in dict(row.new)
    ]
    followed = {row.value for row in rows if row.value.startswith("same:")}
    for row in rows:
        own = f"same:{row.key.partition('/')[2]}"
        row.same = [each for each in heads if each[0] != own] if own not in followed else []
        if row.value.startswith("same:") and row.value not in dict(row.same):
            row.value, row.state = "", "open"  # that one becomes nothing any more
    return rows


def _records(move: Move, kind: Kind) -> list[Facts]:
    found: list[Facts] = (move.survey.get("records") or {}).get(kind.resource, [])
    if kind.resource == "practitioners":
        users = {each["id"] for each in _records(move, KINDS["users"])}
        found = [each for each in found if each["user"] not in users]
    return found


def _rows(move: Move, kind: Kind) -> Iterator[Row]:
    here = list(kind.model._default_manager.order_by("pk"))
    records, ledger = _records(move, kind), _of_account(move, kind)
    loaded = dict(
        SourceRecord.objects.filter(**ledger, target_id__isnull=False).values_list(
            "source_id", "target_id"
        )
    )
    names = {each.pk: kind.named(each) or f"#{each.pk}" for each in here}
    options = [(f"match:{pk}", name) for pk, name in names.items()]
    choices = {each.source_id: each for each in Choice.objects.filter(**ledger)}
    claimed = set(loaded.values())
    suggester = Suggester(kind, records, [each for each in here if each.pk not in claimed])
    for record in records:
        row = _row(move, kind, record, suggester.suggest(record))
        row.options = options
        if (pk := loaded.get(record["id"])) in names:
            row.state, row.settled_as = "settled", names[pk or 0]
        elif value := _value_of(choices.get(record["id"]), names):
            row.state, row.value = "chosen", value
        elif row.suggestion.sure:
            row.state, row.value = "suggested", row.suggestion.value
        yield row


def _of_account(move: Move, kind: Kind) -> dict[str, Any]:
    return {
        "workspace_id": move.workspace_id,
        "system": move.run.system,
        "account": move.run.account,
        "resource": kind.resource,
    }


def _row(move: Move, kind: Kind, record: Facts, suggestion: Suggestion) -> Row:
    own = [f"{kind.resource}/{record['id']}"]
    mine = _practitioners_of(move, kind, record["id"])
    counted = move.survey.get("counts") or {}
    found = [
        counted.get(key, {}) for key in (*own, *(f"practitioners/{one['id']}" for one in mine))
    ]
    calendar = ("individual_appointments", "group_appointments")
    count = sum(each.get(what, 0) for each in found for what in calendar)
    told = kind.told(record) + [each for one in mine for each in kind.told(one)]
    row = Row(
        key=own[0],
        name=kind.title(record),
        told=list(dict.fromkeys(told)),
        count=count if move.surveyed_at or any(found) else None,
        notes=sum(each.get("treatment_notes", 0) for each in found),
        newest=_day(max((each.get("newest", "") for each in found), default="")),
        suggestion=suggestion,
    )
    row.new = [(value, str(label)) for value, label in kind.new.items()]
    row.lost = _lost(count)
    return row


def _day(moment: str) -> date | None:
    try:
        return date.fromisoformat(moment[:10])
    except ValueError:
        return None


def _lost(count: int) -> str:
    if not count:
        return _("Leave it out (nothing hangs on it)")
    told = ngettext("%(count)s appointment", "%(count)s appointments", count)
    return _("Leave it out, and %(told)s with it") % {"told": told % {"count": f"{count:,}"}}


def _practitioners_of(move: Move, kind: Kind, user_id: str) -> list[Facts]:
    if kind.resource != "users":
        return []
    known: list[Facts] = (move.survey.get("records") or {}).get("practitioners", [])
    return [each for each in known if each["user"] == user_id]


def _value_of(choice: Choice | None, names: Mapping[int, str]) -> str:
    """A choice as the form has it; "" for none, and for one whose row is gone."""
    if choice is None or (choice.target_id is not None and choice.target_id not in names):
        return ""
    return value_of(choice)


def keep(move: Move, step: str, answers: Mapping[str, str], *, by: str) -> int:
    """Keep answers, by the keys of rows; "" takes a choice back. Returns how many were kept.

    What is not among a row's options is passed over: nobody can choose it in the form.
    """
    shown = sheet(move, step)
    kept = 0
    with transaction.atomic():
        for row in shown.rows:
            value = answers.get(row.key)
            if value is None or row.state == "settled" or value == row.value == "":
                continue
            if value in {"", "ignore", *dict(row.new), *dict(row.options), *dict(row.same)}:
                _keep(move, row, value, by)
                kept += 1
    return kept


def accept(move: Move, step: str, *, by: str, guesses: bool) -> int:
    """Keep every suggestion that nobody has answered yet; with `guesses` the unsure ones too."""
    rows = [row for row in sheet(move, step).rows if row.state in {"open", "suggested"}]
    wanted = [row for row in rows if row.suggestion.value and (guesses or row.suggestion.sure)]
    return keep(move, step, {row.key: row.suggestion.value for row in wanted}, by=by)


def _keep(move: Move, row: Row, value: str, by: str) -> None:
    resource, _slash, source_id = row.key.partition("/")
    kind = KINDS[resource]
    source = Source(move.workspace_id, move.run.account)
    keep_choice(source, resource, source_id, value, name=row.name, by=by)
    for one in _practitioners_of(move, kind, source_id):
        as_one = _as_practitioner(move, kind, value)
        keep_choice(source, "practitioners", one["id"], as_one, name=row.name, by=by)


def _as_practitioner(move: Move, kind: Kind, value: str) -> str:
    """What a person's practitioner becomes: that of the user here, or of the other one who they
    are; "" leaves it to their link."""
    if value.startswith("same:"):
        others = _practitioners_of(move, kind, value.partition(":")[2])
        return f"same:{others[0]['id']}" if others else ""
    if not value.startswith("match:"):
        return value if value == "ignore" else ""
    found = Practitioner.objects.filter(user_id=int(value.partition(":")[2])).order_by("pk").first()
    return f"match:{found.pk}" if found else ""
