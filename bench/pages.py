"""How long pages take to make in a large workspace, and how many questions they ask the database.

    python -m bench.pages [--clients 50000] [--appointments 500000] [--notes 300000] [--times 60]

Each page is asked for `--times` times through the whole stack of Django (session, permissions,
audit log, templates), with other words and other clients each time. Printed are milliseconds: the
middle and p95 by the clock; what processors worked for it, ours and the database's together (which
other work on the machine changes less), the middle and p95; how much of the clock's middle was
waiting for the database; and the queries. With `--folder` what was filled is kept, and measured
again.

To measure another page: a line in `PAGES`, which gives an address for each number of a try.
"""

# ruff: noqa: PLC0415 - models can be imported once Django is set up

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.lab import home, machine, say
from bench.large import FIRST, LAST, Sizes, large_workspace

if TYPE_CHECKING:
    from django.test import Client as Browser

    from handover.accounts.models import Workspace

LIMIT = 100  # milliseconds, p95
ROLES = ("owner", "practitioner")
MONDAY = date(2025, 3, 3)
A_LETTER = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Took:
    """What one page took, try by try: milliseconds."""

    clock: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)


def _name(number: int) -> str:
    draw = random.Random(number)
    return f"{draw.choice(FIRST)} {draw.choice(LAST)}".replace("'", "")


