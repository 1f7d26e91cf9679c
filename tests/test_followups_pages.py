"""E-mail templates, rules and follow-ups in the browser."""

import re

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from handover.accounts.models import AuditEntry, Role, Workspace
from handover.clients.models import Contact
from handover.core.tenancy import acting_in
from handover.followups import planning
from handover.followups.asking import settings_of
from handover.followups.letters import draft_of, written
from handover.followups.models import EmailTemplate, FollowUp, FollowUpRule, OptOut
from handover.messaging.models import OutgoingMessage
from tests.counting import questions
from tests.owing import (
    a_debtor,
    a_rule,
    a_template,
    an_invoice,
    at_any_hour,
    imported,
    letters,
    pay,
    rounds,
    states,
)
from tests.people import a_person
from tests.post import Postbox

OK, FOUND, REFUSED = 200, 302, 422


@pytest.fixture
def owner(workspace: Workspace) -> Browser:
    with acting_in(workspace.pk):
        at_any_hour(workspace)
    return a_person(workspace, Role.OWNER).browser


def test_a_practice_begins_with_five_friendly_steps_that_are_all_off(
    workspace: Workspace, owner: Browser
) -> None:
    for _ in range(2):
        page = owner.get("/settings/follow-ups/").text
    assert [page.count(each) for each in ("Due in 3 days", "On the due day", "since")] == [2, 2, 0]
    listed = owner.get("/settings/email-templates/").text
    assert "A week overdue" in listed
    with acting_in(workspace.pk):
        assert EmailTemplate.objects.count() == 5
        assert not FollowUpRule.objects.filter(active=True).exists()
        an_invoice(a_debtor(workspace), 7)
        imported(a_debtor(workspace), 7)
    rounds()
    assert states() == []


def edited(**other: str) -> dict[str, str]:
    told = {"name": "Late", "kind": "invoice", "subject": "S", "body": "Hello", "reply_to": ""}
    return told | other


def test_a_mistake_in_a_template_is_refused_with_line_and_column(owner: Browser) -> None:
    body = "Hello,\n  {{Patient.FirstNam}}"
    answer = owner.post("/settings/email-templates/new/", edited(body=body))
    assert answer.status_code == REFUSED
    assert "Line 2, column 5: there is no {{Patient.FirstNam}} here" in answer.text
    assert "did you mean {{Patient.FirstName}}?" in answer.text
    answer = owner.post("/settings/email-templates/new/", edited(subject="{% if %}"))
    assert "Line 1, column 4" in answer.text


def test_a_template_is_shown_with_a_real_invoice_and_says_what_is_empty(
    workspace: Workspace, owner: Browser
) -> None:
    with acting_in(workspace.pk):
        number = an_invoice(a_debtor(workspace, "Zoe", last_name="<b>")).number
    body = (
        "Dear {{patient.first_name}} {{Patient.LastName}} {{Patient.Title}}: {{Invoice.AmountDue}}"
    )
    told = edited(body=body, subject="No. {{Invoice.Number}}", do="preview")
    shown = owner.post("/settings/email-templates/new/", told).text
    assert "Dear Zoe &lt;b&gt; : $100.00" in shown
    assert f"No. {number}" in shown
    assert re.search(r"Nothing is known here for:\s+Patient.Title", shown)
    assert "example.com" not in shown


def test_a_test_goes_to_whoever_asks_for_it_and_to_nobody_else(
    workspace: Workspace, owner: Browser, post: Postbox
) -> None:
    with acting_in(workspace.pk):
        an_invoice(a_debtor(workspace))
    told = edited(body="Pay {{Invoice.AmountDue}}", do="test")
    assert (
        "A test was sent to owner@test-practice.example"
        in owner.post("/settings/email-templates/new/", told).text
    )
    rounds()
    assert [each["To"] for each in post.letters] == ["owner@test-practice.example"]
    assert post.letters[0]["Subject"] == "[Test] S"
    with acting_in(workspace.pk):
        assert FollowUp.objects.count() == 0


