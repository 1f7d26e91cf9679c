"""Cliniko as the engine sees it: an account whose lists are read by page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from threading import Event
from typing import ClassVar, TypeVar

from handover.core.json import JsonObject
from handover.core.zones import identifier
from handover.importing.cliniko.client import ClinikoClient, WhoAmI
from handover.importing.cliniko.contents import Contents, Gotten
from handover.importing.cliniko.envelope import record_id
from handover.importing.cliniko.file_hosts import FileHosts
from handover.importing.cliniko.listing import MOST_PER_PAGE, Listing, Page
from handover.importing.cliniko.patience import STEADY, Patience
from handover.importing.cliniko.reader import Reader
from handover.importing.engine import Resource
from handover.importing.engine.errors import BadValue, NotPermitted
from handover.importing.engine.fields import Link
from handover.importing.engine.fields.scalars import instant
from handover.importing.engine.payload import Picker, decode, lookup
from handover.importing.engine.soon import BEFORE, FROM, ONE_OF, Filter, Portion
from handover.importing.engine.source import Account, Fetched

SETTINGS = "/settings"
PUBLIC_SETTINGS = "/settings/public"
_MADE_AT = Picker(["created_at"])
T = TypeVar("T")
OPERATORS = {FROM: ">=", BEFORE: "<", ONE_OF: "="}
FILTERS = {"archived": "archived_at:*", "cancelled": "cancelled_at:*"}


class ClinikoSource:
    """Reads one Cliniko account with one key, and files from `hosts` without it."""

    system: ClassVar[str] = "cliniko"
    per_page: ClassVar[int] = MOST_PER_PAGE
    ahead: ClassVar[int] = 8

    def __init__(
        self,
        client: ClinikoClient,
        *,
        hosts: Iterable[str] = (),
        patience: Patience = STEADY,
        workers: int = 4,
    ) -> None:
        self.client = client
        self.user: WhoAmI | None = None
        self._reader = Reader(client, workers=workers)
        self._contents = Contents(client, FileHosts.of(hosts), patience=patience)
        self._settings = SETTINGS
        self._served_at: datetime | None = None
        self._listings: dict[str, tuple[Portion, Listing]] = {}

    def account(self) -> Account:
        """Ask whose key it is and which account it opens."""
        self.user = self.client.check_key()
        record = self._read_settings()
        account = record.get("account")
        facts: JsonObject = account if isinstance(account, dict) else {}
        name = str(facts.get("name") or "")
        return Account(
            id=str(facts.get("id") or facts.get("subdomain") or f"user-{self.user.id}"),
            name=name,
            time_zone=identifier(str(facts.get("time_zone") or "")) or self._zone_of_user(),
            requests=self.client.requests,
            served_at=self._served_at,
        )

    def _read_settings(self) -> JsonObject:
        try:
            page = self.client.single(SETTINGS)
        except NotPermitted:
            self._settings = PUBLIC_SETTINGS
            page = self.client.single(PUBLIC_SETTINGS)
        self._served_at = page.served_at
        record = decode(page.records[0])
        return record if isinstance(record, dict) else {}

    def _zone_of_user(self) -> str:
        return self.user.time_zone if self.user else ""

    def ask(self, resource: type[Resource], portion: Portion, number: int) -> None:
        """Queue one page."""
        name = portion.name
        if name not in self._listings:  # one for all pages, of which a long list has thousands
            self._listings[name] = portion, self._listing(resource, portion)
        self._reader.submit(name, self._listings[name][1], number)

    def _listing(self, resource: type[Resource], portion: Portion) -> Listing:
        spec, path = resource.spec, portion.path
        if spec.single:
            return Listing(self._settings if path == SETTINGS else path, single=True)
        usual = (FILTERS[each] for each in spec.include)
        return Listing(
            path,
            list_key=spec.endpoint.rsplit("/", 1)[1],
            filters=(*usual, *map(_written, portion.filters)),
        )

    def answers(self) -> Iterator[Sequence[Fetched]]:
        """Yield pages and problems in the order of asking, as many as have arrived."""
        while ready := self._reader.ready():
            yield [
                Fetched(
                    self._listings[each.tag][0], each.number, each.page, each.problem, each.seconds
                )
                for each in ready
            ]

    def record_id(self, resource: type[Resource], raw: bytes) -> str | None:
        """A record's id; the settings have their account's only, and some records their links'."""
        spec = resource.spec
        if spec.per is not None or not (spec.single or spec.named_by):
            return record_id(raw)
        try:
            record = decode(raw)
        except ValueError:
            return None
        if spec.single:
            found = lookup(record, "account.id") if isinstance(record, dict) else None
            return str(found) if found else "account"
        return _joined(record, spec.named_by) if isinstance(record, dict) else None

    def made_at(self, payload: str) -> datetime | None:
        """When a record was made at Cliniko."""
        try:
            return instant(_MADE_AT.pick(payload)["created_at"])
        except (ValueError, BadValue):
            return None

    def again(self, resource: type[Resource], source_id: str) -> Page:
        """Read one record by itself."""
        return self.client.single(f"{resource.spec.endpoint}/{source_id}")

    def content(
        self, path: str, size: int | None, take: Callable[[Iterator[bytes]], T], stop: Event
    ) -> Gotten[T]:
        """Fetch a file's bytes."""
        return self._contents.fetch(path, size, take, stop=stop)

    def wind_down(self) -> None:
        """Send no more requests for pages; those under way are answered."""
        self._reader.wind_down()

    def close(self) -> None:
        """Stop reading and hang up; what is under way is dropped."""
        self._reader.close()
        self._contents.close()
        self.client.close()


def _joined(record: JsonObject, keys: Sequence[str]) -> str | None:
    """The ids of several links as one name; None if one of them is missing."""
    ids = [Link(key, to=()).linked_id(record.get(key)) for key in keys]
    return "-".join(each for each in ids if each) if all(ids) else None


def _written(test: Filter) -> str:
    """A filter as Cliniko reads it."""
    return f"{test.key}:{OPERATORS[test.relation]}{','.join(test.values)}"
