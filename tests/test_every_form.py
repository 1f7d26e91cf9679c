"""Every page and every form, made from the pages themselves: none is forgotten.

Each number that a form sends, whatever it is of, is put in the place of ours from another practice:
nothing may be written, and nothing of theirs may be shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.apps import apps
from django.db import connection, connections
from django.http import HttpResponse
from django.urls import resolve

from conftest import Emptying
from handover.accounts.models import AuditEntry, Role
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.core.tenancy.models import WorkspaceOwned
from handover.importing.wizard.kinds import ASKED
from handover.practice.models import Location, Practitioner, Service
from handover.scheduling.models import BusyTimeType
from handover.web.settings.kinds import KINDS
from tests import test_browser_imports, test_browser_pages, test_browser_records
from tests.drafts import a_draft
from tests.filling import APART, NUMBER, Control, Form, forms_in, number_apart
from tests.test_who_sees_what import ENDS_SESSION, PLACES, House, a_house

OK, SERVER_ERROR = 200, 500
THEIRS = "Zebedee"
NUMBERED = re.compile(r"\{\w+\}")
#: Pages in no list of test_browser*.py: where else axe-core looks at them, or why it need not.
ELSEWHERE = {
    "dashboard": "a stranger's journey in test_browser.py",
    "invite": "the same",
    "users": "the same",
    "join": "the same",
    "account_signup": "the same",
    "account_set_password": "only for an account without one; as the page that changes it",
    "mfa_generate_recovery_codes": "a question and a button, in the engine's own form",
    "contact_account": "as that of a client",
    "contact_payment": "the same",
    "contact_credit": "as that of a client",
    "contact_refund": "as a credit note, with fields of a payment",
    "client_refund": "the same",
    "write_off_invoice": "as a credit note",
    "xero_connect": "three paragraphs and a button, as the pages beside it",
    "settings": "leads on to the first page of the settings",
}
#: Lists of the settings share their pages: locations, services and tags stand for all of them.
ELSEWHERE |= {
    name: "as the pages of locations, services and tags"
    for kind in KINDS
    for name in (kind.page, kind.one, f"new_{kind.one}")
}
#: Steps of the wizard keep what can be chosen, and pass over what cannot; e-mail templates are kept
#: whatever invoice they are to be shown with.
PASSED_OVER = (
    *(f"/settings/imports/new/{step}/" for step in ASKED),
    "/settings/email-templates/",
)


@dataclass(frozen=True)
class Houses:
    """Two practices with one of everything; `foreign` are numbers of theirs, by their million."""

    ours: House
    theirs: House
    foreign: dict[int, str]


def furnished(name: str) -> House:
    """One of everything, and enough beside it that every list has something to choose."""
    house = a_house(name)
    of = {"workspace_id": house.workspace.pk}
    with acting_in(house.workspace.pk):
        a_draft(house.workspace)
        Practitioner.objects.create(**of, first_name="Noel")
        Location.objects.create(**of, name="Glebe", time_zone="Australia/Sydney")
        Service.objects.create(**of, name="Visit", duration_minutes=30)
        BusyTimeType.objects.create(**of, name="Meeting")
    return house


@pytest.fixture(scope="module")
def houses(emptying: Emptying) -> Iterator[Houses]:
    with emptying():
        number_apart()
        ours, theirs = furnished("Ours"), furnished("Theirs")
        with acting_in(theirs.workspace.pk):
            Client.objects.update(first_name=THEIRS)
            numbers = [
                model._base_manager.values_list("pk", flat=True).first() for model in owned()
            ]
        yield Houses(ours, theirs, {each // APART: str(each) for each in numbers if each})


@cache
def owned() -> list[type[WorkspaceOwned]]:
    """Every table of a practice but the audit log, which notes attempts too."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, WorkspaceOwned) and model is not AuditEntry
    ]


def digest() -> str:
    """What all tables of all practices hold."""
    held = [
        f"SELECT '{table}' AS name, md5(string_agg(t::text, '' ORDER BY t::text)) AS held"
        f" FROM {table} t"
        for table in (model._meta.db_table for model in owned())
    ]
    whole = " UNION ALL ".join(held)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(name || held, '' ORDER BY name)) FROM ({whole}) w")
        return str(cursor.fetchone()[0])


def named_by_us(houses: Houses) -> list[tuple[str, str]]:
    """Rows of ours in which a number of theirs stands: the table, and which."""
    found = []
    with acting_in(houses.ours.workspace.pk), connection.cursor() as cursor:
        for table in (model._meta.db_table for model in owned()):
            cursor.execute(
                f"SELECT n FROM unnest(%s::text[]) n WHERE EXISTS (SELECT FROM {table} t"
                " WHERE t::text ~ ('\\m' || n || '\\M'))",
                [list(houses.foreign.values())],
            )
            found += [(table, number) for (number,) in cursor.fetchall()]
    return found


