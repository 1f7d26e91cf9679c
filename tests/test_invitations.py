"""Being invited: by a letter that is good once; and what becomes of people who leave."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connections
from django.test import Client as Browser
from django.utils import timezone

from handover.accounts.invitations import invite_by_command, open_invitations
from handover.accounts.models import Account, AuditEntry, Role, User, Workspace
from handover.core.tenancy import acting_in
from tests.charging import at_once
from tests.moving import Desk
from tests.people import PASSWORD, Person, a_person, a_user, an_account, signed_in
from tests.post import Postbox

pytestmark = pytest.mark.usefixtures("clean_tables")
BEN = "ben@practice.example"
INVITED = {"first_name": "Ben", "last_name": "Ray", "email": BEN, "role": "receptionist"}
JOINED = {"first_name": "Ben", "last_name": "Ray", "password": PASSWORD}
GONE = 410


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return a_person(workspace, Role.OWNER)


def ben() -> User:
    """Asked for within the workspace."""
    return User.objects.get(email=BEN)


def test_somebody_is_invited_joins_and_is_what_they_were_invited_as(
    post: Postbox, owner: Person, workspace: Workspace
) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    assert post.subjects(BEN) == ["Account owner of Test practice invites you to Test practice"]
    link, browser = post.link(BEN), Browser()
    assert "Receptionist" in browser.get(link).text
    assert "too common" in browser.post(link, {**JOINED, "password": "password1234"}).text
    answer = browser.post(link, JOINED, follow=True)
    assert "Welcome, Ben" in answer.text
    assert browser.get("/settings/users/").status_code == 403
    with acting_in(workspace.pk):
        assert (ben().role, ben().account) == ("receptionist", Account.objects.get(email=BEN))
        lines = list(AuditEntry.objects.order_by("id").values_list("who", "action"))
    assert ("Account owner of Test practice", "invited") in lines
    assert ("Ben Ray", "joined") in lines
    assert "Active" in owner.browser.get("/settings/users/").text


def test_a_letter_is_good_once(post: Postbox, owner: Person) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    link = post.link(BEN)
    Browser().post(link, JOINED)
    again = Browser().post(link, JOINED)
    assert again.status_code == GONE
    assert "has been used" in again.text


def test_a_letter_is_good_for_seven_days(post: Postbox, owner: Person) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    link = post.link(BEN)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert "more than 7 days old" in Browser().get(link).text
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert Browser().get(link).status_code == 200


def test_an_owner_sees_that_a_letter_has_run_out(
    owner: Person, workspace: Workspace, post: Postbox
) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    assert "Invitation sent" in owner.browser.get("/settings/users/").text
    with acting_in(workspace.pk):
        open_invitations(ben()).update(expires_at=timezone.now() - timedelta(minutes=1))
        path = f"/settings/users/{ben().pk}/"
    listed, shown = (owner.browser.get(each).text for each in ("/settings/users/", path))
    assert "Invitation has run out" in listed
    assert "Invitation sent" not in listed
    assert "ran out on" in shown
    assert "Send it again" in shown


def test_a_letter_that_is_sent_again_makes_the_older_one_worth_nothing(
    post: Postbox, owner: Person, workspace: Workspace
) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    first = post.link(BEN)
    with acting_in(workspace.pk):
        number = ben().pk
    owner.browser.post(f"/settings/users/{number}/invitation/")
    second = post.link(BEN)
    assert Browser().get(first).status_code == GONE
    assert Browser().get(second).status_code == 200
    owner.browser.post(f"/settings/users/{number}/invitation/revoke/")
    assert "no longer good" in Browser().get(second).text


@pytest.mark.parametrize("change", [lambda link: link[:-2] + "/", lambda _: "/join/1:1:x:y/"])
def test_a_link_that_we_have_not_made_opens_nothing(
    post: Postbox, owner: Person, change: object
) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    assert callable(change)
    answer = Browser().get(change(post.link(BEN)))
    assert answer.status_code == GONE
    assert "not a link of ours" in answer.text


def test_somebody_with_an_account_signs_in_to_accept_and_nobody_else_can(
    post: Postbox, owner: Person, workspace: Workspace
) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    link, account = post.link(BEN), an_account(BEN)
    assert "Sign in to accept" in Browser().get(link).text
    assert Browser().post(link, JOINED).status_code == 200
    other = signed_in(an_account("other@practice.example"))
    assert f"is for {BEN}" in other.post(link).text
    signed_in(account).post(link)
    with acting_in(workspace.pk):
        assert ben().account_id == account.pk


def test_an_address_that_is_on_the_list_is_not_invited_as_a_second_user(
    post: Postbox, owner: Person, workspace: Workspace
) -> None:
    owner.browser.post("/settings/users/invite/", INVITED)
    answer = owner.browser.post("/settings/users/invite/", {**INVITED, "email": BEN.upper()})
    assert "has this address already" in answer.text
    assert 'value="Ray"' in answer.text, "nothing that was typed is lost"
    assert len(post.letters) == 1


def test_an_operator_lets_the_first_owner_into_a_workspace_that_a_command_made(
    workspace: Workspace,
) -> None:
    link = invite_by_command(workspace, BEN, "owner")
    browser = Browser()
    browser.post(link, JOINED)
    assert browser.get("/settings/users/").status_code == 200


def test_undoing_an_import_spares_somebody_who_was_invited_since(desk: Desk, post: Postbox) -> None:
    """Their letter would lead to nobody."""
    done = desk.move(only=("users",))
    with acting_in(desk.workspace.pk):
        user = User.objects.filter(active=True).exclude(email="").first()
        assert user is not None
        others = User.objects.count() - 1
    link = invite_by_command(desk.workspace, user.email, "practitioner")
    undone = desk.undo(done.run)
    assert undone
    with acting_in(desk.workspace.pk):
        assert [each.pk for each in User.objects.all()] == [user.pk]
    assert others
    assert Browser().get(link).status_code == 200


# leaving


def test_who_is_deactivated_is_out_at_once_and_may_come_back(
    owner: Person, workspace: Workspace
) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST)
    assert desk.browser.get("/").status_code == 200
    path = f"/settings/users/{desk.user.pk}"
    owner.browser.post(f"{path}/deactivate/")
    assert desk.browser.get("/").headers["Location"].startswith("/sign-in/")
    anew = signed_in(desk.account)
    assert "No workspace is open to you" in anew.get("/", follow=True).text
    owner.browser.post(f"{path}/reactivate/")
    assert anew.get("/", follow=True).status_code == 200
    with acting_in(workspace.pk):
        noted = list(AuditEntry.objects.filter(record_id=desk.user.pk).values_list("action"))
    assert noted == [("reactivated",), ("deactivated",)]


def test_a_role_takes_effect_with_the_next_page(owner: Person, workspace: Workspace) -> None:
    desk = a_person(workspace, Role.RECEPTIONIST)
    assert desk.browser.get("/settings/users/").status_code == 403
    path = f"/settings/users/{desk.user.pk}/"
    owner.browser.post(path, {"role": "practice_manager"})
    assert desk.browser.get("/settings/users/").status_code == 200
    with acting_in(workspace.pk):
        line = AuditEntry.objects.get(action="role_changed")
    assert line.detail == "Receptionist → Practice manager"


def test_the_last_owner_cannot_be_removed_or_made_less(owner: Person, workspace: Workspace) -> None:
    path = f"/settings/users/{owner.user.pk}/"
    assert "the only account owner" in owner.browser.post(path, {"role": "receptionist"}).text
    assert (
        "cannot deactivate yourself" in owner.browser.post(f"{path}deactivate/", follow=True).text
    )
    a_user(workspace, Role.OWNER, None)  # one without an account cannot take over
    assert "the only account owner" in owner.browser.post(path, {"role": "receptionist"}).text
    a_user(workspace, Role.OWNER, an_account("second@practice.example"))
    assert owner.browser.post(path, {"role": "receptionist"}).status_code == 302


def test_a_manager_cannot_make_an_owner_nor_touch_one(owner: Person, workspace: Workspace) -> None:
    manager = a_person(workspace, Role.PRACTICE_MANAGER)
    mine, theirs = (f"/settings/users/{each.user.pk}/" for each in (manager, owner))
    assert "not one of the available choices" in manager.browser.post(mine, {"role": "owner"}).text
    refusal = "Only an account owner may change an account owner"
    assert refusal in manager.browser.post(theirs, {"role": "owner"}).text
    assert refusal in manager.browser.post(f"{theirs}deactivate/", follow=True).text
    invited = manager.browser.post("/settings/users/invite/", {**INVITED, "role": "owner"})
    assert "not one of the available choices" in invited.text


def test_a_former_practitioner_from_the_import_cannot_sign_in(workspace: Workspace) -> None:
    account = an_account("former@practice.example")
    a_user(workspace, Role.PRACTITIONER, account, active=False)
    browser = signed_in(account, workspace)
    assert browser.get("/", follow=True).redirect_chain[-1][0].startswith("/workspaces/")


def test_the_same_person_invited_twice_at_once_is_there_once(
    owner: Person, workspace: Workspace, post: Postbox
) -> None:
    def ask(browser: Browser) -> None:
        browser.post("/settings/users/invite/", INVITED)
        connections.close_all()  # this thread's own

    at_once([partial(ask, signed_in(owner.account)) for _ in range(4)])
    with acting_in(workspace.pk):
        assert User.objects.filter(email=BEN).count() == 1
    assert len(post.subjects(BEN)) == 1
