"""A later import of an account asks for what has changed, and still accounts for everything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handover.accounts.models import Workspace
from handover.clients.models import Contact
from handover.core.tenancy import acting_in
from handover.importing import runs
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, SourceRecord, Step
from handover.sandbox import Fault, Practice, Sandbox, Stats
from tests.moving import CALENDAR, CLIENTS, Desk, a_practice

CONTACTS = "/contacts"


def a_crowd() -> Practice:
    """A practice with three pages of contacts."""
    practice = a_practice()
    contacts = practice.records["contacts"]
    while len(contacts) < 230:
        like = contacts[len(contacts) % 12]
        copy = practice.copy("contacts", str(like["id"]), last_name=f"Number {len(contacts)}")
        copy["updated_at"] = copy["created_at"] = "2026-05-01T00:00:00Z"
    return practice


@pytest.fixture
def crowd(workspace: Workspace, home: Path) -> Iterator[Desk]:
    """An empty workspace, and a sandbox with three pages of contacts."""
    with Sandbox(a_crowd(), rate_limit=0) as sandbox:
        yield Desk(workspace, sandbox, home)


def asked(desk: Desk, before: Stats, path: str = CONTACTS) -> int:
    """How often a list has been asked for since."""
    return desk.sandbox.stats.requests(path) - before.requests(path)


def steps(run: ImportRun) -> dict[str, Step]:
    with acting_in(run.workspace_id):
        return {each.part: each for each in Step.objects.filter(run=run, path=CONTACTS)}


def last_contacts(desk: Desk, count: int) -> list[str]:
    """Ids of the last ones, which are on no first page."""
    return [str(each["id"]) for each in desk.records["contacts"][-count:]]


def test_only_what_has_changed_is_asked_for(crowd: Desk) -> None:
    first = crowd.move(only=CLIENTS)
    before = crowd.sandbox.stats
    changed, _ = last_contacts(crowd, 2)
    crowd.practice.change("contacts", changed, last_name="Newname")
    new = crowd.practice.copy("contacts", changed, last_name="Nobody knew")
    done = crowd.move(only=CLIENTS)
    assert (done.report.state, done.balanced) == ("done", True)
    assert asked(crowd, before) == 2, "what has changed, and a look at the total"
    assert done.outcomes("contacts") == {"created": 1, "updated": 1, "unchanged": 229}
    assert (done.line("contacts")["source_total"], done.line("contacts")["fetched"]) == (231, 231)
    names = crowd.export().by_source("contacts", "contacts")
    assert names[changed]["last_name"] == "Newname"
    assert names[str(new["id"])]["last_name"] == "Nobody knew"
    assert first.run.since is None
    began = first.run.reading_began_at
    assert began is not None
    assert done.run.since == began - timedelta(minutes=10)
    assert abs((datetime.now(UTC) - began).total_seconds()) < 300, "the source's own clock"


def test_what_was_deleted_there_is_found_by_the_total_and_listed(crowd: Desk) -> None:
    crowd.move(only=CLIENTS)
    before = crowd.sandbox.stats
    gone, changed = last_contacts(crowd, 2)
    crowd.practice.remove("contacts", gone)
    crowd.practice.change("contacts", changed, last_name="Newname")
    for again in range(2):
        done = crowd.move(only=CLIENTS)
        assert (done.report.state, done.balanced) == ("done", True)
        assert done.line("contacts")["source_total"] == 229
        assert done.line("contacts")["gone"] == {"count": 1, "examples": [gone]}, again
        assert sum(done.outcomes("contacts").values()) == 229
        here = crowd.export().by_source("contacts", "contacts")
        assert gone in here
        assert here[changed]["last_name"] == "Newname"
    assert asked(crowd, before) == 4 + 2, "read whole once; then it adds up again"


def test_a_change_that_no_time_tells_of_is_found_by_reading_whole(crowd: Desk) -> None:
    crowd.move(only=CLIENTS)
    silent = crowd.practice.find("contacts", last_contacts(crowd, 1)[0])
    silent["last_name"] = "Changed in silence"
    crowd.sandbox.touch()
    assert crowd.move(only=CLIENTS).outcomes("contacts") == {"unchanged": 230}
    before = crowd.sandbox.stats
    done = crowd.move(only=CLIENTS, whole=True)
    assert done.outcomes("contacts") == {"updated": 1, "unchanged": 229}
    assert (asked(crowd, before), done.run.since) == (3, None)


def test_a_list_that_the_first_key_might_not_read_is_read_whole_by_the_next(crowd: Desk) -> None:
    crowd.sandbox.faults = [Fault("forbidden", path=CONTACTS)]
    assert crowd.move(only=CLIENTS).report.state == "partly_done"
    crowd.sandbox.faults = []
    before = crowd.sandbox.stats
    done = crowd.move(only=CLIENTS)
    assert done.report.state == "done"
    assert done.outcomes("contacts") == {"created": 230}
    assert asked(crowd, before) == 3


def test_a_catch_up_that_stops_goes_on_and_the_next_misses_nothing(crowd: Desk) -> None:
    crowd.move(only=CLIENTS)
    changed, later = last_contacts(crowd, 2)
    crowd.practice.change("contacts", changed, last_name="Newname")
    crowd.sandbox.faults = [Fault(status=404, path="/patients")]
    stopped = crowd.begin(only=CLIENTS)
    with pytest.raises(Exception, match="Every account should have it"):
        crowd.go_on(stopped)
    crowd.sandbox.faults = []
    crowd.practice.change("contacts", later, last_name="Later")
    done = crowd.move(only=CLIENTS)
    assert (done.report.state, done.balanced) == ("done", True)
    assert done.outcomes("contacts") == {"updated": 2, "unchanged": 228}
    here = crowd.export().by_source("contacts", "contacts")
    assert (here[changed]["last_name"], here[later]["last_name"]) == ("Newname", "Later")


def test_a_rehearsed_catch_up_counts_and_then_loads(crowd: Desk) -> None:
    crowd.move(only=CLIENTS)
    changed = last_contacts(crowd, 1)[0]
    crowd.practice.change("contacts", changed, last_name="Newname")
    rehearsed = crowd.move(only=CLIENTS, rehearsal=True)
    assert rehearsed.outcomes("contacts") == {"updated": 1, "unchanged": 229}
    runs.load_rehearsed(rehearsed.run)
    done = crowd.go_on(rehearsed.run)
    assert done.outcomes("contacts") == {"updated": 1, "unchanged": 229}
    assert crowd.move(only=CLIENTS).outcomes("contacts") == {"unchanged": 230}


def test_filters_that_are_refused_make_a_later_import_read_whole(crowd: Desk) -> None:
    crowd.move(only=CLIENTS)
    changed = last_contacts(crowd, 1)[0]
    crowd.practice.change("contacts", changed, last_name="Newname")
    crowd.sandbox.faults = [Fault(status=400, path=CONTACTS, times=1)]
    done = crowd.move(only=CLIENTS)
    assert done.balanced
    assert done.outcomes("contacts") == {"updated": 1, "unchanged": 229}


def test_a_record_that_changes_lists_is_neither_lost_nor_told_gone(desk: Desk) -> None:
    desk.moved(only=("practitioners",))
    active = next(each for each in desk.records["practitioners"] if each["active"])
    desk.practice.change("practitioners", str(active["id"]), active=False)
    done = desk.move(only=("practitioners",))
    assert (done.report.state, done.balanced) == ("done", True)
    assert done.line("practitioners")["gone"]["count"] == 0
    assert sum(done.outcomes("practitioners").values()) == len(desk.records["practitioners"])


def test_what_was_deleted_here_meanwhile_is_brought_again(crowd: Desk) -> None:
    """The first import made it, the second found it unchanged, and then the first was deleted."""
    first = crowd.move(only=CLIENTS)
    crowd.move(only=CLIENTS)
    crowd.undo(first.run)
    with crowd.inside():
        assert not Contact.objects.exists()
    again = crowd.move(only=CLIENTS)
    assert again.balanced
    with crowd.inside():
        assert Contact.objects.count() == len(crowd.records["contacts"])
        assert not SourceRecord.objects.filter(payload="").exists()


def test_as_many_gone_there_as_were_deleted_here_do_not_hide_each_other(crowd: Desk) -> None:
    first = crowd.move(only=CLIENTS)
    like = last_contacts(crowd, 1)[0]
    own = [str(crowd.practice.copy("contacts", like)["id"]) for _ in range(2)]
    second = crowd.move(only=CLIENTS)
    crowd.move(only=CLIENTS)
    crowd.undo(second.run)
    for each in last_contacts(crowd, 4)[:2]:
        crowd.practice.remove("contacts", each)
    again = crowd.move(only=CLIENTS)
    assert again.balanced
    assert again.outcomes("contacts")["created"] == len(own)
    assert first.balanced


def test_a_run_that_goes_on_after_another_was_deleted_brings_its_records_again(
    crowd: Desk,
) -> None:
    """It had found them unchanged when its process died; then what had made them was deleted."""
    first = crowd.move(only=CALENDAR)
    run = crowd.begin(only=CALENDAR)
    office = crowd.office
    office.progress = Progress(on_page=dying)
    with pytest.raises(KeyboardInterrupt):
        runs.go_on(office, runs.find_run(run.pk))
    crowd.undo(first.run)
    done = crowd.go_on(run)
    assert done.balanced
    with crowd.inside():
        assert Contact.objects.count() == len(crowd.records["contacts"])


def dying(step: Step, _count: int) -> None:
    """Ctrl-C at the last list, when contacts are read."""
    if step.resource == "attendees":
        raise KeyboardInterrupt
