"""Which list to read, and one page of it."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of Cliniko, or one single object, as it is to be asked for.

    `path` begins with a slash; `filters` are Cliniko's own (`archived_at:*`), all of them must
    hold; `params` are further parameters (`("sort", "created_at:asc")`). `list_key` names the
    list in the answer: the path's last part if it is left out.
    """

    path: str
    list_key: str = ""
    filters: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    per_page: int = MOST_PER_PAGE
    single: bool = False

    def __post_init__(self) -> None:
        if not self.path.startswith("/") or any(bad in self.path for bad in ("//", "..", "?", "#")):
            raise ValueError(f"not a path of the API: {self.path}")
        if not 1 <= self.per_page <= MOST_PER_PAGE:
            raise ValueError(f"a page has 1 to {MOST_PER_PAGE} records")
        if not self.list_key:
            object.__setattr__(self, "list_key", self.path.rsplit("/", 1)[1])

    def query(self, number: int) -> tuple[tuple[str, str], ...]:
        """The parameters of page `number`, counted from 1."""
        if self.single:
            return self.params
        page = (("page", str(number)), ("per_page", str(self.per_page)))
        return (*page, *self.params, *(("q[]", test) for test in self.filters))


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `records` holds each record's own JSON, byte for byte as it came.

    `total` is what Cliniko says the whole list has, None where it does not say. `requests` is
    what the page cost, repeats included. `served_at` is Cliniko's clock, if it tells it.
    """

    number: int
    total: int | None
    records: tuple[bytes, ...] = field(repr=False)
    has_next: bool
    requests: int
    served_at: datetime | None = None


def with_query(path: str, query: tuple[tuple[str, str], ...]) -> str:
    """`path` with its parameters, encoded."""
    return f"{path}?{urlencode(query, quote_via=quote)}" if query else path