def test_a_template_is_saved_archived_and_kept_while_a_rule_sends_it(
    workspace: Workspace, owner: Browser
) -> None:
    assert owner.post("/settings/email-templates/new/", edited()).status_code == FOUND
    with acting_in(workspace.pk):
        row = EmailTemplate.objects.get()
    page = f"/settings/email-templates/{row.pk}/"
    told = edited(body="Other", revision=str(row.revision))
    assert owner.post(page, told).status_code == FOUND
    assert owner.post(page, told | {"body": "Third"}).status_code == REFUSED, "changed meanwhile"
    with acting_in(workspace.pk):
        row.refresh_from_db()
        assert row.body == "Other"
        rule = a_rule(workspace, 5, template=row, active=False)
    assert "give the rule another one" in owner.post(f"{page}archive/", follow=True).text
    owner.post(f"/settings/follow-ups/{rule.pk}/remove/")
    owner.post(f"{page}archive/")
    with acting_in(workspace.pk):
        row.refresh_from_db()
        assert row.archived_at is not None


def test_a_rule_is_made_changed_switched_on_after_a_look_and_off(
    workspace: Workspace, owner: Browser
) -> None:
    with acting_in(workspace.pk):
        letter = a_template(workspace)
        an_invoice(a_debtor(workspace, "Today"), 10)
        an_invoice(a_debtor(workspace, "Long"), 60)
    told = {"number": "10", "when": "after", "template": str(letter.pk), "minimum": "20"}
    assert owner.post("/settings/follow-ups/new/", told).status_code == FOUND
    assert "There is a rule for this day" in owner.post("/settings/follow-ups/new/", told).text
    with acting_in(workspace.pk):
        rule = FollowUpRule.objects.get()
    page = f"/settings/follow-ups/{rule.pk}/switch/"
    shown = owner.get(page).text
    assert "1 e-mail would go today:" in shown
    assert "today@home.example" in shown
    assert "long@home.example" not in shown
    assert states() == [], "looking sends nothing"
    owner.post(page)
    rounds()
    assert [each.to for each in letters()] == ["today@home.example"]
    owner.post(page, {"off": "yes"})
    with acting_in(workspace.pk):
        rule.refresh_from_db()
        assert not rule.active
        assert states() == [("not_sent", "switched_off")], "it had not gone: there is no server"
        assert OutgoingMessage.objects.get().state == "withdrawn"


def test_imported_invoices_are_followed_up_once_the_number_of_e_mails_was_typed(
    workspace: Workspace, owner: Browser
) -> None:
    page = "/settings/follow-ups/imported/"
    with acting_in(workspace.pk):
        a_rule(workspace, 7)
        a_rule(workspace, 30)
        for overdue in (7, 40, 90, 3):
            imported(a_debtor(workspace, f"Late{overdue}"), overdue)
    rounds()
    assert states() == [], "nobody has switched it on"
    shown = owner.get(page).text
    assert "Of 3 invoices below nobody has told what is still due" in shown
    assert "late90@home.example" in shown
    assert "late3@home.example" not in shown
    for typed in ("", "1", "yes"):
        answer = owner.post(page, {"which": "overdue_too", "typed": typed})
        assert answer.status_code == REFUSED
        rounds()
        assert states() == []
    assert owner.post(page, {"which": "overdue_too", "typed": "3"}).status_code == FOUND
    rounds()
    assert sorted(each.to for each in letters()) == [
        "late40@home.example", "late7@home.example", "late90@home.example",
    ]  # fmt: skip
    with acting_in(workspace.pk):
        line = AuditEntry.objects.get(detail="imported invoices: on, 3 first")
        assert line.action == "changed"


def test_of_many_it_is_said_that_only_the_first_were_looked_at(
    workspace: Workspace, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "FIRST", 1)
    with acting_in(workspace.pk):
        a_rule(workspace, 7)
        for overdue in (7, 9):
            imported(a_debtor(workspace, f"Late{overdue}"), overdue)
    shown = owner.get("/settings/follow-ups/imported/").text
    assert "The first 1 of 2. Only these were looked at" in shown


def test_from_today_on_old_debts_are_passed_over_and_off_is_off(
    workspace: Workspace, owner: Browser
) -> None:
    page = "/settings/follow-ups/imported/"
    with acting_in(workspace.pk):
        a_rule(workspace, 7)
        for overdue in (7, 8, 40):
            imported(a_debtor(workspace, f"Late{overdue}"), overdue)
    assert owner.post(page, {"which": "from_now", "typed": "1"}).status_code == FOUND
    rounds()
    assert [each.to for each in letters()] == ["late7@home.example"]
    owner.post(page, {"off": "yes"})
    with acting_in(workspace.pk):
        assert settings_of(workspace.pk).imported_since is None
    assert states() == [("not_sent", "imported")]