def _words(number: int, sizes: Sizes) -> str:
    """What a receptionist types, one kind after the other, in different states of being typed."""
    draw = random.Random(number)
    whole = draw.choice((
        f"{draw.choice(LAST)}".replace("'", ""),
        f"{draw.choice(FIRST)} {draw.choice(LAST)}",
        _phone(number, sizes),
        _birth_date(number, sizes),
        f"person{1 + draw.randrange(sizes.clients)}@mail.example",
        f"R{1 + draw.randrange(sizes.clients)}",
        "sm", "o", "a l", "tag",
    ))  # fmt: skip
    return whole if number % 2 else whole[: max(1, len(whole) * 2 // 3)]


def _phone(number: int, _sizes: Sizes) -> str:
    return f"0{400_000_000 + random.Random(number).randrange(99_999_999)}"


def _birth_date(number: int, _sizes: Sizes) -> str:
    draw = random.Random(number)
    return f"{1 + draw.randrange(28)}/{1 + draw.randrange(12)}/19{40 + draw.randrange(60)}"


def _client(number: int, sizes: Sizes) -> int:
    return 1 + random.Random(number).randrange(sizes.clients)


def _own_client(number: int, sizes: Sizes) -> int:
    """A client of the first practitioner: with them is every twentieth appointment."""
    return 1 + (20 * (1 + number) * 7919) % sizes.clients


def _week(number: int, _sizes: Sizes) -> str:
    return f"view=week&day={MONDAY + timedelta(days=7 * (number % 40))}"


def _day(number: int, _sizes: Sizes) -> str:
    return f"day={MONDAY + timedelta(days=7 * (number % 40))}"


OWNER, OWN = "owner", "practitioner"  # who sees everybody, and who sees their own clients alone
#: Each page: its name, who asks, and the address of a try.
PAGES: tuple[tuple[str, str, Callable[[int, Sizes], str]], ...] = (
    ("dashboard", OWNER, lambda _n, _s: "/"),
    ("clients, first page", OWNER, lambda _n, _s: "/clients/"),
    ("clients, a page further on", OWNER, lambda n, s: f"/clients/?after={_client(n, s)}"),
    ("clients, added last", OWNER, lambda _n, _s: "/clients/?sort=newest"),
    ("clients, of a tag", OWNER, lambda n, _s: f"/clients/?tag={1 + n % 20}"),
    ("clients, archived", OWNER, lambda _n, _s: "/clients/?show=archived"),
    ("search, as it is typed", OWNER, lambda n, s: f"/clients/?q={_words(n, s)}"),
    ("search, a name", OWNER, lambda n, _s: f"/clients/?q={_name(n)}"),
    ("search, a common name", OWNER, lambda _n, _s: "/clients/?q=smith"),
    ("search, one letter", OWNER, lambda n, _s: f"/clients/?q={A_LETTER[n % len(A_LETTER)]}"),
    ("search, two letters", OWNER, lambda _n, _s: "/clients/?q=sm"),
    ("search, a phone number", OWNER, lambda n, s: f"/clients/?q={_phone(n, s)}"),
    ("search, a birth date", OWNER, lambda n, s: f"/clients/?q={_birth_date(n, s)}"),
    ("clients, own clients", OWN, lambda _n, _s: "/clients/"),
    ("search as typed, own clients", OWN, lambda n, s: f"/clients/?q={_words(n, s)}"),
    ("common name, own clients", OWN, lambda _n, _s: "/clients/?q=smith"),
    ("one letter, own clients", OWN, lambda n, _s: f"/clients/?q={A_LETTER[n % len(A_LETTER)]}"),
    ("client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/"),
    ("client, own clients", OWN, lambda n, s: f"/clients/{_own_client(n, s)}/"),
    ("appointments of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/appointments/"),
    ("notes of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/notes/"),
    ("notes, own clients", OWN, lambda n, s: f"/clients/{_own_client(n, s)}/notes/"),
    ("forms of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/forms/"),
    ("files of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/files/"),
    ("cases of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/cases/"),
    ("messages of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/communications/"),
    ("invoices of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/invoices/"),
    ("invoices", OWNER, lambda _n, _s: "/invoices/"),
    ("invoices, overdue", OWNER, lambda _n, _s: "/invoices/?status=overdue"),
    ("account of a client", OWNER, lambda n, s: f"/clients/{_client(n, s)}/account/"),
    ("calendar, a day", OWNER, lambda n, s: f"/calendar/?{_day(n, s)}"),
    ("calendar, a week", OWNER, lambda n, s: f"/calendar/?{_week(n, s)}"),
    ("calendar, a week's feed", OWNER, lambda n, s: f"/calendar/events/?{_week(n, s)}"),
    ("calendar, a week, own clients", OWN, lambda n, s: f"/calendar/?{_week(n, s)}"),
    ("a week's feed, own clients", OWN, lambda n, s: f"/calendar/events/?{_week(n, s)}"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--appointments", type=int, default=500_000)
    parser.add_argument("--notes", type=int, default=300_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="filled once, and measured again")
    parser.add_argument("--only", default="", help="pages with this in their names")
    options = parser.parse_args()
    sizes = Sizes(options.clients, options.appointments, options.notes)
    with nullcontext(options.folder) if options.folder else home() as folder:
        os.environ |= {"HANDOVER_HOME": str(folder), "DATABASE_URL": ""}
        from handover.cli.setting_up import opened

        with opened():
            _measure(sizes, options.times, options.only)
    say(machine())


def _measure(sizes: Sizes, times: int, only: str) -> None:
    from handover.core.allocation import settle

    begun = time.monotonic()
    place = large_workspace(sizes)
    say(f"{sizes} there after {time.monotonic() - begun:.0f} s")
    browsers = {role: _person(place, role) for role in ROLES}
    for browser in browsers.values():
        browser.get("/")  # loads all pages
    settle()  # as a server does
    heads = ("clock", "p95", "work", "p95", "waiting")
    say(f"{'milliseconds':<30}", *(f"{each:>7}" for each in heads), " queries")
    for name, role, address in PAGES:
        if only in name:
            _say(name, _ask(browsers[role], [address(number, sizes) for number in range(times)]))


def _person(place: "Workspace", role: str) -> "Browser":
    """The browser of somebody; the practitioner is the first one of the calendar."""
    from handover.accounts.models import Role, User
    from handover.core.tenancy import acting_in
    from handover.practice.models import Practitioner
    from tests.people import a_person, signed_in

    with acting_in(place.pk):
        known = User.objects.filter(role=role, account__isnull=False).first()
    if known and known.account:
        browser = signed_in(known.account, place)
    else:
        person = a_person(place, Role(role), own_clients_only=role == OWN)
        browser, known = person.browser, person.user
    with acting_in(place.pk):
        if role == OWN:
            Practitioner.objects.filter(last_name="Practitioner 1").update(user=known)
    browser.defaults["SERVER_NAME"] = "localhost"
    return browser


def _ask(browser: "Browser", addresses: Sequence[str]) -> Took:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    took = Took()
    browser.get(addresses[0])  # the first one of a page compiles its template
    for address in addresses:
        with _counted(took):
            answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    for address in addresses[:10]:
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        took.queries.add(len(asked))
    return took


@contextmanager
def _counted(took: Took) -> Iterator[None]:
    from django.db import connection

    waiting = 0.0

    def timed(execute: Callable[..., object], *given: Any) -> object:  # noqa: ANN401  # Django's own
        nonlocal waiting
        begun = time.perf_counter()
        try:
            return execute(*given)
        finally:
            waiting += time.perf_counter() - begun

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    begun, ours, theirs = time.perf_counter(), time.process_time(), worked(backend)
    with connection.execute_wrapper(timed):
        yield
    took.clock.append(1000 * (time.perf_counter() - begun))
    took.work.append(1000 * (time.process_time() - ours + worked(backend) - theirs))
    took.waiting.append(1000 * waiting)


def worked(process: int) -> float:
    """Seconds that processors have worked for another process so far; Linux counts them."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _say(name: str, took: Took) -> None:
    asked = sorted(took.queries)
    spread = f"{asked[0]}" if len(asked) == 1 else f"{asked[0]} to {asked[-1]}"
    over = "  OVER" if _p95(took.work) > LIMIT else ""
    figures = (
        *(statistics.median(took.clock), _p95(took.clock)),
        *(statistics.median(took.work), _p95(took.work)),
        statistics.median(took.waiting),
    )
    say(f"{name:<30}", *(f"{each:>7.1f}" for each in figures), f" {spread}{over}")


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
