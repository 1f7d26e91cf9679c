"""Hostile text in notes and forms: shown in a real browser, nothing of it runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handover.clinical.documents import read
from handover.clinical.documents.render import render
from handover.clinical.tests.everywhere import every_text
from handover.core.tests.browser import CHROMIUM, what_runs
from handover.sandbox.practice.hostile import ATTACKS, MUTATING
from tests.archive import Record, Value
from tests.moving import Moved

TABLES = {"treatment_notes": "progress_notes", "patient_forms": "client_forms"}
#: In a frame whose title nothing may set: the attacks' way of telling that they ran.
TITLE = "<script>Object.defineProperty(document, 'title', {set: () => ran()})</script>"
#: A form that leads elsewhere and mere words do nothing by themselves, and of the image that only a
#: second reading sees, browsers of today know.
QUIET = {ATTACKS[8], ATTACKS[9], MUTATING}


def texts(value: Value) -> Iterator[str]:
    """Every text in a piece of JSON."""
    if isinstance(value, str):
        yield value
    for each in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from texts(each)


def attacks_in(record: Record) -> set[str]:
    return {each for each in texts(record["content"]) if each in ATTACKS}


def pages(moved: Moved) -> dict[str, str]:
    """Each note and form whose source is hostile, as a page shows it."""
    shown = {}
    for kind, table in TABLES.items():
        here = moved.archive.by_source(table, kind)
        for record in moved.records[kind]:
            if attacks_in(record):
                document = read(here[str(record["id"])]["document"])
                shown[f"{kind} {record['id']}"] = str(render(document))
    return shown


def test_every_attack_is_in_a_note_and_leaves_a_word_where_something_was_taken_out(
    moved: Moved,
) -> None:
    met = set[str]()
    for kind in TABLES:
        for record in moved.records[kind]:
            hostile = attacks_in(record)
            issues = {code for _, code in moved.archive.issues(kind, record["id"])}
            assert ("cleaned" in issues) == bool(hostile - {ATTACKS[9]}), record["id"]
            met |= hostile
    assert met == set(ATTACKS)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_shown_in_a_browser_nothing_of_a_note_runs(moved: Moved, tmp_path: Path) -> None:
    shown = pages(moved)
    # and were one stored as it came, by a mistake: showing does not rely on what is stored
    shown |= {f"stored raw: {each}": str(render(every_text(each))) for each in ATTACKS}
    ran = what_runs([TITLE + each for each in (*ATTACKS, *shown.values())], tmp_path)
    noticed = {ATTACKS[each] for each in ran if each < len(ATTACKS)}
    assert noticed >= set(ATTACKS) - QUIET, "the browser does not notice what runs"
    assert [list(shown)[each - len(ATTACKS)] for each in ran if each >= len(ATTACKS)] == []
