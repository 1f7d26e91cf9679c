"""What the wizard asks about, record by record: places, people and services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handover.accounts.models import User
from handover.practice.models import Location, Practitioner, Service

Facts = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One type of record that somebody is asked about, and what it may become.

    `title` and `told` show a record of the source: its name, and what tells it from others.
    `named` shows a row here. `sure`: an equal name is enough to match by.
    """

    resource: str
    model: type[Model]
    title: Callable[[Facts], str]
    told: Callable[[Facts], list[str]]
    named: Callable[[Any], str]
    email: Callable[[Any], str] = lambda _: ""
    sure: bool = True
    variants: Mapping[str, str | Promise] = field(default_factory=dict)

    @property
    def new(self) -> Mapping[str, str | Promise]:
        """Ways to make a new row, with their labels."""
        return {"create": _("Create it here"), **self.variants}


def _person(record: Facts) -> str:
    names = (record.get("first_name"), record.get("last_name"))
    return " ".join(each for each in names if each) or record.get("display_name") or _id(record)


def _id(record: Facts) -> str:
    return f"#{record['id']}"


def _place(record: Facts) -> list[str]:
    parts = [", ".join(filter(None, (record.get(n) for n in ("address_1", "city", "state"))))]
    return [*filter(None, parts), *([str(_("archived"))] if record["archived"] else [])]


def _role(record: Facts) -> list[str]:
    gone = record.get("former") or record.get("active") is False
    shown = (record.get("email"), record.get("profession"), *([str(_("has left"))] if gone else []))
    return [each for each in shown if each]


def _service(record: Facts) -> list[str]:
    minutes, places = record.get("duration_minutes"), record.get("max_clients") or 1
    shown = [record.get("category")]
    shown += [str(_("%(minutes)s min") % {"minutes": minutes})] if minutes else []
    shown += [str(_("group of %(places)s") % {"places": places})] if places > 1 else []
    return [*filter(None, shown), *([str(_("archived"))] if record["archived"] else [])]


def _name(record: Any) -> str:  # noqa: ANN401  # a row of one of several models
    return str(record.name)


def _full_name(person: Any) -> str:  # noqa: ANN401
    return f"{person.first_name} {person.last_name}".strip()


LOCATIONS = Kind("businesses", Location, lambda each: each.get("name") or _id(each), _place, _name)
USERS = Kind("users", User, _person, _role, _full_name, email=lambda each: each.email, sure=False)
PRACTITIONERS = Kind("practitioners", Practitioner, _person, _role, _full_name, sure=False)
SERVICES = Kind(
    "appointment_types",
    Service,
    lambda each: each.get("name") or _id(each),
    _service,
    _name,
    variants={"activity": _("Create it as a support activity, without clients")},
)
#: What each step asks about.
ASKED: dict[str, tuple[Kind, ...]] = {
    "locations": (LOCATIONS,),
    "people": (USERS, PRACTITIONERS),
    "services": (SERVICES,),
}
KINDS = {kind.resource: kind for kinds in ASKED.values() for kind in kinds}
