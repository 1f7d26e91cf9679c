"""Two imports of one account: which may go on."""

from dataclasses import replace

import pytest

from handover.clients.models import Client, Contact
from handover.importing import runs
from handover.importing.engine.errors import StopImport
from tests.moving import CLIENTS, Desk
from tests.test_any_order import ONLY, Killed, dying_at


def test_an_import_that_a_newer_one_has_overtaken_is_not_gone_on_with(desk: Desk) -> None:
    stopped = desk.begin(only=CLIENTS)
    newer = desk.move(only=CLIENTS)
    with pytest.raises(StopImport, match=f"handover import-resume {newer.run.pk}"):
        desk.go_on(stopped)
    assert runs.find_run(stopped.pk).state == "needs_attention"


def test_an_import_goes_on_once_the_newer_one_is_undone(desk: Desk) -> None:
    stopped = desk.begin(only=CLIENTS)
    desk.undo(desk.move(only=CLIENTS).run)
    done = desk.go_on(stopped)
    assert done.balanced
    assert done.outcomes("patients") == {"created": len(desk.records["patients"])}


def test_a_partly_done_import_goes_on_with_the_key_of_somebody_who_may_read_the_rest(
    desk: Desk,
) -> None:
    partly = desk.move(role="receptionist")
    assert partly.run.state == "partly_done"
    with pytest.raises(StopImport, match="no longer kept"):
        desk.go_on(partly.run)
    whole = desk.go_on(partly.run, desk.key())
    assert (whole.run.state, whole.balanced) == ("done", True)
    assert whole.outcomes("users") == {"created": len(desk.records["users"])}
    assert whole.outcomes("practitioners") == {"created": len(desk.records["practitioners"])}
    assert all(each["user"] for each in desk.export().table("practitioners"))


@pytest.mark.parametrize("moment", [0, 4, 8, 12])
def test_what_a_stopped_import_had_read_of_one_that_is_deleted_meanwhile_is_read_again(
    desk: Desk, moment: int
) -> None:
    first, second = desk.moved(only=ONLY), desk.begin(only=ONLY)
    office = replace(desk.office, progress=dying_at(moment))
    with pytest.raises(Killed):
        runs.go_on(office, runs.find_run(second.pk))
    desk.undo(first.run)
    desk.practice.remove("contacts", str(desk.records["contacts"][-1]["id"]))
    done = desk.go_on(second)
    assert (done.report.state, done.balanced) == ("done", True)
    with desk.inside():
        assert Client.objects.count() == len(desk.records["patients"])
        assert Contact.objects.count() == len(desk.records["contacts"])
