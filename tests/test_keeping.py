"""What other sentences begin with is what an import leaves behind."""

import pytest

from tests.moving import Desk

LISTS = ("medical_alerts", "patient_attachments")


@pytest.mark.parametrize("time", ["first", "second"])
def test_an_import_that_is_put_back_is_as_if_it_had_just_been_done(desk: Desk, time: str) -> None:
    done = desk.moved(only=LISTS)
    before = desk.export()
    assert before.counts["medical_alerts"] > 0
    assert done.balanced
    again = desk.move(only=LISTS, whole=True)
    assert again.outcomes("patients") == {"unchanged": 40}
    assert again.outcomes("patient_attachments").keys() == {"unchanged"}
    assert desk.export().tables == before.tables
    desk.undo(again.run)
    desk.undo(done.run)
    assert not any(path.is_file() for path in (desk.home / "files").rglob("*"))


def test_what_was_edited_before_is_never_taken_from_another_sentence(desk: Desk) -> None:
    desk.practice.records["patients"][0]["first_name"] = "Edited"
    with pytest.raises(AssertionError, match="edited"):
        desk.moved(only=LISTS)
