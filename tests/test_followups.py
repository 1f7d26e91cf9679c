"""Nobody who owes is forgotten, nobody is asked twice, and nobody by accident."""

import pytest

from handover.accounts.models import Workspace
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from handover.followups.queries import last_contacted
from tests.owing import a_debtor, a_rule, an_invoice, at_any_hour, pay, rounds, states
from tests.post import Postbox, text_of


@pytest.fixture
def place(workspace: Workspace) -> Workspace:
    """A practice that writes at any hour."""
    with acting_in(workspace.pk):
        at_any_hour(workspace)
    return workspace


def test_who_is_a_week_late_is_asked_once_by_e_mail_and_it_stands_with_the_client(
    place: Workspace, post: Postbox
) -> None:
    with acting_in(place.pk):
        ann = a_debtor(place)
        invoice = an_invoice(ann, 7)
        a_rule(place, 7)
    for _ in range(3):
        rounds()
    (letter,) = post.letters
    assert letter["To"] == "ann@home.example"
    assert letter["From"].startswith("Test practice <")
    assert letter["Subject"] == f"Invoice {invoice.number}"
    (plain, _html) = letter.iter_parts()
    assert text_of(plain) == "Hello Ann, please pay $100.00.\n"  # type: ignore[arg-type]  # a part
    with acting_in(place.pk):
        (told,) = Communication.objects.all()
        assert (told.client, told.invoice) == (ann, invoice)
        assert (told.direction, told.channel) == ("sent", "email")
        clients, _contacts = last_contacted([ann.pk])
        assert clients == {ann.pk: told.created_at}
    assert states() == [("sent", "")]


def test_who_has_paid_is_left_alone(place: Workspace, post: Postbox) -> None:
    with acting_in(place.pk):
        a_rule(place, 7)
        pay(an_invoice(a_debtor(place), 7), "100")
    rounds()
    assert post.letters == []
    assert states() == []