@pytest.fixture(scope="module")
def pages(houses: Houses) -> dict[str, HttpResponse]:
    """What an owner gets who opens every address, by the name of the place."""
    owner = houses.ours.people[Role.OWNER].browser
    open_to = [each for each in PLACES if each.access and each.name not in ENDS_SESSION]
    return {place.name: owner.get(place.of(houses.ours)) for place in open_to}  # type: ignore[misc]  # the test client's own


def forms(pages: dict[str, HttpResponse]) -> list[Form]:
    found = {}
    for answer in pages.values():
        if answer.status_code == OK and answer.headers["Content-Type"].startswith("text/html"):
            for form in forms_in(answer.content.decode(), answer.request["PATH_INFO"]):  # type: ignore[attr-defined]  # the test client's
                found[form.path, form.method, tuple(each.name for each in form.controls)] = form
    return list(found.values())


def by_script(house: House) -> Iterator[Form]:
    """What pages send that stands in no form before somebody has searched or dragged."""
    number = house.numbers
    client = Control("client", number["<int:client_id>"])
    booking = f"/appointments/{number['<int:appointment_id>']}/"
    dragged = (Control("starts", "2026-11-23T10:00"), Control("revision", "0"))
    whom = Control("practitioner", number["<int:practitioner_id>"])
    yield Form("/appointments/new/", "post", (client,))
    yield Form(f"{booking}clients/", "post", (client,))
    yield Form(f"{booking}move/", "post", (*dragged, whom))


def attacks(form: Form, houses: Houses) -> Iterator[tuple[Control, dict[str, str]]]:
    """The form as somebody would send it who puts one number of theirs in the place of ours."""
    foreign, theirs = houses.foreign, houses.theirs.numbers
    for control in form.controls:
        for gap in ("<int:client_id>", "<int:contact_id>") if control.picks else ():
            yield control, form.filled(**{control.name: f"{THEIRS} [{theirs[gap]}]"})
        for held in control.numbers:
            number = NUMBER.search(held)
            assert number is not None
            if other := foreign.get(int(number[0]) // APART):
                yield control, form.filled(**{control.name: held.replace(number[0], other)})


def test_no_form_takes_a_number_of_another_practice(
    houses: Houses, pages: dict[str, HttpResponse]
) -> None:
    owner = houses.ours.people[Role.OWNER].browser
    before, tried, asked = digest(), set(), forms(pages)
    for form in [*asked, *by_script(houses.ours)]:
        for control, given in attacks(form, houses):
            answer = form.send(owner, given)
            what = (form.path, control.name, given[control.name])
            assert answer.status_code < SERVER_ERROR, what
            shown = answer.content.decode(errors="replace").replace(given[control.name], "")
            assert THEIRS not in shown, what
            tried.add((form.path, control.name))
        if form.path.startswith(PASSED_OVER):
            before = digest()
        assert digest() == before, form
    assert named_by_us(houses) == []
    names = {name.partition("/")[0] for _path, name in tried}
    assert {"client", "practitioner", "location", "service", "case", "contact"} <= names
    # were the forms incomplete, a refusal would prove nothing: sent as they stand, they are taken
    taken = [form for form in asked if form.method == "post" and is_taken(houses, form)]
    assert digest() != before
    assert len(taken) >= len([each for each in asked if each.method == "post"]) // 2


def is_taken(houses: Houses, form: Form) -> bool:
    owner = houses.ours.people[Role.OWNER].browser
    return form.send(owner, form.filled()).status_code in {OK, 204, 302}


def test_every_page_is_looked_at_for_barriers_or_says_where_else(
    pages: dict[str, HttpResponse],
) -> None:
    seen = {name_of(path) for path in looked_at()}
    whole = {
        name
        for name, answer in pages.items()
        if answer.status_code == OK and b"<html" in getattr(answer, "content", b"")
    }
    forgotten = whole - seen - ELSEWHERE.keys()
    assert not forgotten, " ".join(sorted(forgotten))
    assert all(ELSEWHERE.values())


def looked_at() -> Iterator[str]:
    """The paths that axe-core goes through."""
    at = "/settings/imports/1/"
    yield from (*test_browser_pages.OUTSIDE, *test_browser_pages.PAGES, *test_browser_records.PAGES)
    yield from (at + each for each in test_browser_imports.PAGES)


def name_of(path: str) -> str:
    numbered = path.partition("?")[0]
    for gap in NUMBERED.findall(numbered):
        numbered = numbered.replace(gap, "1")
    return resolve(numbered).url_name or ""