def test_a_receptionist_asks_for_several_invoices_and_twice_pressed_counts_once(
    workspace: Workspace, post: Postbox
) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST).browser
    with acting_in(workspace.pk):
        ann, bea, cat = (a_debtor(workspace, name) for name in ("Ann", "Bea", "Cat"))
        rows = [an_invoice(ann), an_invoice(bea), an_invoice(cat), an_invoice(ann)]
        pay(rows[1], "100")
        cat.email = ""
        cat.save()
        letter = a_template(workspace)
    chosen = {"invoice": [str(row.pk) for row in rows], "template": str(letter.pk)}
    shown = desk.post("/follow-ups/compose/", chosen).text
    assert "Nothing is due any more" in shown
    assert "Send up to 3 e-mails" in shown
    assert "Hello Ann, please pay $100.00." in shown
    assert states() == [], "showing sends nothing"
    batch = re.search(r'name="batch" value="([^"]+)"', shown)
    assert batch is not None
    send = chosen | {"batch": batch[1], "send": "yes"}
    answer = desk.post("/follow-ups/compose/", send, follow=True)
    assert "2 e-mails are on their way. 1 have no address" in answer.text
    desk.post("/follow-ups/compose/", send)
    rounds()
    rounds()
    assert [each["To"] for each in post.letters] == ["ann@home.example"] * 2
    communications = desk.get(f"/clients/{ann.pk}/communications/").text
    assert communications.count("please pay $100.00") == 2


def test_who_has_no_address_is_to_be_called(workspace: Workspace) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST).browser
    with acting_in(workspace.pk):
        at_any_hour(workspace)
        invoice = an_invoice(a_debtor(workspace, "Cat", email=""), 7)
        a_rule(workspace, 7)
    rounds()
    assert states() == [("to_call", "no_address")]
    assert "Cat" in desk.get("/follow-ups/?show=call").text
    with acting_in(workspace.pk), transaction.atomic():
        pay(invoice, "100")
        assert "Cat" not in desk.get("/follow-ups/?show=call").text, "paid meanwhile"
        transaction.set_rollback(True)
    with acting_in(workspace.pk):
        waiting = FollowUp.objects.get()
    desk.post(f"/follow-ups/{waiting.pk}/called/")
    assert "Nobody has to be called" in desk.get("/follow-ups/?show=call").text


def test_somebody_is_left_alone_and_may_be_asked_again(workspace: Workspace) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST).browser
    with acting_in(workspace.pk):
        at_any_hour(workspace)
        ann = a_debtor(workspace)
        an_invoice(ann, 7)
        a_rule(workspace, 7)
    page = f"/clients/{ann.pk}/follow-ups/"
    desk.post(page, {"do": "leave"})
    assert "They are not asked for invoices by e-mail" in desk.get(page).text
    rounds()
    assert states() == []
    desk.post(page, {"do": "ask"})
    rounds()
    assert states() == [("posted", "")]
    with acting_in(workspace.pk):
        row = FollowUp.objects.get()
    desk.post(f"/follow-ups/{row.pk}/alone/")
    with acting_in(workspace.pk):
        assert OptOut.objects.get().client == ann
    assert "Reminder" in desk.get(page).text


def test_a_contact_who_pays_is_left_alone_from_its_page(workspace: Workspace) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST).browser
    with acting_in(workspace.pk):
        at_any_hour(workspace)
        fund = Contact.objects.create(
            workspace_id=workspace.pk, last_name="Fund", email="fund@pays.example"
        )
        an_invoice(a_debtor(workspace), 7, contact=fund)
        a_rule(workspace, 7)
    page, press = f"/contacts/{fund.pk}/", f"/contacts/{fund.pk}/follow-ups/"
    assert "They may be asked for invoices by e-mail" in desk.get(page).text
    desk.post(press, {"do": "leave"})
    assert f'action="{press}"' in desk.get(page).text
    assert "They are not asked for invoices by e-mail" in desk.get(page).text
    rounds()
    assert states() == []
    desk.post(press, {"do": "ask"})
    rounds()
    assert states() == [("posted", "")]


