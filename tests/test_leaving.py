"""Somebody who leaves: what is still theirs is said where they are deactivated."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from handover.accounts.models import Role, Workspace
from handover.clinical.models import ProgressNote
from handover.core.tenancy import acting_in
from handover.practice.models import Practitioner
from handover.scheduling.models import Appointment, Availability
from tests.people import Person, a_person

pytestmark = pytest.mark.usefixtures("clean_tables")
STILL = "What is still theirs"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return a_person(workspace, Role.OWNER)


@pytest.fixture
def leaver(workspace: Workspace) -> Person:
    """A practitioner with something of everything: half of it is over, or is somebody else's."""
    person = a_person(workspace, Role.PRACTITIONER)
    with acting_in(workspace.pk):
        mine = Practitioner.objects.create(workspace_id=workspace.pk, user=person.user)
        other = Practitioner.objects.create(workspace_id=workspace.pk)
        for who in (mine, other):
            a_life(workspace, who)
        ProgressNote.objects.create(workspace_id=workspace.pk, author=person.user)
    return person


def a_life(workspace: Workspace, who: Practitioner) -> None:
    now, common = timezone.now(), {"workspace_id": workspace.pk, "practitioner": who}
    for days, more in ((1, {}), (400, {}), (-1, {}), (2, {"cancelled_at": now})):
        starts_at = now + timedelta(days=days)
        Appointment.objects.create(
            **common, kind="individual", starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1), time_zone="Australia/Sydney", **more,
        )  # fmt: skip
    for weekday, last_day in ((1, None), (2, date(2020, 1, 1))):
        Availability.objects.create(**common, weekday=weekday, last_day=last_day)
    for state in ("draft", "final"):
        ProgressNote.objects.create(**common, state=state)


def test_what_is_still_theirs_is_counted_before_they_go_and_after(
    owner: Person, leaver: Person
) -> None:
    path = f"/settings/users/{leaver.user.pk}/"
    told = owner.browser.get(path).text
    for line in (
        "2 appointments to come",
        "1 line of weekly hours",
        "2 notes that are still drafts",
    ):
        assert line in told, line
    assert "have the notes finished first" in told
    owner.browser.post(f"{path}deactivate/")
    told = owner.browser.get(path).text
    assert "2 appointments to come" in told
    assert "It stays as it is until somebody" in told


def test_nothing_is_said_of_somebody_who_leaves_nothing(
    owner: Person, leaver: Person, workspace: Workspace
) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST)
    told = owner.browser.get(f"/settings/users/{desk.user.pk}/").text
    assert "Deactivate" in told
    assert STILL not in told
    assert STILL in owner.browser.get(f"/settings/users/{leaver.user.pk}/").text
