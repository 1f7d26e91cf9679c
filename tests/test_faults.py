"""Whatever goes wrong on the way: balanced in the end, or a stop that says what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Emptying, a_workspace
from handover.accounts.models import Workspace
from handover.core.postgres import throwaway_home
from handover.importing import runs
from handover.importing.engine.errors import ImportProblem
from handover.sandbox import Fault, Practice, Sandbox, empty_practice
from handover.sandbox.faults import KINDS, OF_FILES
from tests.moving import CALENDAR, CLIENTS, Desk, Moved, a_practice

CONTACTS = "/contacts"
#: Faults that a repeated request mends: nobody needs to hear of them.
PASSING = (
    "status=500;every=4",
    "status=502;every=4;body=html;retry=bare",
    "status=503;every=4;body=empty;retry=bare",
    "status=504;times=3;path=/contacts;retry=bare",
    "status=503;times=1;retry=after;seconds=0",
    "status=429;times=1;seconds=1;retry=reset",
    "status=429;times=1;seconds=1;retry=after",
    "reset;every=4",
    "reset_body;every=4",
    "truncated;every=4",
    "html;every=4",
    "slow;seconds=0.05",
    "total_missing",
    "moving_rows;times=1;path=/contacts",
    "moving_rows",
)
MIXED = (
    "expired_key;times=1;after=8",
    "status=503;probability=0.15",
    "reset;probability=0.1",
    "truncated;probability=0.1",
    "html;probability=0.1;after=3",
    "reset_body;probability=0.1",
    "moving_rows;probability=0.3",
    "total_missing;probability=0.2;path=/patients",
)
#: Faults that last: what the run says when it stops.
LASTING = {
    "status=503;path=/contacts;retry=bare": (
        r"Cliniko could not be asked for /contacts page 1: it answers with an error of its own"
        r" \(503\)\."
    ),
    "reset;path=/contacts": (
        r"Cliniko could not be asked for /contacts page 1: the connection breaks off\."
    ),
    "reset_body;path=/contacts": "could not be asked for /contacts page 1: the connection breaks",
    "truncated;path=/contacts": (
        r"Cliniko's answer for /contacts page 1 cannot be read: it is cut off or is not JSON\."
        r" Resume the import later; if it happens again, ask support\."
    ),
    "html;path=/contacts": (
        "cannot be read: it is a web page, not data; a proxy or a sign-in page of this network may"
        r" be between\. Resume the import later"
    ),
    "status=400;path=/contacts": (
        r"Cliniko refuses the request for /contacts page 1 \(400: Simulated 400\)\. Nothing is"
        " lost; please pass this on to support, then resume the import"
    ),
    "status=404;path=/contacts": (
        r"This Cliniko account has no /contacts page 1\. Every account should have it: check the"
        " address of Cliniko and ask support; then resume the import"
    ),
    "expired_key;path=/contacts": (
        r"Cliniko does not accept this key\..* make a new key and enter it here; the import then"
        r" goes on where it stopped\."
    ),
    "redirect;path=/contacts": (
        r"Cliniko redirects the request for /contacts page 1 to elsewhere\.example\.test \(302\)\."
        ".* make a new key in Cliniko"
    ),
    "foreign_next;path=/contacts": (
        r"The answer for /contacts points to another address \(elsewhere\.example\.test\) for its"
        r" next page\. Nothing was sent there\. Check that the address of Cliniko is the right one"
    ),
    "endless;path=/contacts": r"cannot be read: it is larger than 64 MB\. Resume the import later",
    "huge;path=/contacts": r"cannot be read: it is larger than 64 MB\. Resume the import later",
}


def a_crowd() -> Practice:
    """A practice with three pages of contacts."""
    practice = a_practice()
    contacts = practice.records["contacts"]
    while len(contacts) < 230:
        like = contacts[len(contacts) % 12]
        practice.copy("contacts", str(like["id"]), last_name=f"Number {len(contacts)}")
    return practice


@pytest.fixture
def crowd(workspace: Workspace, home: Path) -> Iterator[Desk]:
    """An empty workspace, and a sandbox with three pages of contacts."""
    with Sandbox(a_crowd(), rate_limit=0) as sandbox:
        yield Desk(workspace, sandbox, home)


@pytest.fixture(scope="session")
def undisturbed(emptying: Emptying) -> Iterator[Moved]:
    """What comes of it when nothing goes wrong."""
    with throwaway_home() as folder, Sandbox(a_crowd(), rate_limit=0) as sandbox:
        with emptying():
            desk = Desk(a_workspace("Undisturbed"), sandbox, folder)
            done = desk.move(only=("medical_alerts", "relationships"))
            archive = desk.export()
        yield Moved(sandbox.practice, done, archive, sandbox.stats)


def fault(text: str) -> Fault:
    """`reset;every=4` is short for `kind=reset;every=4`."""
    first = text.partition(";")[0]
    return Fault.parse(text if "=" in first else f"kind={text}")


def test_no_kind_of_fault_is_left_out() -> None:
    tried = {fault(text).kind for text in (*PASSING, *LASTING)}
    elsewhere = {"vanishing_rows", "replaced_rows", "forbidden", "total_lies"}  # below
    assert tried | elsewhere == set(KINDS) - OF_FILES  # those have tests of their own


@pytest.mark.parametrize("text", PASSING)
def test_what_passes_by_itself_leaves_no_trace(crowd: Desk, undisturbed: Moved, text: str) -> None:
    crowd.sandbox.faults = [fault(text)]
    done = crowd.move(only=CLIENTS)
    assert (done.report.state, done.balanced) == ("done", True)
    assert undisturbed.differs(crowd.export()) == set()
    assert done.report.requests == crowd.sandbox.stats.total


def test_a_page_without_a_total_hides_no_row_that_moved(crowd: Desk, undisturbed: Moved) -> None:
    crowd.sandbox.faults = [
        fault("moving_rows;times=1;path=/contacts"),
        fault("total_missing;path=/contacts;after=1;times=2"),
    ]
    assert crowd.move(only=CLIENTS).balanced
    assert undisturbed.differs(crowd.export()) == set()


def test_many_faults_at_once_lose_and_double_nothing(crowd: Desk, undisturbed: Moved) -> None:
    crowd.sandbox.faults = [fault(text) for text in MIXED]
    run = crowd.begin(only=("medical_alerts", "relationships"))
    stops = []
    for _ in range(20):
        try:
            done = crowd.go_on(run)
        except ImportProblem as problem:
            stops.append(str(problem))
        else:
            break
    assert (done.report.state, done.balanced) == ("done", True)
    assert stops, "nothing went wrong: the faults are not in force"
    assert undisturbed.differs(crowd.export()) == set()


@pytest.mark.parametrize("text", LASTING)
def test_what_lasts_stops_the_import_with_a_sentence_and_then_it_goes_on(
    crowd: Desk, undisturbed: Moved, text: str
) -> None:
    crowd.sandbox.faults = [fault(text)]
    run = crowd.begin(only=CLIENTS)
    with pytest.raises(ImportProblem, match=LASTING[text]) as stop:
        crowd.go_on(run)
    stopped = runs.find_run(run.pk)
    assert (stopped.state, stopped.message) == ("needs_attention", str(stop.value))
    crowd.sandbox.faults = []
    done = crowd.go_on(run)
    assert (done.report.state, done.balanced) == ("done", True)
    assert undisturbed.differs(crowd.export()) == set()


def test_a_limit_that_stays_used_up_stops_it_in_the_end(crowd: Desk, undisturbed: Moved) -> None:
    crowd.sandbox.faults = [Fault(status=429, retry="bare", path=CONTACTS)]
    run = crowd.begin(only=CLIENTS)
    with pytest.raises(ImportProblem, match="Cliniko's limit of requests is used up, by this"):
        crowd.go_on(run)
    later = crowd.beside(a_crowd())
    with later.sandbox:
        assert later.go_on(run).balanced
    assert undisturbed.differs(crowd.export()) == set()


# rows that vanish, and totals that lie


def test_a_row_that_is_deleted_while_its_list_is_read_hides_no_other(crowd: Desk) -> None:
    crowd.sandbox.faults = [fault("vanishing_rows;times=1;path=/contacts")]
    gone = str(crowd.records["contacts"][0]["id"])
    done = crowd.move(only=CLIENTS)
    assert (done.report.state, done.balanced) == ("done", True)
    left = {str(each["id"]) for each in crowd.records["contacts"]}
    assert len(left) == 229
    archive = crowd.export()
    assert set(archive.by_source("contacts", "contacts")) == left
    entry = archive.entry("contacts", gone)
    assert (entry["outcome"], entry["reason"]) == (
        "skipped",
        "deleted at the source while it was being read",
    )


def test_a_row_that_is_deleted_while_another_is_added_hides_no_other(crowd: Desk) -> None:
    crowd.sandbox.faults = [fault("replaced_rows;times=1;path=/contacts")]
    before = {str(each["id"]) for each in crowd.records["contacts"]}
    done = crowd.move(only=CLIENTS)
    assert (done.report.state, done.balanced) == ("done", True)
    left = {str(each["id"]) for each in crowd.records["contacts"]}
    assert len(left) == len(before)
    assert len(left - before) == 1
    archive = crowd.export()
    assert set(archive.by_source("contacts", "contacts")) == left
    assert archive.entry("contacts", (before - left).pop())["outcome"] == "skipped"


def test_rows_that_go_on_being_replaced_are_not_called_balanced(crowd: Desk) -> None:
    crowd.sandbox.faults = [fault("replaced_rows;path=/contacts")]
    done = crowd.move(only=CLIENTS)
    assert not done.balanced
    assert done.line("contacts")["messages"]


def test_rows_that_go_on_vanishing_are_explained(crowd: Desk) -> None:
    crowd.sandbox.faults = [fault("vanishing_rows;path=/contacts")]
    done = crowd.move(only=CLIENTS)
    left = {str(each["id"]) for each in crowd.records["contacts"]}
    here = set(crowd.export().by_source("contacts", "contacts"))
    assert not done.balanced
    (message,) = done.line("contacts")["messages"]
    assert message.startswith("the source says that /contacts has 22")
    assert left <= here, "nothing that is still there was lost"


def test_a_total_that_lies_is_not_called_balanced(crowd: Desk, undisturbed: Moved) -> None:
    crowd.sandbox.faults = [fault("total_lies;path=/contacts")]
    done = crowd.move(only=CLIENTS)
    assert (done.report.state, done.balanced) == ("needs_attention", False)
    assert done.told["summary"] == "Not balanced: look at contacts."
    assert done.line("contacts")["messages"] == [
        "the source says that /contacts has 467 records, but gave 230 different ones in 5 readings"
    ]
    assert undisturbed.differs(crowd.export()) == set(), "what was given is here all the same"
    crowd.sandbox.faults = []
    again = crowd.go_on(done.run)
    assert (again.report.state, again.balanced) == ("done", True)
    assert undisturbed.differs(crowd.export()) == set()


# what a key may not read, and what an account does not have


def test_a_receptionists_key_brings_what_it_may_read(desk: Desk, moved: Moved) -> None:
    done = desk.move(role="receptionist")
    assert (done.report.state, done.balanced) == ("partly_done", True)
    forbidden = {
        "users", "practitioner_reference_numbers", "treatment_note_templates", "treatment_notes",
        "invoices", "invoice_items", "communications",
    }  # fmt: skip
    states = {n: set(line["lists"].values()) for n, line in done.told["types"].items()}
    assert {name for name, told in states.items() if told == {"not_permitted"}} == forbidden
    assert done.told["summary"].startswith(
        "Balanced, but partly complete: this key may not read users, treatment_note_templates,"
        " practitioner_reference_numbers, treatment_notes, invoices, invoice_items,"
        " communications;"
    )
    (message,) = done.line("users")["messages"]
    assert message.startswith("This key may not read /users page 1: the Cliniko user who made it")
    archive = desk.export()
    assert moved.differs(archive) <= {
        "practitioners",
        "settings",
        "practice_details",
        "appointment_types",  # the templates of their notes may not be read
        *("patient_attachments", "files"),  # who uploaded them is among the users
        *("patient_forms_signatures", "form_signatures"),  # and who signed
        "stock_adjustments",  # nor who made them
    }
    entries = [each for (kind, _), each in archive.ledger.items() if kind == "practitioners"]
    reasons = {issue["reason"] for each in entries for issue in each["issues"]}
    assert all("that list is not permitted with this key" in reason for reason in reasons)
    assert len(entries) == 9


def test_a_right_that_is_taken_away_half_way_is_not_called_balanced(desk: Desk) -> None:
    desk.sandbox.faults = [Fault("forbidden", path="/attendees", after=1)]
    done = desk.move(only=CALENDAR)
    assert not done.balanced
    assert done.line("attendees")["source_total"] == 297
    assert done.line("attendees")["created"] == 100


def test_an_account_without_recalls_says_so_and_is_done(desk: Desk, moved: Moved) -> None:
    other = desk.beside(a_practice(), recalls=False)
    with other.sandbox:
        done = other.move(only=("recalls",))
    assert (done.report.state, done.balanced) == ("done", True)
    for name in ("recalls", "recall_types"):
        line = done.line(name)
        assert (line["lists"], line["fetched"], line["source_total"]) == (
            {f"/{name}": "absent"}, 0, 0,
        )  # fmt: skip
        assert line["messages"] == [f"This Cliniko account has no /{name} page 1."]
    assert moved.differs(desk.export()) == set()


def test_an_empty_account_is_done_and_balanced(desk: Desk) -> None:
    other = desk.beside(empty_practice())
    with other.sandbox:
        done = other.move()
    assert (done.report.state, done.balanced) == ("done", True)
    assert {n: each["fetched"] for n, each in done.told["types"].items() if each["fetched"]} == {
        "settings": 1,
        "users": 1,
    }
    assert other.sandbox.stats.total == 43
