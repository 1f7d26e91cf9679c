"""Background runs: submitted with what records them, gone on with whatever happens, steered."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import post_save
from procrastinate.contrib.django.models import ProcrastinateJob

from handover.importing import jobs, runs, steering, turns
from handover.importing.engine.errors import StopImport
from handover.importing.engine.heart import heart
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, SourceRecord, State
from handover.importing.standing import standing
from handover.importing.sweeps import wake_forgotten
from handover.sandbox import Fault
from tests.moving import CLIENTS, Desk, Moved

#: What asking whose key it is costs, each time that a run is gone on with.
WHOSE_KEY = 2


def submit(desk: Desk, *, rehearsal: bool = False) -> ImportRun:
    return steering.begin(lambda: desk.begin(only=CLIENTS, rehearsal=rehearsal))


def submit_all(desk: Desk) -> ImportRun:
    return steering.begin(desk.begin)


def known(run: ImportRun) -> ImportRun:
    return runs.find_run(run.pk)


def queued() -> list[int]:
    """The runs that stand in the queue, due or not."""
    found = ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    return [each["run_id"] for each in found.values_list("args", flat=True)]


def a_worker(desk: Desk, run: ImportRun, at_page: Callable[[int], None] = lambda _: None) -> State:
    """Have a worker look at the run; `at_page` is called at every page with its number."""
    jobs.drop(run.pk)  # as whoever takes a job does
    pages = [0]

    def on_page(_step: object, _count: int) -> None:
        pages[0] += 1
        at_page(pages[0])

    office = desk.office
    office.progress = Progress(on_page=on_page)
    jobs.work(office, run.pk)
    return State(known(run).state)


def test_a_run_and_its_job_are_recorded_together_or_not_at_all(desk: Desk) -> None:
    def fails() -> None:
        with transaction.atomic():
            submit(desk)
            raise DatabaseError

    with pytest.raises(DatabaseError):
        fails()
    assert (queued(), ImportRun.objects.using("owner").count()) == ([], 0)
    run = submit(desk)
    assert queued() == [run.pk]


def test_a_background_import_ends_as_any_other_and_its_job_is_gone(
    desk: Desk, moved: Moved
) -> None:
    run = submit_all(desk)
    assert a_worker(desk, run) == State.DONE
    assert known(run).report is not None
    assert known(run).sealed_key == ""
    assert queued() == []
    assert moved.differs(desk.export()) == set()


def test_a_job_that_comes_twice_or_late_does_nothing(desk: Desk) -> None:
    run = submit(desk)
    a_worker(desk, run)
    asked = desk.sandbox.stats.total
    assert a_worker(desk, run) == State.DONE
    jobs.work(desk.office, 4711)  # a run that nobody knows
    assert desk.sandbox.stats.total == asked


def at_once(ask: Callable[[ImportRun], object], run: ImportRun) -> Callable[[], None]:
    """Ask a run that is at work, whose worker hears of it without waiting for its next beat."""

    def act() -> None:
        ask(known(run))
        heart.beat()

    return act


def once(at: int, act: Callable[[], object]) -> Callable[[int], None]:
    """Do something at one page."""

    def at_page(page: int) -> None:
        if page == at:
            act()

    return at_page


def test_a_paused_run_goes_on_where_it_was_and_asks_nothing_twice(desk: Desk) -> None:
    desk.undo(desk.move(only=CLIENTS).run)
    undisturbed = desk.sandbox.stats.total
    run = submit(desk)
    assert a_worker(desk, run, once(2, at_once(steering.pause, run))) == State.PAUSED
    assert (queued(), known(run).wish, known(run).beat_at) == ([], "", None)
    assert a_worker(desk, run) == State.PAUSED  # a job that comes late
    steering.resume(known(run), desk.home)
    assert queued() == [run.pk]
    assert a_worker(desk, run) == State.DONE
    assert desk.sandbox.stats.total == 2 * undisturbed + WHOSE_KEY


def test_a_run_that_nobody_works_on_yet_is_paused_and_cancelled_at_once(desk: Desk) -> None:
    run = submit(desk)
    assert steering.pause(run) == State.PAUSED
    assert queued() == []
    assert steering.cancel(run) == State.CANCELLED
    assert (known(run).state, known(run).sealed_key) == (State.CANCELLED, "")
    with pytest.raises(StopImport, match="cannot be paused: it is cancelled"):
        steering.pause(run)
    with pytest.raises(StopImport, match="is over"):
        steering.resume(known(run), desk.home)


def test_who_thinks_better_of_a_pause_in_time_is_not_paused(desk: Desk) -> None:
    run = submit(desk)

    def pause_and_resume() -> None:
        steering.pause(known(run))
        heart.beat()
        steering.resume(known(run), desk.home)

    assert a_worker(desk, run, once(2, pause_and_resume)) == State.QUEUED
    assert queued() == [run.pk]


def test_a_cancelled_import_keeps_what_it_has_brought_and_can_be_undone(desk: Desk) -> None:
    run = submit(desk)
    assert a_worker(desk, run, once(3, at_once(steering.cancel, run))) == State.CANCELLED
    with desk.inside():
        assert SourceRecord.objects.exclude(payload="").exists()
    assert (known(run).sealed_key, queued()) == ("", [])
    steering.submit_delete(run)
    assert queued() == [run.pk]
    assert a_worker(desk, run) == State.DELETED
    with desk.inside():
        assert not SourceRecord.objects.exclude(payload="").exists()


def test_a_source_that_is_away_is_asked_again_by_itself_and_later_each_time(desk: Desk) -> None:
    run = submit(desk)
    desk.sandbox.faults = (Fault(status=503),)
    assert a_worker(desk, run) == State.QUEUED
    assert queued() == [run.pk]
    assert "It goes on by itself at" in known(run).message
    due = ProcrastinateJob.objects.get().scheduled_at
    assert due is not None
    assert a_worker(desk, run) == State.QUEUED
    later = ProcrastinateJob.objects.get().scheduled_at
    assert later is not None
    assert later > due
    assert known(run).tries == 2
    desk.sandbox.faults = ()
    assert a_worker(desk, run) == State.DONE
    assert known(run).tries == 0


def test_a_source_that_stays_away_is_a_matter_for_a_person_in_the_end(desk: Desk) -> None:
    run = submit(desk)
    with desk.inside():
        ImportRun.objects.filter(pk=run.pk).update(tries=jobs.MOST_TRIES)
    desk.sandbox.faults = (Fault(status=503),)
    assert a_worker(desk, run) == State.NEEDS_ATTENTION
    assert queued() == []


def test_a_key_that_is_not_accepted_is_a_matter_for_a_person(desk: Desk) -> None:
    run = submit(desk)
    desk.sandbox.faults = (Fault(status=401),)
    assert a_worker(desk, run) == State.NEEDS_ATTENTION
    assert "key" in known(run).message
    assert queued() == []


def test_a_fault_of_ours_is_told_without_a_word_of_what_it_stumbled_over(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    run = submit(desk)

    def stumbles() -> None:
        raise KeyError("Jane Citizen, born 1970")

    assert a_worker(desk, run, once(2, stumbles)) == State.FAILED
    message = known(run).message
    assert "fault of ours: KeyError in tests.test_jobs, line" in message
    assert "Jane" not in message + caplog.text
    assert queued() == []
    steering.resume(known(run), desk.home)
    assert a_worker(desk, run) == State.DONE


def test_a_run_whose_end_could_not_be_saved_says_so_and_can_be_gone_on_with(desk: Desk) -> None:
    run = submit(desk)

    def refuses(instance: ImportRun, **_: object) -> None:
        if instance.state == State.DONE:
            raise KeyError

    post_save.connect(refuses, sender=ImportRun)
    try:
        assert a_worker(desk, run) == State.FAILED
    finally:
        post_save.disconnect(refuses, sender=ImportRun)
    assert "fault of ours: KeyError" in known(run).message
    steering.resume(known(run), desk.home)
    assert a_worker(desk, run) == State.DONE


def test_a_run_whose_worker_lost_the_database_is_found_and_gone_on_with(desk: Desk) -> None:
    run = submit(desk)

    def is_cut_off() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert a_worker(desk, run, once(3, is_cut_off)) == State.FETCHING
    assert queued() == []
    assert wake_forgotten() == 1
    assert queued() == [run.pk]
    assert wake_forgotten() == 0  # it stands in the queue
    assert a_worker(desk, run) == State.DONE


def test_only_forgotten_runs_are_woken(desk: Desk) -> None:
    foreground, paused, at_work = desk.begin(only=CLIENTS), submit(desk), submit(desk)
    steering.pause(paused)
    found = list[int]()
    a_worker(desk, at_work, once(2, lambda: found.append(wake_forgotten())))
    assert found == [0]
    assert known(at_work).state == State.DONE
    assert (wake_forgotten(), queued()) == (0, [])
    assert known(foreground).state == State.QUEUED


def test_a_run_that_workers_die_of_is_given_up_after_a_while(desk: Desk) -> None:
    run = submit(desk)
    for _ in range(jobs.MOST_TRIES):
        jobs.drop(run.pk)
        wake_forgotten()
    jobs.drop(run.pk)
    wake_forgotten()
    assert (known(run).state, queued()) == (State.FAILED, [])
    assert "workers in a row" in known(run).message


def test_a_run_waits_for_another_one_in_its_workspace(desk: Desk) -> None:
    first, second = submit(desk), submit(desk)
    jobs.drop(second.pk)

    def the_other_comes() -> None:
        worker = threading.Thread(target=jobs.work, args=(desk.office, second.pk))
        worker.start()
        worker.join()

    assert a_worker(desk, first, once(2, the_other_comes)) == State.DONE
    assert (queued(), known(second).state) == ([second.pk], State.QUEUED)


def test_a_long_run_gives_way_when_others_wait_and_only_then(desk: Desk) -> None:
    run = submit(desk)
    jobs.drop(run.pk)
    turn = turns.Turn(known(run), leaving=lambda: False, longest=0)
    assert not turn.is_over()
    jobs.enqueue(run.pk)
    turn.next_look = 0
    assert turn.is_over()
    jobs.drop(run.pk)
    assert turn.is_over()


def test_a_worker_that_is_to_leave_queues_its_run_again_and_wastes_no_request(desk: Desk) -> None:
    desk.undo(desk.move(only=CLIENTS).run)
    undisturbed = desk.sandbox.stats.total
    run, leaving = submit(desk), list[int]()
    jobs.drop(run.pk)
    office = desk.office
    office.progress = Progress(on_page=lambda _step, _count: leaving.append(1))
    jobs.work(office, run.pk, leaving=lambda: len(leaving) > 1)
    assert (known(run).state, queued()) == (State.QUEUED, [run.pk])
    assert a_worker(desk, run) == State.DONE
    assert desk.sandbox.stats.total == 2 * undisturbed + WHOSE_KEY


def test_how_far_a_run_is_can_be_seen_by_anybody(desk: Desk) -> None:
    run = submit(desk)
    seen = [standing(run, desk.office.keeper)]

    def look() -> None:
        seen.append(standing(run, desk.office.keeper))

    a_worker(desk, run, once(2, look))
    seen.append(standing(run, desk.office.keeper))
    before, meanwhile, after = seen
    assert (before.state, before.records, before.alive_at) == (State.QUEUED, 0, None)
    assert meanwhile.state == State.FETCHING
    assert meanwhile.alive_at is not None
    assert 0 < meanwhile.records <= after.records
    clients = next(each for each in after.kinds if each.name == "patients")
    here = len(desk.records["patients"])
    assert (clients.total, clients.fetched, clients.loaded) == (here, here, here)


def test_a_rehearsal_in_the_background_is_loaded_by_resuming_it(desk: Desk) -> None:
    run = submit(desk, rehearsal=True)
    assert a_worker(desk, run) == State.REHEARSED
    steering.resume(known(run), desk.home)
    assert a_worker(desk, run) == State.DONE
    assert not known(run).rehearsal
