"""Files: every byte is here, each was asked for once, and undoing leaves none."""

from handover.files.models import File
from tests.moving import Desk


def test_the_bytes_of_every_file_are_those_of_its_source(desk: Desk) -> None:
    done = desk.move()
    assert done.balanced
    with desk.inside():
        assert File.objects.count() == 12
    desk.undo(done.run)
    assert list(desk.shelf.keys()) == []
