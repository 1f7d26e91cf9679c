"""Rules write at the practice's hours, and what could not go in them says so."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from handover.accounts.models import Role, Workspace
from handover.billing.ledger import local_now, today
from handover.core.tenancy import acting_in
from handover.followups import by_hand, planning, sweeps
from handover.followups.asking import settings_of
from handover.followups.days import opens_at
from handover.followups.models import FollowUp, FollowUpSettings
from handover.followups.planning import note
from handover.messaging.delivery import deliver_due
from handover.messaging.models import MessageState, OutgoingMessage
from handover.messaging.tests.post_office import open_post_office
from tests.owing import (
    a_debtor,
    a_rule,
    an_invoice,
    at_any_hour,
    letters,
    rounds,
    states,
)
from tests.people import a_person, a_user
from tests.post import Postbox


@pytest.fixture
def place(workspace: Workspace) -> Workspace:
    """A practice that writes at any hour."""
    with acting_in(workspace.pk):
        at_any_hour(workspace)
    return workspace


def test_at_night_rules_wait_and_what_a_person_sends_goes(place: Workspace) -> None:
    with acting_in(place.pk):
        how = settings_of(place.pk)
        how.from_hour = how.until_hour = 0  # never
        how.save()
        rule = a_rule(place, 7)
        by_rule, by_hand_of = (an_invoice(a_debtor(place, name), 7) for name in ("Rule", "Hand"))
        user = a_user(place, Role.RECEPTIONIST, None)
        by_hand.ask(user, rule.template, [by_hand_of], "1")
        note(next(planning.due_on(place.pk, today())))
    rounds()
    assert [each.to for each in letters()] == ["hand@home.example"]
    assert ("waiting", "") in states()
    assert by_rule.pk


def test_a_rules_letter_that_the_mail_server_kept_waiting_goes_in_the_practices_hours(
    place: Workspace, settings: Settings
) -> None:
    with acting_in(place.pk):
        rule = a_rule(place, 7)
        an_invoice(a_debtor(place, "Rule"), 7)
        invoice = an_invoice(a_debtor(place, "Hand"), 20)
        user = a_user(place, Role.RECEPTIONIST, None)
        by_hand.ask(user, rule.template, [invoice], "1")
    rounds()  # there is no mail server
    with acting_in(place.pk):
        hour = (local_now().hour + 2) % 24
        how = settings_of(place.pk)
        how.from_hour, how.until_hour = hour, hour + 1
        how.save()
    with open_post_office() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        office.faults.append("451 4.7.1 not now")
        assert deliver_due() == 0
        OutgoingMessage.objects.using("owner").filter(attempts=1).update(
            next_attempt_at=timezone.now()
        )
        rounds()
        assert [each["To"] for each in office.letters] == ["hand@home.example"]
        (kept,) = (each for each in letters() if each.state == MessageState.WAITING)
        with acting_in(place.pk):
            opening = timezone.localtime(kept.next_attempt_at, local_now().tzinfo)
            at_any_hour(place)
        assert (opening.hour, opening.minute, kept.attempts) == (hour, 0, 0)
        OutgoingMessage.objects.using("owner").update(next_attempt_at=timezone.now())
        rounds()
        rounds()
        assert [each["To"] for each in office.letters][1:] == ["rule@home.example"]
    assert states() == [("sent", ""), ("sent", "")]


@pytest.mark.parametrize(
    ("days", "ends"), [(4, ("sent", "")), (8, ("not_sent", "out_of_hours"))], ids=["4", "8"]
)
def test_days_in_which_the_hours_hold_a_letter_back_are_not_the_mail_servers(
    place: Workspace, post: Postbox, days: int, ends: tuple[str, str]
) -> None:
    with acting_in(place.pk):
        a_rule(place, 7)
        an_invoice(a_debtor(place), 7)
    sweeps.plan_by_rules()
    sweeps.post_waiting()
    with acting_in(place.pk):
        FollowUpSettings.objects.update(from_hour=0, until_hour=0)  # never
    for _ in range(days):
        deliver_due()
        a_day_passes()
    assert [each.attempts for each in letters()] == [0]
    with acting_in(place.pk):
        at_any_hour(place)
    deliver_due()
    sweeps.follow_outbox()
    assert states() == [ends]
    assert len(post.letters) == (ends[0] == "sent")


def test_a_mail_server_that_was_away_for_three_days_is_the_reason_and_somebody_sends_it_by_hand(
    place: Workspace, settings: Settings
) -> None:
    with acting_in(place.pk):
        a_rule(place, 7)
        invoice = an_invoice(a_debtor(place), 7)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody is there
    rounds()
    for _ in range(4):
        a_day_passes()
        deliver_due()
    sweeps.follow_outbox()
    assert states() == [("not_sent", "unsent")]
    browser = a_person(place, Role.OWNER).browser
    by_hand_at = f"/follow-ups/compose/?invoice={invoice.pk}"
    assert by_hand_at in browser.get("/follow-ups/?show=not-sent").text
    assert "Send 1 e-mail" in browser.get(by_hand_at).text


def a_day_passes() -> None:
    """For what is asked for, and what is to go."""
    day = timedelta(days=1)
    FollowUp.objects.using("owner").update(created_at=F("created_at") - day)
    waiting = OutgoingMessage.objects.using("owner")
    waiting.update(created_at=F("created_at") - day, next_attempt_at=F("next_attempt_at") - day)


def test_the_next_opening_is_by_the_clock_on_the_wall_and_not_on_a_weekend() -> None:
    sydney = ZoneInfo("Australia/Sydney")
    friday = datetime(2026, 10, 2, 17, 30, tzinfo=sydney)  # clocks go forward on Sunday
    monday = opens_at(friday, 9, 17, weekends=False)
    assert monday is not None
    assert monday.isoformat() == "2026-10-05T09:00:00+11:00"
    early = datetime(2026, 10, 5, 3, tzinfo=sydney)
    assert opens_at(early, 9, 17, weekends=False) == monday
    assert opens_at(friday, 0, 0, weekends=True) is None


def test_looking_at_follow_ups_writes_no_settings(workspace: Workspace) -> None:
    with acting_in(workspace.pk):
        an_invoice(a_debtor(workspace), 7)
        a_rule(workspace, 7)
    rounds()
    owner = a_person(workspace, Role.OWNER).browser
    for path in ("/settings/follow-ups/", "/settings/follow-ups/imported/"):
        assert owner.get(path).status_code == 200
    with acting_in(workspace.pk):
        assert not FollowUpSettings.objects.exists()
