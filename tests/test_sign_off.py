"""The sign-off: what a practice accepts, on paper, on a page and in the terminal."""

import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from handover.accounts.models import Role
from handover.importing.engine.reconcile import Bytes, Line
from handover.importing.models import ImportRun
from handover.importing.result.acceptance import accept
from handover.importing.result.document import sign_off
from handover.importing.result.estimate import Span, estimate
from handover.importing.result.printing import as_html, as_pdf
from tests.archive import Record
from tests.moving import CALENDAR, Desk
from tests.people import a_person


def names_of_clients(desk: Desk) -> set[str]:
    return {str(each["last_name"]) for each in desk.records["patients"]} - {"", "None"}


def test_the_sign_off_shows_everything_and_names_no_client(desk: Desk) -> None:
    odd = desk.records["individual_appointments"][0]["id"]
    desk.practice.change("individual_appointments", odd, starts_at="soon")
    done = desk.move(only=CALENDAR)
    accept(done.run, "Robin Owner")
    result = dict(sign_off(ImportRun.objects.using("owner").get(pk=done.run.pk)))
    page = as_html(result)
    pdf = as_pdf(result)
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf, "it can be read aloud"
    for wanted in ("Robin Owner", "Appointments", "Rejected", "Payments", str(result["digest"])):
        assert wanted in page
    assert "Individual appointments: 1" in page
    assert "<link" not in page, "it needs no other file"
    staff = " ".join(each["last_name"] for each in desk.records["practitioners"])
    text = json.dumps(result, ensure_ascii=False)
    found = {name for name in names_of_clients(desk) if re.search(rf"\b{re.escape(name)}\b", text)}
    assert {name for name in found if name not in staff} == set()


def test_pages_show_the_result_its_failures_and_the_samples_of_a_rehearsal(desk: Desk) -> None:
    desk.practice.change(
        "patients", desk.records["patients"][0]["id"], first_name="<script>alert(1)</script>"
    )
    odd = desk.records["individual_appointments"][0]["id"]
    desk.practice.change("individual_appointments", odd, starts_at="soon")
    run = desk.move(only=("individual_appointments",), rehearsal=True).run
    manager = a_person(desk.workspace, Role.PRACTICE_MANAGER)
    get, there = manager.browser.get, [run.pk]
    page = get(reverse("importing:report", args=there)).text
    assert "handover import-retry" not in page, "nothing is loaded yet"
    assert f"<td>{odd}</td>" in page
    assert "Loading will take" in page
    samples = get(reverse("importing:samples", args=there)).text
    assert "Starts at" in samples
    assert "<script>alert" not in samples
    assert "Sign-off of import" in get(reverse("importing:signoff", args=there)).text
    assert get(reverse("importing:signoff_pdf", args=there)).content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["張診療所", "Ōtautahi Физио", '"#read("/etc/passwd")', "א"])
def test_a_practice_of_any_name_gets_its_pdf(name: str, moved_result: Record) -> None:
    assert as_pdf({**moved_result, "practice": name}).startswith(b"%PDF-")


@pytest.fixture
def moved_result() -> Record:
    """A result that is as short as one can be."""
    return {
        "number": 1, "practice": "P", "account": "A", "held_by": "In Cliniko", "state": "Done",
        "rehearsal": False, "balanced": True, "summary": "Balanced.", "warnings": [], "began": "",
        "ended": "", "requests": 1, "outcomes": [], "types": [], "totals": [], "sums": [],
        "problems": [], "stayed": [], "estimate": "", "accepted": [], "digest": "0",
    }  # fmt: skip


def test_an_estimate_is_bound_by_the_allowance_or_by_the_bytes_and_says_so() -> None:
    line = Line("files", requests=10, seconds=Decimal(2))
    line.contents = Bytes(2_000, 400_000_000, 0, 0, 0, 0, later=True)
    found = estimate([line], 60.0, 200, ["files"])
    assert (found.count, found.files) == (2_000, Span(600, 1_200))
    assert found.told == (
        "Loading will take less than a minute to 2 minutes,"
        " then fetching 2,000 files of 400 MB 10 minutes to 20 minutes."
    )
    unlimited = estimate([line], 60.0, 0, ["files"])
    assert unlimited.files == Span(100, 800), "four at a time; a megabyte a second at worst"
    assert estimate([line], 60.0, 200, []).count == 0
