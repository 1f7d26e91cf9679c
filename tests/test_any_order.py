"""Whatever people and machines do, in whatever order: nothing is lost, doubled or turned back.

A model of what staff have written stands beside the workspace; after each step both are compared.
`--hypothesis-profile=long` looks much further.
"""

from contextlib import ExitStack
from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conftest import Emptying, a_workspace
from handover.clients.models import Client
from handover.core.postgres import throwaway_home
from handover.importing import runs
from handover.importing.corrections import (
    OURS,
    THEIRS,
    Wanted,
    conflicts_of,
    find_reassignment,
    reassign,
    settle_conflicts,
    undo_reassignment,
)
from handover.importing.engine.run import Progress
from handover.importing.models import Conflict, ImportRun, SourceRecord, State
from handover.importing.systems import CLINIKO, RESOURCES
from handover.practice.models import Practitioner
from handover.sandbox import Sandbox, build_practice
from handover.scheduling.models import Appointment
from tests.moving import TODAY, Desk, copied

ONLY = ("attendees",)
COLUMNS = ("occupation", "notes")  # of a client; called the same at the source
TARGETS = {each.spec.name: each.spec.target for each in RESOURCES[CLINIKO]}
PRACTICE = build_practice(clients=8, appointments=12, today=TODAY)
numbers = count()


class Killed(Exception):
    """The process is gone, as far as the run can tell."""


def dying_at(moment: int) -> Progress:
    """Somebody who kills the process when so many pages and batches have gone by."""
    left = iter(range(moment, -1, -1))

    def hear(*_: object) -> None:
        if next(left, None) == 0:
            raise Killed

    return Progress(on_page=hear, on_load=hear)


