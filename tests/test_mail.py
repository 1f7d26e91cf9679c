"""What an import tells whom, and that nothing of what it brought is ever sent."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from handover.billing.ledger import today
from handover.billing.models import Invoice
from handover.core.tenancy import acting_in
from handover.followups.models import FollowUp
from handover.importing import runs
from handover.importing.cliniko.problems import KeyRefused
from handover.importing.engine.errors import StopImport
from handover.importing.kept_key import forget_due
from handover.importing.models import ImportRun, State
from handover.messaging.delivery import deliver_due
from handover.messaging.models import OutgoingMessage
from handover.messaging.tests.post_office import open_post_office
from handover.sandbox import Fault
from tests.moving import CLIENTS, Desk, Done
from tests.owing import a_rule, at_any_hour, rounds, states

OWNER = "owner@practice.example"
ADDRESS = "https://handover.practice.example"
FEW = ("taxes",)


def begun(desk: Desk, only: tuple[str, ...] = FEW, *, rehearsal: bool = False) -> ImportRun:
    key = desk.key()
    return runs.start(desk.home, desk.workspace, key, only=only, rehearsal=rehearsal, notify=OWNER)


def mails() -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.using("owner").order_by("pk"))


def texts(mail: OutgoingMessage) -> list[str]:
    """What is written in it, each way that it is."""
    return [mail.subject, mail.text, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", mail.html))]


def test_who_began_an_import_is_told_once_in_counts_with_a_link_and_no_names(
    desk: Desk, settings: LazySettings
) -> None:
    object.__setattr__(settings.ENVIRONMENT, "address", ADDRESS)
    try:
        done = desk.go_on(begun(desk, ("patients", "communications")))
    finally:
        object.__setattr__(settings.ENVIRONMENT, "address", "")
    (mail,) = mails()
    assert mail.to == OWNER
    assert mail.subject == f"Import {done.run.pk} of Test practice is done"
    created = sum(line["created"] for line in done.told["types"].values())
    for text in texts(mail)[1:]:
        assert f"{created:,}" in text
        assert f"{ADDRESS}/settings/imports/{done.run.pk}/" in text
        assert f"The key that ends in {done.run.key_hint} is no longer kept here" in text
        assert "Manage API keys" in text
    assert desk.sandbox.key not in str(texts(mail))
    for patient in desk.records["patients"]:
        for name in ("last_name", "email", "id"):
            if len(str(patient[name] or "")) > 3:
                assert not re.search(rf"\b{re.escape(str(patient[name]))}\b", str(texts(mail)))
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    with open_post_office() as office:
        settings.EMAIL_PORT = office.port
        assert deliver_due() == 1
        assert [letter["To"] for letter in office.letters] == [OWNER]


def test_nothing_that_was_imported_becomes_a_message(desk: Desk) -> None:
    """Communications and open invoices of years come in; none is for the outbox.

    Rules that ask for what is due are on: imported invoices have a switch of their own.
    """
    with acting_in(desk.workspace.pk):
        at_any_hour(desk.workspace)
        for days in (-3, 0, 7, 14, 30):
            a_rule(desk.workspace, days)
    done = desk.move(only=("communications", "invoices"))
    assert done.line("communications")["created"] > 50
    with acting_in(desk.workspace.pk):
        unpaid = Invoice.objects.filter(due=Invoice.Due.NOT_KNOWN)
        assert unpaid.update(due_on=today() - timedelta(7)) > 5
        before = FollowUp.objects.count()
    rounds()
    assert (before, states(), mails()) == (0, [], [])


def test_a_rehearsal_and_the_loading_are_told_apart(desk: Desk) -> None:
    run = begun(desk, rehearsal=True)
    desk.go_on(run)
    again = runs.find_run(run.pk)
    runs.load_rehearsed(again)
    desk.go_on(again)
    rehearsed, done = mails()
    assert rehearsed.subject.endswith("is rehearsed")
    assert "nothing was written to the workspace" in rehearsed.text
    assert "is no longer kept here" not in rehearsed.text, "it is needed for loading"
    assert done.subject.endswith("is done")


def test_who_must_act_is_told_once_a_day(desk: Desk) -> None:
    desk.sandbox.faults = [Fault("expired_key", path="/taxes")]
    run = begun(desk)
    for _ in range(3):
        with pytest.raises(KeyRefused):
            desk.go_on(run)
    (mail,) = mails()
    assert mail.subject == f"Import {run.pk} of Test practice needs your attention"
    assert "`handover imports` shows where it stands" in mail.text
    desk.sandbox.faults = []
    desk.go_on(run)
    assert [each.subject.rpartition(" is ")[2] for each in mails()[1:]] == ["done"]


def test_a_name_with_markup_in_it_is_shown_and_not_obeyed(desk: Desk) -> None:
    desk.workspace.name = "Knee & <b>Back</b>"
    desk.workspace.save(using="owner")
    desk.go_on(begun(desk))
    (mail,) = mails()
    assert "Knee & <b>Back</b> is done." in mail.text
    assert "Knee &amp; &lt;b&gt;Back&lt;/b&gt; is done" in mail.html


def test_an_address_that_is_none_stops_no_import(desk: Desk) -> None:
    run = begun(desk)
    ImportRun.objects.using("owner").filter(pk=run.pk).update(notify="nobody")
    assert desk.go_on(run).run.state == State.DONE
    assert mails() == []


# how long a key is kept


def at_rest(desk: Desk) -> Done:
    """A rehearsal that nobody has loaded yet: its key is still here."""
    return desk.go_on(begun(desk, CLIENTS, rehearsal=True))


def test_a_key_is_forgotten_two_days_after_the_end_and_its_owner_reminded(desk: Desk) -> None:
    run, now = at_rest(desk).run, timezone.now()
    assert forget_due(now + timedelta(hours=47)) == 0
    assert runs.find_run(run.pk).sealed_key
    assert forget_due(now + timedelta(hours=49)) == 1
    forgotten = runs.find_run(run.pk)
    assert (forgotten.sealed_key, forgotten.key_hint) == ("", run.key_hint)
    assert forget_due(now + timedelta(hours=49)) == 0
    reminder = mails()[-1]
    assert reminder.subject.endswith("please delete its key in Cliniko")
    assert all(run.key_hint in text for text in texts(reminder)[1:])
    with pytest.raises(StopImport, match="is no longer kept; give it with --key"):
        desk.go_on(run)
    runs.load_rehearsed(runs.find_run(run.pk))
    assert desk.go_on(run, desk.key()).run.state == State.DONE


@pytest.mark.parametrize(
    ("state", "hours", "forgotten"),
    [
        (State.FETCHING, 49, 0),
        (State.FETCHING, 7 * 24 + 1, 1),
        (State.NEEDS_ATTENTION, 49, 0),
        (State.NEEDS_ATTENTION, 7 * 24 + 1, 1),
        ("cancelled", 0, 1),
        (State.DONE, 0, 1),
    ],
)
def test_a_key_of_a_run_without_an_end_is_kept_for_a_week(
    desk: Desk, state: str, hours: int, forgotten: int
) -> None:
    run = desk.begin(only=FEW)
    ImportRun.objects.using("owner").filter(pk=run.pk).update(state=state)
    assert forget_due(timezone.now() + timedelta(hours=hours)) == forgotten
    assert bool(runs.find_run(run.pk).sealed_key) is not bool(forgotten)
    assert mails() == [], "nobody asked to be told"
