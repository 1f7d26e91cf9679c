"""Whose a run is: who works on it is left alone, who only holds on to it is put out and refused."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections

from conftest import a_workspace
from handover.accounts.models import Workspace
from handover.core.postgres import EmbeddedPostgres
from handover.core.tenancy import acting_in
from handover.importing import runs
from handover.importing.engine.heart import DEAD_AFTER, heart
from handover.importing.engine.lease import LOCK, Busy, Lease, Stale, only_one, working_on
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, SourceRecord, State, Wish
from handover.importing.states import MOVES, NoSuchMove, go
from tests.moving import CLIENTS, Desk


@pytest.fixture
def run(workspace: Workspace) -> ImportRun:
    with acting_in(workspace.pk):
        return ImportRun.objects.create(workspace=workspace, system="cliniko")


@pytest.fixture
def another(postgres: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """Another process, as the database sees it."""
    connection = psycopg.connect(postgres.app_url, autocommit=True)
    yield connection
    connection.close()


def holds_the_workspace(another: psycopg.Connection, run: ImportRun) -> None:
    another.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, run.workspace_id])


def beat(run: ImportRun, seconds_ago: float) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE importing_importrun SET beat_at = clock_timestamp()"
            " - make_interval(secs => %s) WHERE id = %s",
            [seconds_ago, run.pk],
        )


def is_cut_off(another: psycopg.Connection) -> bool:
    try:
        another.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def known(run: ImportRun) -> ImportRun:
    return runs.find_run(run.pk)


def test_whoever_takes_a_run_raises_its_epoch_and_leaves_no_trace_of_life_at_the_end(
    run: ImportRun,
) -> None:
    with only_one(run):
        assert (run.epoch, known(run).epoch) == (1, 1)
        assert known(run).beat_at is not None
    with only_one(known(run)) as lease:
        assert lease.run.epoch == 2
        lease.check()
    assert known(run).beat_at is None


def test_a_process_that_works_is_left_alone(run: ImportRun, another: psycopg.Connection) -> None:
    holds_the_workspace(another, run)
    beat(run, seconds_ago=1)
    with pytest.raises(Busy, match="another import or undo"), only_one(run, patience=0.3):
        pass
    assert not is_cut_off(another)


def test_a_process_that_only_holds_on_is_put_out(
    run: ImportRun, another: psycopg.Connection
) -> None:
    holds_the_workspace(another, run)
    beat(run, seconds_ago=11)
    with only_one(run, patience=0):
        assert is_cut_off(another)


def test_a_transaction_of_a_frozen_process_does_not_keep_others_waiting(
    run: ImportRun, another: psycopg.Connection
) -> None:
    another.autocommit = False
    another.execute("SELECT set_config('app.workspace_id', %s, true)", [str(run.workspace_id)])
    another.execute(
        "SELECT set_config('application_name', %s, true), epoch FROM importing_importrun"
        " WHERE id = %s FOR KEY SHARE",
        [f"handover import {run.pk}", run.pk],
    )
    with only_one(run):
        assert is_cut_off(another)
        assert known(run).epoch == 1


def test_who_comes_while_a_run_is_taken_over_waits_and_is_refused(
    run: ImportRun, another: psycopg.Connection
) -> None:
    late, heard = known(run), list[str]()
    another.autocommit = False
    another.execute("SELECT set_config('app.workspace_id', %s, true)", [str(run.workspace_id)])
    another.execute("SELECT FROM importing_importrun WHERE id = %s FOR UPDATE", [run.pk])
    another.execute("UPDATE importing_importrun SET epoch = 7 WHERE id = %s", [run.pk])

    def write() -> None:
        try:
            with working_on(late):
                heard.append("written")
        except Stale:
            heard.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(0.3)
    assert heard == []
    another.commit()
    thread.join(10)
    assert heard == ["refused"]


def test_runs_of_two_workspaces_do_not_wait_for_each_other(
    run: ImportRun, another: psycopg.Connection
) -> None:
    holds_the_workspace(another, run)
    other = a_workspace("Another practice")
    with acting_in(other.pk):
        theirs = ImportRun.objects.create(workspace=other, system="cliniko")
    with only_one(theirs, patience=0):
        assert known(theirs).epoch == 1


def test_the_import_that_was_overtaken_stops_and_writes_nothing_more(desk: Desk) -> None:
    run, kept = desk.begin(only=CLIENTS), list[int]()

    def overtaken(_step: object, _count: int) -> None:
        """Somebody takes it over while the third page is kept."""
        with acting_in(desk.workspace.pk):
            kept.append(SourceRecord.objects.count())
            if len(kept) == 3:
                ImportRun.objects.filter(pk=run.pk).update(epoch=9)

    office = desk.office
    office.progress = Progress(on_page=overtaken)
    with pytest.raises(Stale):
        runs.go_on(office, runs.find_run(run.pk))
    with acting_in(desk.workspace.pk):
        assert SourceRecord.objects.count() == kept[2]
    now = known(run)
    assert (now.epoch, now.state, now.report) == (9, State.FETCHING, None)
    assert desk.go_on(run).balanced


def test_a_wish_is_heard_within_a_second_or_two(run: ImportRun) -> None:
    with only_one(run) as lease:
        with acting_in(run.workspace_id):
            ImportRun.objects.filter(pk=run.pk).update(wish=Wish.PAUSE)
        asked = wait_for(lease)
    assert asked
    assert known(run).wish == Wish.NONE


def late(run: ImportRun) -> None:
    """No sign of life got through lately: the machine has other things to do."""
    heart.pulse(run.pk).last -= DEAD_AFTER + 1


def test_a_holder_whose_signs_of_life_were_late_asks_before_it_gives_up(run: ImportRun) -> None:
    with only_one(run) as lease:
        late(run)
        assert not lease.asked
        lease.check()


def test_a_holder_that_was_overtaken_meanwhile_stays_so(run: ImportRun) -> None:
    with only_one(run) as lease:
        with acting_in(run.workspace_id):
            ImportRun.objects.filter(pk=run.pk).update(epoch=9)
        late(run)
        assert lease.asked
        with acting_in(run.workspace_id):
            ImportRun.objects.filter(pk=run.pk).update(epoch=run.epoch)
        heart.beat()
        assert lease.asked, "what was left out because of it would never be done"
        with pytest.raises(Stale):
            lease.check()


def wait_for(lease: Lease) -> bool:
    waiting = threading.Event()
    return any(lease.asked or waiting.wait(0.1) for _ in range(50))


def test_saving_a_run_leaves_alone_what_others_say_of_it_meanwhile(run: ImportRun) -> None:
    with acting_in(run.workspace_id):
        ImportRun.objects.filter(pk=run.pk).update(wish=Wish.PAUSE, epoch=4)
        run.message = "Something new"
        run.save()
        now = ImportRun.objects.get(pk=run.pk)
    assert (now.wish, now.epoch, now.message) == (Wish.PAUSE, 4, "Something new")


def test_every_state_has_its_ways_and_what_is_over_stays_so() -> None:
    assert MOVES.keys() == set(State)
    assert MOVES[State.DELETED] == set()
    assert MOVES[State.CANCELLED] == {State.DELETING}
    assert MOVES[State.DONE] == {State.NEEDS_ATTENTION, State.DELETING}, (
        "failures may be tried again"
    )
    reached = {to for found in MOVES.values() for to in found}
    assert reached == set(State) - {State.DRAFT}, "what was submitted is no draft again"


@pytest.mark.parametrize("state", list(State))
def test_a_run_goes_where_the_table_has_a_way_and_nowhere_else(state: State) -> None:
    for to in State:
        run = ImportRun(pk=1, state=state)
        if to in MOVES[state]:
            go(run, to)
            assert run.state == to
        else:
            with pytest.raises(NoSuchMove, match=f"from {state.value} to {to.value}"):
                go(run, to)