class Moves(RuleBasedStateMachine):
    """One practice, its account at the source, and everybody who works at either."""

    emptying: Emptying

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(self.emptying())
        home = self.stack.enter_context(throwaway_home())
        sandbox = self.stack.enter_context(Sandbox(copied(PRACTICE), rate_limit=0))
        self.desk = Desk(a_workspace(f"Any order {next(numbers)}"), sandbox, home)
        self.written: dict[tuple[str, str], str] = {}  # by client and column: what staff wrote
        self.touched: set[str] = set()
        self.open: ImportRun | None = None  # rehearsed, or killed
        self.over: list[ImportRun] = []
        self.reassigned: list[int] = []
        self.is_fresh = False  # whether everything at the source has been brought
        self.is_read = False  # whether the open run may have read what changes from now on

    # what is done at the source

    @rule(which=st.integers(0, 7), column=st.sampled_from(COLUMNS))
    def change_there(self, which: int, column: str) -> None:
        self.desk.practice.change(
            "patients", self._name(which), **{column: f"there {next(numbers)}"}
        )
        self._has_changed()

    @rule(which=st.integers(0, 7))
    def add_there(self, which: int) -> None:
        self.desk.practice.copy("patients", self._name(which), last_name=f"New {next(numbers)}")
        self._has_changed()

    def _has_changed(self) -> None:
        """A run that goes on may have read the list before: the next one will bring it."""
        self.is_fresh = False
        self.is_read = self.open is not None and self.open.state != State.REHEARSED

    # what is done here

    @precondition(lambda self: self.over)
    @rule(which=st.integers(0, 7), column=st.sampled_from(COLUMNS))
    def edit_here(self, which: int, column: str) -> None:
        name, text = self._name(which), f"here {next(numbers)}"
        with self.desk.inside():
            row = Client.objects.filter(pk=self._row(name))
            if row.update(**{column: text}):
                self.written[name, column] = text
                self.touched.add(name)

    @precondition(lambda self: self.over)
    @rule(how=st.sampled_from((OURS, THEIRS)))
    def settle(self, how: Conflict.How) -> None:
        run = self._latest()
        asked = conflicts_of(run, Wanted())
        settled = settle_conflicts(run, Wanted(), how, by="Robin")
        assert settled.count == len(asked) - len(settled.left)
        left = {(each.source_id, each.field) for each, _ in settled.left}
        for each in asked:
            if how == THEIRS and (each.source_id, each.field) not in left:
                self.written.pop((each.source_id, each.field), None)

    @precondition(lambda self: self.over)
    @rule()
    def put_somebody_right(self) -> None:
        with self.desk.inside():
            left = Practitioner.objects.filter(former=True, appointments__isnull=False).first()
            if left is None:
                return
            new = Practitioner.objects.create(workspace=self.desk.workspace, first_name="Robin")
            before = Appointment.objects.filter(practitioner=left).count()
        pair = (left.pk, new.pk)
        number = reassign(self.desk.workspace, "practitioners", pair, by="Robin").number
        self.reassigned.append(number)
        with self.desk.inside():
            assert Appointment.objects.filter(practitioner=new).count() == before
            assert not Appointment.objects.filter(practitioner=left).exists()

    @precondition(lambda self: self.reassigned)
    @rule()
    def think_better_of_it(self) -> None:
        number = find_reassignment(self.reassigned.pop())
        if number.undone_at is None:  # else the import whose placeholder it was is deleted
            undo_reassignment(number, by="Robin")

    # what imports do

    @precondition(lambda self: self.open is None)
    @rule()
    def rehearse(self) -> None:
        before = self.desk.export().tables
        done = self.desk.move(only=ONLY, rehearsal=True)
        assert done.balanced
        assert self.desk.export().tables == before, "a rehearsal writes nothing here"
        self.open = done.run

    @precondition(lambda self: self.open is None)
    @rule()
    def move(self) -> None:
        self._finish(self.desk.begin(only=ONLY))

    @precondition(lambda self: self.open is None)
    @rule(moment=st.integers(0, 60))
    def die_at_it(self, moment: int) -> None:
        run = self.desk.begin(only=ONLY)
        office = replace(self.desk.office, progress=dying_at(moment))
        try:
            runs.go_on(office, runs.find_run(run.pk))
        except Killed:
            self.open = run
        else:
            self._is_over(run)

    @precondition(lambda self: self.open is not None)
    @rule()
    def go_on(self) -> None:
        run, self.open = runs.find_run(self.open.pk), None  # type: ignore[union-attr]  # as the precondition says
        if run.state == State.REHEARSED:
            runs.load_rehearsed(run)
        self._finish(run)

    @precondition(lambda self: self.over)
    @rule(which=st.integers(0, 3))
    def delete(self, which: int) -> None:
        run = self.over.pop(which % len(self.over))
        self.desk.undo(run)
        self.is_fresh = False

    def _finish(self, run: ImportRun) -> None:
        assert self.desk.go_on(run).balanced
        self._is_over(run)

    def _is_over(self, run: ImportRun) -> None:
        self.over.append(runs.find_run(run.pk))
        self.is_fresh, self.is_read = not self.is_read, False

    # what is always true

    @invariant()
    def what_staff_wrote_stands(self) -> None:
        with self.desk.inside():
            for (name, column), text in self.written.items():
                (value,) = Client.objects.filter(pk=self._row(name)).values_list(column, flat=True)
                assert value == text, f"{column} of client {name}"

    @invariant()
    def nothing_is_doubled_and_nothing_is_nobodys(self) -> None:
        with self.desk.inside():
            for name in ("patients", "individual_appointments", "attendees"):
                known = SourceRecord.objects.filter(resource=name, target_id__isnull=False)
                rows = list(known.values_list("target_id", flat=True))
                assert len(rows) == len(set(rows)), f"two {name} share a row"
                there = set(TARGETS[name]._default_manager.values_list("pk", flat=True))
                assert set(rows) <= there, f"{name} without a row"
            clients = SourceRecord.objects.filter(resource="patients", target_id__isnull=False)
            assert Client.objects.count() == clients.count(), "a client whom no record knows"

    @precondition(lambda self: self.is_fresh and self.open is None)
    @invariant()
    def what_nobody_wrote_over_is_as_the_source_says(self) -> None:
        asked = {(each.source_id, each.field) for each in conflicts_of(self._latest(), Wanted())}
        with self.desk.inside():
            for record in self.desk.records["patients"]:
                name = str(record["id"])
                row = Client.objects.get(pk=self._row(name))
                for column in COLUMNS:
                    if (name, column) not in self.written.keys() | asked:
                        assert getattr(row, column) == (record[column] or ""), f"{column} of {name}"

    def teardown(self) -> None:
        try:
            if self.open is not None:
                self.go_on()
            while self.over:
                self.delete(len(self.over) - 1)
                self.what_staff_wrote_stands()
                self.nothing_is_doubled_and_nothing_is_nobodys()
            with self.desk.inside():
                left = Client.objects.count()
            if not self.touched and not self.reassigned:
                assert left == 0, "all was deleted, and nobody had touched any of it"
            assert left <= len(self.touched) + len(self.reassigned) * len(PRACTICE.records)
        finally:
            self.stack.close()

    def _name(self, which: int) -> str:
        return str(self.desk.records["patients"][which]["id"])

    def _row(self, name: str) -> int:
        """The row of a client; 0 if there is none."""
        found = SourceRecord.objects.filter(resource="patients", source_id=name)
        return found.values_list("target_id", flat=True).first() or 0

    def _latest(self) -> ImportRun:
        return max(self.over, key=lambda each: each.pk)


def test_nothing_is_lost_whatever_happens_in_whatever_order(emptying: Emptying) -> None:
    far = settings.get_current_profile_name() == "long"
    chosen = settings(
        max_examples=150 if far else 2,
        stateful_step_count=25 if far else 6,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    machine = type("Moves", (Moves,), {"emptying": staticmethod(emptying)})
    run_state_machine_as_test(machine, settings=chosen)
