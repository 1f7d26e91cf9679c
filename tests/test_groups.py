"""Group appointments: they fill up, each client has a status, and they can be called off."""

from django.test import Client as Browser

from handover.core.tenancy import acting_in
from handover.scheduling import operations
from handover.scheduling.models import Status
from tests.diary import Diary

FOUND = 302
DAY = "/calendar/?day=2026-11-23"


def test_a_group_fills_up_and_each_client_has_a_status(diary: Diary, reception: Browser) -> None:
    group = diary.book("17:00", service=diary.pilates)
    add = f"/appointments/{group.pk}/clients/"
    reception.post(add, {"client": diary.ann.pk})
    reception.post(add, {"client": diary.ben.pk})
    assert "Pilates (2 of 2)" in reception.get(DAY).text
    row = diary.attendance(group)
    reception.post(
        f"/attendances/{row.pk}/status/", {"status": "did_not_arrive", "revision": row.revision}
    )
    assert diary.attendance(group).status == Status.DID_NOT_ARRIVE
    assert diary.attendance(group, diary.ben).status == Status.BOOKED
    with acting_in(diary.workspace.pk):
        third = type(diary.ann).objects.create(workspace_id=diary.workspace.pk, first_name="Cy")
    page = reception.post(add, {"client": third.pk}).text
    assert "The group is full: 2 of 2." in page
    assert reception.post(add, {"client": third.pk, "confirmed": "full"}).status_code == FOUND
    assert "Pilates (3 of 2)" in reception.get(DAY).text


def test_a_group_that_is_called_off_and_takes_place_after_all_has_those_who_had_not_cancelled(
    diary: Diary,
) -> None:
    group = diary.book("17:00", service=diary.pilates)
    with acting_in(diary.workspace.pk):
        for client in (diary.ann, diary.ben):
            operations.add_client(group.pk, client)
        early = diary.attendance(group, diary.ben)
        operations.set_attendance(early.pk, early.revision, Status.CANCELLED, reason="ill")
        off = operations.set_status(group.pk, group.revision, Status.CANCELLED, reason="storm")
        assert diary.attendance(group).status == Status.CANCELLED
        assert diary.attendance(group, diary.ben).cancellation_reason == "ill"
        off = diary.fresh(off)
        operations.set_status(off.pk, off.revision, Status.BOOKED)
    assert diary.attendance(group).status == Status.BOOKED
    assert diary.attendance(group, diary.ben).status == Status.CANCELLED