def test_everything_that_waits_can_be_stopped(workspace: Workspace, owner: Browser) -> None:
    with acting_in(workspace.pk):
        a_rule(workspace, 7)
        for name in ("Ann", "Bea"):
            an_invoice(a_debtor(workspace, name), 7)
    rounds()
    assert "2 e-mails have not gone yet" in owner.get("/follow-ups/").text
    owner.post("/follow-ups/stop/")
    rounds()
    assert states() == [("not_sent", "stopped")] * 2
    assert [each.state for each in letters()] == ["withdrawn"] * 2


def test_support_staff_see_no_letter_to_a_client_in_the_outbox(
    workspace: Workspace, owner: Browser
) -> None:
    with acting_in(workspace.pk):
        a_rule(workspace, 7)
        an_invoice(a_debtor(workspace), 7)
    rounds()
    (letter,) = letters()
    support = a_person(workspace, Role.SUPPORT).browser
    for browser in (support, owner):
        assert "ann@home.example" not in browser.get("/settings/outbox/").text
        assert browser.get(f"/settings/outbox/{letter.pk}/").status_code == 404


def test_a_long_list_of_follow_ups_asks_no_more_than_a_short_one(
    workspace: Workspace, owner: Browser
) -> None:
    with acting_in(workspace.pk):
        letter, ann, counts = a_template(workspace), a_debtor(workspace), []
    for count in (1, 20):
        with acting_in(workspace.pk):
            for _ in range(count):
                ann = a_debtor(workspace)
                FollowUp.objects.create(
                    workspace_id=workspace.pk, template=letter, invoice=an_invoice(ann),
                    client=ann, state="sent", done_at=timezone.now(), batch="1",
                )  # fmt: skip
        counts.append(questions(owner, "/follow-ups/", show="sent"))
    assert counts[0] == counts[1]


def test_an_invoice_without_a_due_date_gets_an_e_mail_that_is_true(
    workspace: Workspace, owner: Browser
) -> None:
    owner.get("/settings/follow-ups/")
    with acting_in(workspace.pk):
        invoice = imported(a_debtor(workspace), due_on=None)
        letters_of = [draft_of(each) for each in EmailTemplate.objects.order_by("pk")]
        found = [written(each, invoice, "https://pay.example/") for each in letters_of]
    for letter in found:
        assert (letter.empty, "due on" in letter.text + letter.subject) == ([], False)
        assert "overdue" not in letter.text + letter.subject
        assert "days ago" not in letter.text
    assert f"Invoice {invoice.number} is still open. $100.00 is" in found[-1].text


def test_what_an_e_mail_would_leave_empty_is_said_beside_each_invoice_before_it_is_sent(
    workspace: Workspace, owner: Browser
) -> None:
    with acting_in(workspace.pk):
        body = "{{Patient.Title}} {{Invoice.DueDate}}: {{Invoice.DaysOverdue}} days ago"
        letter = a_template(workspace, body=body)
        ann, dora = (a_debtor(workspace, name) for name in ("Ann", "Dora"))
        known, unknown = an_invoice(ann), imported(dora, due_on=None)
        rule = a_rule(workspace, 7, template=letter, active=False)
    chosen = {"invoice": [str(known.pk), str(unknown.pk)], "template": [str(letter.pk)]}
    shown = " ".join(owner.get("/follow-ups/compose/", chosen).text.split())
    assert "Nothing is known here for: Patient.Title</small>" in shown
    told = "Nothing is known here for: Invoice.DaysOverdue, Invoice.DueDate, Patient.Title</small>"
    assert told in shown
    preview = " ".join(owner.get(f"/settings/follow-ups/{rule.pk}/switch/").text.split())
    assert preview.count("Nothing is known here for: Patient.Title</small>") == 1
    with acting_in(workspace.pk):
        for _ in range(9):
            an_invoice(ann)
    few = questions(owner, f"/follow-ups/compose/?invoice={known.pk}&template={letter.pk}")
    many = questions(owner, f"/follow-ups/compose/?payer=client-{ann.pk}&template={letter.pk}")
    assert many <= few + 1
