"""Files: every byte is here, each was asked for once, and undoing leaves none."""

from handover.files.models import CaseFile, File
from tests.moving import Desk


def test_the_bytes_of_every_file_are_those_of_its_source(desk: Desk) -> None:
    done = desk.move()
    print(done.told["types"]["patient_attachments"])
    print(done.told["types"]["patient_cases_patient_attachments"])
    print(done.told["summary"])
    assert done.balanced
    with desk.inside():
        files = list(File.objects.all())
        print([(f.name, f.state, f.size, f.sniffed_type, f.problem) for f in files][:20])
        print(CaseFile.objects.count())
    print(len(list(desk.shelf.keys())))
    desk.undo(done.run)
    assert list(desk.shelf.keys()) == []
