"""A first look at an account: what a key may read, how much there is, and the short lists whole.

It costs a request for each list, and one for each count; nothing of a client is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from handover.core.json import Json
from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.envelope import record_id
from handover.importing.cliniko.listing import MOST_PER_PAGE, Listing, Page
from handover.importing.cliniko.reader import Fetched, Reader
from handover.importing.cliniko.resources import RESOURCES
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.cliniko.resources.users import Users
from handover.importing.cliniko.source import FILTERS
from handover.importing.engine import Resource
from handover.importing.engine.errors import Absent, NotPermitted
from handover.importing.engine.payload import decode
from handover.importing.engine.values import Context

READ, NOT_PERMITTED, ABSENT = "read", "not_permitted", "absent"
#: The short lists that somebody is asked about, and what of each record is worth showing.
ASKED: tuple[tuple[type[Resource], tuple[str, ...]], ...] = (
    (Businesses, ("name", "display_name", "address_1", "city", "state", "time_zone")),
    (Users, ("first_name", "last_name", "email", "role", "active")),
    (Practitioners, ("first_name", "last_name", "display_name", "profession", "former")),
    (AppointmentTypes, ("name", "category", "duration_minutes", "max_clients")),
)
_CALENDAR = ("individual_appointments", "group_appointments")
_COUNTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "businesses": ("business_id", _CALENDAR),
    "practitioners": ("practitioner_id", (*_CALENDAR, "treatment_notes")),
    "appointment_types": ("appointment_type_id", _CALENDAR),
}
MOST_COUNTED = 300  # records of one list that are counted for; more would take minutes
T = TypeVar("T")
Facts = dict[str, Any]  # as it is kept with the move
_BY_NAME = {each.spec.name: each for each in RESOURCES}


@dataclass(frozen=True)
class Seen:
    """How one list answered: whether the key may read it, how many records, and the first one."""

    state: str
    total: int = 0
    first: bytes = b""


def lists(client: ClinikoClient) -> dict[str, Facts]:
    """For each type of record: `state` and `total`, all its lists together. Raises as `page`."""
    plain = [each for each in RESOURCES if each.spec.per is None and not each.spec.single]
    asked = {
        (each.spec.name, path): _listing(each, path) for each in plain for path in each.spec.paths
    }
    found: dict[str, list[Seen]] = {}
    for (name, _), seen in _ask(client, asked):
        found.setdefault(name, []).append(seen)
    return {name: _together(found[name]) for name in found}


def _together(seen: Sequence[Seen]) -> Facts:
    states = {each.state for each in seen}
    worst = next(each for each in (NOT_PERMITTED, READ, ABSENT) if each in states)
    return {"state": worst, "total": sum(each.total for each in seen)}


def short_lists(client: ClinikoClient) -> dict[str, list[Facts]]:
    """The records that somebody is asked about, by type, as mappings read them. Raises as `page`.

    Each has its `id`, `archived`, and of practitioners the id of the `user`, beside what is shown.
    """
    return {
        resource.spec.name: [
            _shown(resource, record, names)
            for path in resource.spec.paths
            for record in _whole(client, _listing(resource, path, per_page=MOST_PER_PAGE))
        ]
        for resource, names in ASKED
    }


def _whole(client: ClinikoClient, listing: Listing) -> Iterator[bytes]:
    number, more = 1, True
    while more:
        try:
            page = client.page(listing, number)
        except (NotPermitted, Absent):
            return
        yield from page.records
        number, more = number + 1, page.has_next


def _shown(resource: type[Resource], record: bytes, names: Sequence[str]) -> Facts:
    payload = record.decode("utf-8", "replace")
    draft = resource.transform(payload, Context())
    user = draft.refs.get("user")
    shown: Facts = {name: _plain(draft.values.get(name)) for name in names}
    return {
        **shown,
        "id": record_id(record) or "",
        "archived": draft.values.get("archived_at") is not None,
        "user": user.source_id if user else "",
    }


def _plain(value: object) -> Json:
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def counts(
    client: ClinikoClient, asked: Mapping[str, Sequence[Facts]], seen: Mapping[str, Facts]
) -> Iterator[Facts]:
    """What hangs on each of the records of `short_lists`, one after another. Raises as `page`.

    Each is `{"type", "id", "what", "count", "newest"}`; `newest` is when the one that was made
    last begins. Lists that are empty, or that the key may not read, are not asked.
    """
    questions = dict(_questions(asked, seen))
    for (name, source_id, what), found in _ask(client, questions):
        newest = _begins(found.first) if what in _CALENDAR else ""
        yield {"type": name, "id": source_id, "what": what, "count": found.total, "newest": newest}


def _begins(record: bytes) -> str:
    try:
        facts = decode(record)
    except ValueError:
        return ""
    return str(facts.get("starts_at") or "") if isinstance(facts, dict) else ""


def _questions(
    asked: Mapping[str, Sequence[Facts]], seen: Mapping[str, Facts]
) -> Iterator[tuple[tuple[str, str, str], Listing]]:
    for name, (key, hanging) in _COUNTED.items():
        for what in (each for each in hanging if seen.get(each, {}).get("total")):
            for record in asked.get(name, [])[:MOST_COUNTED]:
                filters = (f"{key}:={record['id']}",)
                yield (name, record["id"], what), _listing(_BY_NAME[what], "", filters)


def _listing(
    resource: type[Resource], path: str = "", filters: tuple[str, ...] = (), per_page: int = 1
) -> Listing:
    usual = tuple(FILTERS[each] for each in resource.spec.include)
    return Listing(
        path or resource.spec.endpoint,
        list_key=resource.spec.endpoint.rsplit("/", 1)[1],
        filters=(*usual, *filters),
        params=(("sort", "created_at:desc"),) if filters else (),
        per_page=per_page,
    )


def _ask(client: ClinikoClient, asked: Mapping[T, Listing]) -> Iterator[tuple[T, Seen]]:
    """Ask for the first page of each, several at once."""
    tags = {str(number): tag for number, tag in enumerate(asked)}
    with Reader(client) as reader:
        for number, tag in tags.items():
            reader.submit(number, asked[tag], 1)
        while ready := reader.ready():
            for each in ready:
                yield tags[each.tag], _seen(each)


def _seen(fetched: Fetched) -> Seen:
    """What a list answered; a problem that is of the whole account is raised."""
    match fetched.problem, fetched.page:
        case NotPermitted(), _:
            return Seen(NOT_PERMITTED)
        case Absent(), _:
            return Seen(ABSENT)
        case None, Page(total=total, records=records):
            count = len(records) if total is None else total
            return Seen(READ, count, records[0] if records else b"")
        case problem, _:
            assert problem is not None  # noqa: S101  # there is a page, or a problem
            raise problem
