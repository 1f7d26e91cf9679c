"""`handover ...` as people use it: what it says, how it ends, and that nothing is half-done."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import HomeFrom
from handover.core.postgres import EmbeddedPostgres, PostgresProblem
from handover.core.postgres.places import Places
from handover.sandbox import Fault, Sandbox
from tests import starting
from tests.archive import Archive, Record
from tests.moving import CONTACT, a_practice
from tests.refused import KEYLESS, REFUSED, SETTINGS, TAXES

LINE = {
    "source_total", "fetched", "created", "matched", "updated", "unchanged", "skipped", "rejected",
    "requests", "seconds", "balanced", "lists", "messages", "contents", "control_sums", "problems",
    "gone",
}  # fmt: skip


TOLD = {
    "import", "state", "balanced", "rehearsal", "account", "choices", "summary", "requests",
    "seconds", "types", "warnings", "reminder", "calendar_ready", "control_totals",
}  # fmt: skip

#: The words of a command, and its own environment variables.
Case = tuple[list[str], dict[str, str]]


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that it said, in one line."""
        return " ".join((self.out + self.err).split())


@dataclass(frozen=True)
class Terminal:
    """A home of its own, with a sandbox in place of Cliniko."""

    home: Path
    sandbox: Sandbox

    def run(self, *words: str, stdin: str = "", **variables: str) -> Ended:
        """Run `handover` with these words; no key is in the environment unless it is given."""
        return self.start("handover.cli", words, stdin, variables)

    def start(
        self, module: str, words: Sequence[str], stdin: str, variables: dict[str, str]
    ) -> Ended:
        """Run a program of ours in this home."""
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("HANDOVER", "DATABASE"))}  # fmt: skip
        environment |= {
            "HANDOVER_HOME": str(self.home),
            "HANDOVER_CLINIKO_URL": self.sandbox.url,
            "HANDOVER_CLINIKO_RATE": "0",
            "HANDOVER_CLINIKO_FILE_HOSTS": self.sandbox.storage_host,
            "HANDOVER_CONTACT": CONTACT,
            "COLUMNS": "240",
            **variables,
        }
        done = starting.ended(module, words, environment, stdin, timeout=120)
        ended = Ended(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in ended.err, ended.err
        assert self.sandbox.key not in ended.text
        return ended

    def several(self, *cases: Case) -> list[Ended]:
        """Run several commands in one process; it tells their output from their errors no more."""
        done = self.start("tests.commands", (), json.dumps(cases), {})
        return [Ended(code, text, "") for code, text in json.loads(done.out)]

    def bring(self, *words: str, role: str = "administrator") -> Ended:
        """An import with the key of a role."""
        return self.run("import", *words, HANDOVER_CLINIKO_KEY=self.sandbox.keys[role])

    def number(self, ended: Ended) -> str:
        """The import that a command told of."""
        return ended.err.partition("Import ")[2].split()[0]


@pytest.fixture(scope="module")
def terminal(ready_home: HomeFrom) -> Iterator[Terminal]:
    """One database for all commands, which join it instead of starting their own."""
    with (
        ready_home() as home,
        EmbeddedPostgres(home, durable=False),
        Sandbox(a_practice(), rate_limit=0) as sandbox,
    ):
        yield Terminal(home, sandbox)


@pytest.fixture(autouse=True)
def no_faults(terminal: Terminal) -> None:
    terminal.sandbox.faults = []


def report_in(path: Path) -> Record:
    found: Record = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_people_are_put_right_by_their_numbers_here_and_back(terminal: Terminal) -> None:
    done = terminal.bring("--workspace", "People", "--create", "--only", "practitioners")
    words = ["reassign", "--workspace", "People", "practitioners"]
    listed = terminal.run(*words)
    assert "(former)" in listed.text
    was, becomes = re.findall(r"^ *(\d+) ", listed.out, re.MULTILINE)[:2]
    preview, reassigned, half, same, all_of_them = terminal.several(
        ([*words, was, becomes, "--preview"], {}),
        ([*words, was, becomes], {}),
        ([*words, was], {}),
        ([*words, was, was], {}),
        (["reassignments", "--workspace", "People"], {}),
    )
    assert [each.code for each in (preview, reassigned, half, same)] == [0, 0, 2, 1]
    assert "Nothing was changed: this was a preview." in preview.text
    number = reassigned.text.partition("`handover reassign-undo ")[2].partition("`")[0]
    assert "give both numbers" in half.text
    assert f"practitioner {was} stands for itself already" in same.text
    assert f"practitioners {was} {becomes}" in " ".join(all_of_them.text.split())
    undone, again, none, settled = terminal.several(
        (["reassign-undo", number], {}),
        (["reassign-undo", number], {}),
        (["import-conflicts", terminal.number(done)], {}),
        (["import-conflicts", terminal.number(done), "--settle", "ours"], {}),
    )
    assert [each.code for each in (undone, again, none, settled)] == [0, 1, 0, 0]
    assert "lead where they led before" in undone.text
    assert f"reassignment {number} was undone already" in again.text
    assert none.out.strip() == "No conflicts are open."
    assert settled.out.splitlines()[0] == "0 settled: ours."


def test_an_import_prints_its_report_and_is_exported_and_undone(
    terminal: Terminal, tmp_path: Path
) -> None:
    report, folder = tmp_path / "report.json", tmp_path / "export"
    done = terminal.bring("--workspace", "Whole", "--create", "--report", str(report))
    told = report_in(report)
    read = sum(each["source_total"] for each in told["types"].values())
    assert (done.code, done.out.strip().splitlines()[-1]) == (
        0,
        f"Balanced: {read:,} records were read, and each has an outcome.",
    )
    assert read > 700
    assert "individual_appointments: 239 loaded" in done.err
    assert set(told) == TOLD
    assert (told["state"], told["balanced"]) == ("done", True)
    assert all(set(line) == LINE for line in told["types"].values())
    number = str(told["import"])
    assert number == terminal.number(done)
    exported, preview, wrong, silent, undone, again, listed = terminal.several(
        (["export", "--workspace", "whole", "--to", str(folder)], {}),
        (["import-undo", number, "--preview"], {}),
        (["import-undo", number, "--yes", "Another"], {}),
        (["import-undo", number], {}),
        (["import-undo", number, "--yes", "Whole"], {}),
        (["import-undo", number], {}),
        (["imports", "--workspace", "Whole"], {}),
    )
    assert [each.code for each in (exported, preview, undone, again, listed)] == [0, 0, 0, 1, 0]
    assert (wrong.code, "'Whole', not of 'Another'" in wrong.text) == (2, True)
    assert (silent.code, "add --yes Whole to do it" in silent.text) == (2, True)
    assert Archive(folder).counts["appointments"] == 250
    assert f"in {folder} (see manifest.json)" in exported.text
    assert preview.out == undone.out + "Nothing was deleted: this was a preview.\n"
    assert "individual_appointments 239" in undone.text
    assert again.text == f"import {number} was deleted already"
    _the_report_is_kept(terminal, number, told, tmp_path / "kept.json")
    assert listed.out.splitlines()[1].split()[:2] == [number, "Whole"]
    assert "Deleted" in listed.text


def _the_report_is_kept(terminal: Terminal, number: str, told: Record, kept: Path) -> None:
    """Whatever came later: another import, and the undoing of this one."""
    later = ["import", "--workspace", "Whole", "--only", "taxes", "--key", terminal.sandbox.key]
    shown, none = terminal.several(
        (later, {}),
        (["import-report", number, "--report", str(kept)], {}),
        (["import-report", "4711"], {}),
    )[1:]
    assert report_in(kept)["summary"] == told["summary"]
    assert f"Import {number} from {told['account']} (Deleted)" in shown.text
    assert "individual_appointments 239 239 239" in shown.text
    assert told["summary"] in shown.text
    assert "Keep an export of your own from Cliniko" in shown.text
    assert (none.code, "there is no import 4711" in none.text) == (1, True)


def test_an_import_that_stopped_is_resumed_by_its_number(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.sandbox.faults = [Fault("expired_key", path="/contacts")]
    report = tmp_path / "report.json"
    words = ("--workspace", "Stopped", "--create", "--only", "patients", "--report", str(report))
    stopped = terminal.bring(*words)
    assert stopped.code == 1
    assert "Cliniko does not accept this key." in stopped.text
    assert "the import then goes on where it stopped" in stopped.text
    assert not report.exists()
    number = terminal.number(stopped)
    terminal.sandbox.faults = []
    key = terminal.sandbox.key
    resumed = terminal.run("import-resume", number, "--key", "-", "--report", str(report),
                           stdin=f"{key}\n")  # fmt: skip
    assert resumed.code == 0
    assert report_in(report)["types"]["patients"]["created"] == 40
    listed, over = terminal.several((["imports"], {}), (["import-resume", number], {}))
    assert "Stopped" in listed.text
    assert over.code == 1
    assert f"import {number} is over (done)" in over.text


def test_a_key_a_zone_and_choices_may_stand_on_the_command_line(
    terminal: Terminal, tmp_path: Path
) -> None:
    place, other = (str(each["id"]) for each in terminal.sandbox.practice.records["businesses"][:2])
    choices = tmp_path / "choices.json"
    choices.write_text(f'{{"businesses": {{"{other}": "ignore"}}}}', encoding="utf-8")
    nothing = {"time_zone": None, "time_zone_identifier": None}
    terminal.sandbox.practice.change("businesses", place, **nothing)
    words = ["--workspace", "Zoned", "--create", "--only", "businesses", "--time-zone", "perth"]
    words += ["--choices", str(choices)]
    done = terminal.run(
        "import", *words, "--key", terminal.sandbox.key, HANDOVER_CLINIKO_KEY="another, not used"
    )
    assert done.code == 0
    assert re.search(r"Choices kept for .+: 1\.", done.text)
    assert "left out by choice" in done.text
    folder = tmp_path / "zoned"
    terminal.run("export", "--workspace", "Zoned", "--to", str(folder))
    here = Archive(folder).by_source("locations", "businesses")[place]
    assert here["time_zone"] == "Australia/Perth"


def test_a_source_that_is_busy_is_waited_for_by_the_person(terminal: Terminal) -> None:
    terminal.sandbox.faults = [
        Fault("status", path="/taxes", status=503, retry="after", seconds=600)
    ]
    words = ("--workspace", "Busy", "--create", "--only", "taxes")
    ended = terminal.bring(*words)
    assert ended.code == 1
    assert "Cliniko could not be asked for /taxes" in ended.text
    assert re.search(
        r"Wait \d+ minutes?, then go on with `handover import-resume ID`"
        r" \(`handover imports` lists the numbers\)\.",
        ended.text,
    )
    assert "by itself" not in ended.text


def test_a_rehearsal_is_loaded_by_resuming_it(terminal: Terminal) -> None:
    words = ("--workspace", "Rehearsed", "--create", "--only", "taxes", "--rehearse")
    rehearsed = terminal.bring(*words)
    assert rehearsed.code == 0
    assert "A rehearsal: nothing was written to the workspace." in rehearsed.text
    loaded = terminal.run("import-resume", terminal.number(rehearsed))
    assert loaded.code == 0
    assert "A rehearsal" not in loaded.text


def test_a_key_that_may_not_read_everything_ends_with_3(terminal: Terminal) -> None:
    words = ("--workspace", "Partly", "--create", "--only", "users,taxes")
    partly = terminal.bring(*words, role="receptionist")
    assert partly.code == 3
    assert "Balanced, but partly complete: this key may not read users;" in partly.text
    assert "Not permitted with this key" in partly.text


def test_what_does_not_balance_ends_with_1_and_names_the_type(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.sandbox.faults = [Fault("total_lies", path="/taxes")]
    report = tmp_path / "report.json"
    words = ("--workspace", "Lies", "--create", "--only", "taxes", "--report", str(report))
    ended = terminal.bring(*words)
    assert ended.code == 1
    assert "Not balanced: look at taxes." in ended.text
    assert "NOT BALANCED" in ended.text
    assert report_in(report)["balanced"] is False


def test_a_background_import_is_steered_by_its_number(terminal: Terminal) -> None:
    begun = terminal.bring("--workspace", "Later", *TAXES, "--background")
    number = begun.out.removeprefix("Import ").split()[0]
    assert begun.out.startswith(f"Import {number} is queued. `handover worker` (or `handover up`)")
    ended = terminal.several(
        (["import-pause", number], {}),
        (["import-resume", number], {}),
        (["import-cancel", number], {}),
        (["import-resume", number], {}),
        (["import-undo", number, "--yes", "Later", "--background"], {}),
        (["imports", "--workspace", "Later"], {}),
    )
    assert [each.code for each in ended] == [0, 0, 0, 1, 0, 0]
    paused, resumed, cancelled, over, deleting, listed = (each.text for each in ended)
    assert paused == f"Import {number} is paused."
    assert resumed.startswith(f"Import {number} goes on.")
    assert cancelled == f"Import {number} is cancelled."
    assert over == f"import {number} is over (cancelled)"
    assert deleting.startswith(f"Import {number} is to be deleted.")
    assert "Deleting" in listed


# what is refused, before anything is begun


@pytest.fixture(scope="module")
def refusals(terminal: Terminal) -> dict[object, Ended]:
    """How each of these ended, and last of all what there is to see of them."""
    told = {"KEY": terminal.sandbox.key, "HOME": str(terminal.home)}
    refused: dict[object, Case] = {
        what: ([told.get(word, word) for word in words], {})
        for what, (words, _, _) in REFUSED.items()
    }
    begin = [*KEYLESS, "--key", terminal.sandbox.key]
    settings: dict[object, Case] = {pair: (begin, dict([pair])) for pair in SETTINGS}
    cases = {**refused, **settings, "imports": (["imports"], {})}
    return dict(zip(cases, terminal.several(*cases.values()), strict=True))


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_words(refusals: dict[object, Ended], what: str) -> None:
    _, code, sentence = REFUSED[what]
    assert sentence in refusals[what].text
    assert refusals[what].code == code


@pytest.mark.parametrize("pair", SETTINGS)
def test_a_setting_that_cannot_be_meant_is_named(
    refusals: dict[object, Ended], pair: tuple[str, str]
) -> None:
    assert SETTINGS[pair] in refusals[pair].text
    assert refusals[pair].code == 1


def test_nothing_is_left_behind_by_what_was_refused(
    refusals: dict[object, Ended], terminal: Terminal
) -> None:
    assert "Refused" not in refusals["imports"].text
    assert "there is no workspace 'Refused'" in refusals["an export of nothing"].text
    assert not (terminal.home / "manifest.json").exists()


def test_an_export_into_a_folder_that_holds_something_changes_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.bring("--workspace", "Exported", *TAXES)
    (tmp_path / "mine.txt").write_text("mine")
    ended = terminal.run("export", "--workspace", "Exported", "--to", str(tmp_path))
    assert ended.code == 1
    assert f"{tmp_path} is not empty; name a new folder" in ended.text
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_a_home_that_nobody_can_make_is_refused_in_words() -> None:
    with pytest.raises(PostgresProblem, match="let HANDOVER_HOME name a folder"):
        Places(Path("/proc/nowhere")).make()
