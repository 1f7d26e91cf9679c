"""Who is to be left alone stays so, whatever becomes of their row."""

from handover.accounts.models import Role
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.followups.by_hand import leave_alone
from handover.followups.models import OptOut
from tests.moving import CLIENTS, Desk
from tests.people import a_user


def alone(desk: Desk) -> list[int]:
    with desk.inside():
        return sorted(OptOut.objects.values_list("client", flat=True))


def leave(desk: Desk, *clients: Client) -> None:
    by = a_user(desk.workspace, Role.PRACTICE_MANAGER, None)
    with acting_in(desk.workspace.pk):
        for each in clients:
            leave_alone(by, each, alone=True)


def test_who_is_left_alone_is_so_after_an_import_is_undone_and_made_again(desk: Desk) -> None:
    done = desk.moved(only=CLIENTS)
    with desk.inside():
        ann = Client.objects.order_by("pk")[0]
        there = Client.objects.count()
    leave(desk, ann)
    desk.undo(done.run)
    with desk.inside():
        assert list(Client.objects.values_list("pk", flat=True)) == [ann.pk]
    assert alone(desk) == [ann.pk]
    desk.move(only=CLIENTS)
    with desk.inside():
        assert Client.objects.count() == there, "none is there twice"
    assert alone(desk) == [ann.pk]
