"""The invoice as PDF with a follow-up: the letter goes with it, or says why not, and once."""

from email.message import EmailMessage

import pytest

from handover.accounts.models import Role, Workspace
from handover.communications.models import Communication
from handover.core.tenancy import acting_in
from handover.followups import attaching
from handover.followups.models import EmailTemplate
from handover.messaging.delivery import deliver_due
from handover.messaging.models import MessageState, OutgoingMessage
from tests.owing import a_debtor, a_rule, a_template, an_invoice, at_any_hour, letters, pay, rounds
from tests.owing import states as ends
from tests.people import a_person
from tests.post import Postbox


@pytest.fixture
def place(workspace: Workspace) -> Workspace:
    """A practice that writes at any hour, whose e-mail brings its invoice along."""
    with acting_in(workspace.pk):
        at_any_hour(workspace)
        template = a_template(workspace, attach_pdf=True)
        a_rule(workspace, 7, template=template)
        an_invoice(a_debtor(workspace), 7, number="INV/7")
    return workspace


def test_the_invoice_goes_along_as_pdf_and_the_communication_says_so(
    place: Workspace, post: Postbox
) -> None:
    for _ in range(2):
        rounds()
    (letter,) = post.letters
    (file,) = letter.iter_attachments()
    assert isinstance(file, EmailMessage)
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "invoice-INV7.pdf")
    assert file.get_content().startswith(b"%PDF-")
    body = letter.get_body(("plain",))
    assert body is not None
    assert "please pay $100.00" in body.get_content()
    assert [each.enclosed for each in letters()] == ["with invoice INV/7 as PDF"]
    assert told(place).endswith("please pay $100.00.\n\n[with invoice INV/7 as PDF]\n")


def test_an_invoice_that_is_too_large_stays_behind_and_the_communication_says_so(
    place: Workspace, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_BYTES", 100)
    rounds()
    (letter,) = post.letters
    assert list(letter.iter_attachments()) == []
    assert "Invoice INV/7 as PDF was too large to go with it" in told(place)


def test_without_the_pdf_that_could_not_be_made_the_letter_does_not_go_yet(
    place: Workspace, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("handover.billing.pdf.HERE", attaching.__file__)
        rounds()
    (kept,) = letters()
    assert (kept.state, kept.attempts, post.letters) == (MessageState.WAITING, 1, [])
    assert kept.last_error == "what was to go with it could not be made"
    it_is_due()
    rounds()
    rounds()
    assert [len(list(each.iter_attachments())) for each in post.letters] == [1]
    assert ends() == [("sent", "")]


def test_who_pays_before_the_second_attempt_gets_neither_letter_nor_pdf(
    place: Workspace, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("handover.billing.pdf.HERE", attaching.__file__)
        rounds()
    with acting_in(place.pk):
        pay(EmailTemplate.objects.get().rules.get().follow_ups.get().invoice, "100")
    it_is_due()
    rounds()
    assert (post.letters, ends()) == ([], [("not_sent", "paid")])


def test_a_template_says_whether_the_invoice_goes_along_and_shows_it(place: Workspace) -> None:
    owner = a_person(place, Role.OWNER).browser
    with acting_in(place.pk):
        row = EmailTemplate.objects.get()
    page = f"/settings/email-templates/{row.pk}/"
    assert "Invoice INV/7 as PDF" in owner.get(page).text
    form = {"name": row.name, "subject": row.subject, "body": row.body, "revision": row.revision}
    assert "Invoice INV/7 as PDF" not in owner.post(page, form | {"do": "preview"}).text
    assert owner.post(page, form).status_code == 302
    general = {"name": "News", "kind": "general", "subject": "S", "body": "B", "attach_pdf": "on"}
    assert owner.post("/settings/email-templates/new/", general).status_code == 302
    with acting_in(place.pk):
        assert set(EmailTemplate.objects.values_list("attach_pdf", flat=True)) == {False}


@pytest.mark.parametrize("wanted", [True, False])
def test_a_test_brings_the_invoice_along_as_the_follow_up_would(
    place: Workspace, post: Postbox, *, wanted: bool
) -> None:
    owner = a_person(place, Role.OWNER).browser
    form = {"name": "N", "subject": "S", "body": "B", "kind": "invoice", "do": "test"}
    owner.post("/settings/email-templates/new/", form | ({"attach_pdf": "on"} if wanted else {}))
    deliver_due()
    (letter,) = post.letters
    names = [each.get_filename() for each in letter.iter_attachments()]
    assert (letter["Subject"], len(names)) == ("[Test] S", int(wanted))


def told(place: Workspace) -> str:
    with acting_in(place.pk):
        return Communication.objects.get().content


def it_is_due() -> None:
    OutgoingMessage.objects.using("owner").update(next_attempt_at="2026-01-01T00:00Z")
