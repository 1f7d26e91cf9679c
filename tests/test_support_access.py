"""Done by our staff: let in by an owner, for a while, to the import alone, every step noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import a_workspace
from handover.accounts.doors import doors_of
from handover.accounts.models import Account, AuditEntry, Role, SupportGrant, User, Workspace
from handover.accounts.support import NotAllowed, add_staff, allow, remove_staff
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun
from tests.people import Person, a_person, let_in, signed_in

pytestmark = pytest.mark.usefixtures("clean_tables")
OK, FOUND, FORBIDDEN, MISSING = 200, 302, 403, 404
SAM = "sam@support.example"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return a_person(workspace, Role.OWNER)


def the_grant(workspace: Workspace) -> SupportGrant:
    with acting_in(workspace.pk):
        return SupportGrant.objects.latest("pk")


def test_an_owner_lets_somebody_in_sees_what_they_do_and_ends_it_at_once(
    owner: Person, workspace: Workspace
) -> None:
    sam = add_staff(SAM, "Sam Support")
    page = owner.browser.get("/settings/support/").text
    assert f"Sam Support ({SAM})" in page
    owner.browser.post("/settings/support/", {"who": sam.pk, "hours": "4"})
    assert doors_of(sam) == [], "a password alone opens no practice"
    with acting_in(workspace.pk):
        user = User.objects.get(account=sam)
        run = ImportRun.objects.create(workspace_id=workspace.pk, system="cliniko")
    let_in(user)
    assert [each.workspace_id for each in doors_of(sam)] == [workspace.pk]
    browser = signed_in(sam, workspace)
    page = browser.get("/settings/imports/").text
    assert "You are at work for Test practice as support until" in page
    assert browser.get(f"/settings/imports/{run.pk}/").status_code == OK
    page = owner.browser.get("/settings/support/").text
    assert f"GET /settings/imports/{run.pk}/" in page
    for grant in (the_grant(workspace), _first(workspace)):
        owner.browser.post(f"/settings/support/{grant.pk}/end/")
    assert browser.get("/settings/imports/").status_code == FOUND, "from the next request on"
    assert doors_of(sam) == []
    assert "Ended" in owner.browser.get("/settings/support/").text


def test_somebody_of_the_support_is_told_what_opens_a_workspace_to_them(
    owner: Person, workspace: Workspace
) -> None:
    sam = add_staff(SAM, "Sam Support")
    browser = signed_in(sam)
    page = browser.get("/workspaces/").text
    assert "when an account owner lets you in" in page
    assert "set up a second step first" in page
    assert browser.get("/settings/second-step/app/").status_code in {OK, FOUND}
    assert "Open a workspace for another practice" not in page
    with acting_in(workspace.pk):
        user = User.objects.create(workspace_id=workspace.pk, account=sam, role=Role.SUPPORT)
    let_in(user, hours=-1)  # a second step, and a time that is over
    page = browser.get("/workspaces/").text
    assert "when an account owner lets you in" in page
    assert "set up a second step first" not in page
    assert "Open a workspace" in owner.browser.get("/workspaces/").text


def _first(workspace: Workspace) -> SupportGrant:
    with acting_in(workspace.pk):
        return SupportGrant.objects.earliest("pk")


def test_support_sees_no_record_and_can_neither_delete_nor_accept(workspace: Workspace) -> None:
    sam = a_person(workspace, Role.SUPPORT)
    with acting_in(workspace.pk):
        Client.objects.create(workspace_id=workspace.pk, first_name="Quirin", last_name="Xaver")
        run = ImportRun.objects.create(workspace_id=workspace.pk, system="cliniko", state="done")
    at = f"/settings/imports/{run.pk}/"
    for page in ("samples/", "conflicts/", "spot-check/", "delete/"):
        assert sam.browser.get(at + page).status_code == FORBIDDEN, page
    assert sam.browser.post(f"{at}accept/", {"name": "Sam"}).status_code == FORBIDDEN
    assert sam.browser.get("/settings/users/").status_code == FORBIDDEN
    assert sam.browser.get("/settings/audit-log/").status_code == FORBIDDEN
    assert sam.browser.get("/settings/support/").status_code == FORBIDDEN
    assert "Quirin" not in sam.browser.get("/").text
    with acting_in(workspace.pk):
        steps = AuditEntry.objects.filter(user_id=sam.user.pk)
        assert set(steps.values_list("action", flat=True)) == {"signed_in", "refused", "support"}


def test_a_page_that_asks_by_itself_fills_no_log(workspace: Workspace) -> None:
    sam = a_person(workspace, Role.SUPPORT)
    with acting_in(workspace.pk):
        run = ImportRun.objects.create(workspace_id=workspace.pk, system="cliniko")
    sam.browser.get(f"/settings/imports/{run.pk}/now/")
    with acting_in(workspace.pk):
        assert not AuditEntry.objects.filter(user_id=sam.user.pk, action="support").exists()


def test_when_the_time_is_over_nobody_is_in_any_more(workspace: Workspace) -> None:
    sam = a_person(workspace, Role.SUPPORT)
    assert sam.browser.get("/settings/imports/").status_code == OK
    with acting_in(workspace.pk):
        SupportGrant.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert sam.browser.get("/settings/imports/").status_code == FOUND
    assert doors_of(sam.account) == []


def test_a_grant_opens_one_practice_and_no_other(workspace: Workspace) -> None:
    sam = a_person(workspace, Role.SUPPORT)
    other = a_workspace("Other practice")
    assert signed_in(sam.account, other).get("/settings/imports/").status_code == FOUND


def test_support_is_no_user_of_the_team_and_cannot_be_made_one(
    owner: Person, workspace: Workspace
) -> None:
    sam = a_person(workspace, Role.SUPPORT)
    assert str(sam.user) not in owner.browser.get("/settings/users/").text
    page = f"/settings/users/{sam.user.pk}/"
    assert owner.browser.post(page, {"role": "practitioner"}).status_code == MISSING
    page = f"/settings/users/{owner.user.pk}/"
    owner.browser.post(page, {"role": "support"})
    with acting_in(workspace.pk):
        assert User.objects.get(pk=owner.user.pk).role == Role.OWNER


def test_only_owners_let_support_in_and_only_staff_and_not_for_ever(
    owner: Person, workspace: Workspace
) -> None:
    manager = a_person(workspace, Role.PRACTICE_MANAGER)
    assert manager.browser.get("/settings/support/").status_code == FORBIDDEN
    sam, now = add_staff(SAM, "Sam Support"), timezone.now()
    with acting_in(workspace.pk):
        with pytest.raises(NotAllowed, match="7 days at most"):
            allow(workspace, sam, until=now + timedelta(days=8), by=owner.user)
        with pytest.raises(NotAllowed, match="nobody of the support"):
            allow(workspace, manager.account, until=now + timedelta(days=1), by=owner.user)
    answer = owner.browser.post("/settings/support/", {"who": manager.account.pk, "hours": "4"})
    assert "Select a valid choice" in answer.text


def test_whoever_leaves_the_support_is_out_everywhere(workspace: Workspace) -> None:
    sam = a_person(workspace, Role.SUPPORT)
    assert remove_staff(sam.account.email) == 1
    assert sam.browser.get("/settings/imports/").status_code == FOUND
    assert not Account.objects.get(pk=sam.account.pk).is_active
    with pytest.raises(NotAllowed, match="nobody of the support"):
        remove_staff(sam.account.email)
    with pytest.raises(NotAllowed, match="has an account already"):
        add_staff(sam.account.email.upper(), "Sam")
