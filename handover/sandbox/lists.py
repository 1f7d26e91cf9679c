"""One page of a list, in Cliniko's envelope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from handover.sandbox.faults import Fault
from handover.sandbox.tables import ENCODER

PER_PAGE = 50
MOST_PER_PAGE = 100
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Query:
    """What a list's address asks for."""

    pairs: tuple[tuple[str, str], ...]
    page: int
    per_page: int
    filters: tuple[str, ...]
    sort: str
    order: str

    @classmethod
    def read(cls, text: str) -> "Query":
        """Read a query string; numbers out of range are put right, as Cliniko is said to do."""
        pairs = parse_qsl(text, keep_blank_values=True)
        single = dict(pairs)
        filters = [value for name, value in pairs if name == "q[]"]
        if "q" in single:
            filters.append(single["q"])
        return cls(
            tuple(pairs),
            max(1, _number(single.get("page"), 1)),
            min(MOST_PER_PAGE, max(1, _number(single.get("per_page"), PER_PAGE))),
            tuple(filters),
            single.get("sort", ""),
            single.get("order", ""),
        )

    def at(self, page: int) -> str:
        """The same query for another page."""
        return f"{self._others}page={page}"

    @cached_property
    def _others(self) -> str:
        """Written once: every page of a list names three of its pages."""
        others = [(name, value) for name, value in self.pairs if name != "page"]
        return f"{urlencode(others)}&" if others else ""


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


@dataclass(frozen=True)
class Page:
    """A page that can still be spoilt by faults before it is written."""

    key: str
    address: str
    query: Query
    rows: Sequence[bytes]
    total: int

    def body(self, faults: Iterable[Fault] = ()) -> bytes:
        """The envelope as JSON."""
        kinds = {fault.kind: fault for fault in faults}
        total = self.total * 2 + 7 if "total_lies" in kinds else self.total
        counted = b"" if "total_missing" in kinds else b'"total_entries":%d,' % total
        return b'{"%b":[%b],%b"links":%b}' % (
            self.key.encode(),
            b",".join(self.rows),
            counted,
            ENCODER.encode(self._links(kinds.get("foreign_next"))),
        )

    def _links(self, foreign: Fault | None) -> dict[str, str]:
        query = self.query
        links = {"self": f"{self.address}?{query.at(query.page)}"}
        if query.page * query.per_page < self.total:
            links["next"] = f"{self.address}?{query.at(query.page + 1)}"
            if foreign is not None:
                path = links["next"].split("/", 3)[3]
                links["next"] = f"{foreign.host}/{path}"
        if query.page > 1:
            links["previous"] = f"{self.address}?{query.at(query.page - 1)}"
        return links
