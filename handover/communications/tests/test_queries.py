"""Confidential memos: who sees them, and that there is no other way to them."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from conftest import a_workspace
from handover.accounts.models import Role, User, Workspace
from handover.communications.models import Communication
from handover.communications.queries import SEE_CONFIDENTIAL, visible_to
from handover.core.tenancy import acting_in

HANDOVER = Path(__file__).parents[2]
Kind = Communication.Kind


def a_user(workspace: Workspace, role: Role, *, active: bool = True) -> User:
    return User.objects.create(workspace=workspace, role=role, active=active)


def remember(workspace: Workspace, content: str, *, confidential: bool | None = None) -> None:
    Communication.objects.create(
        workspace=workspace, kind=Kind.MEMO, content=content, confidential=confidential
    )


def seen_by(user: User) -> set[str]:
    return {each.content for each in visible_to(user)}


@pytest.mark.parametrize("role", Role)
def test_a_confidential_memo_is_seen_by_who_treats_or_runs_the_practice(
    in_workspace: Workspace, role: Role
) -> None:
    remember(in_workspace, "Rang about the invoice", confidential=False)
    remember(in_workspace, "Spoke of the divorce", confidential=True)
    expected = set() if role in {"accountant", "unknown", "support"} else {"Rang about the invoice"}
    if role in {"owner", "practitioner_admin", "practitioner", "practice_manager"}:
        expected.add("Spoke of the divorce")
    assert seen_by(a_user(in_workspace, role)) == expected


def test_the_front_desk_the_books_and_the_unknown_are_not_among_them() -> None:
    assert not SEE_CONFIDENTIAL & {Role.RECEPTIONIST, Role.ACCOUNTANT, Role.UNKNOWN}


def test_what_is_not_marked_is_seen_by_everybody(in_workspace: Workspace) -> None:
    remember(in_workspace, "See you tomorrow", confidential=None)
    assert seen_by(a_user(in_workspace, Role.RECEPTIONIST)) == {"See you tomorrow"}


def test_somebody_who_has_left_sees_nothing(in_workspace: Workspace) -> None:
    remember(in_workspace, "See you tomorrow")
    assert seen_by(a_user(in_workspace, Role.OWNER, active=False)) == set()


def test_nobody_sees_what_another_practice_said(in_workspace: Workspace) -> None:
    user = a_user(in_workspace, Role.OWNER)
    other = a_workspace("Other practice")
    with acting_in(other.pk):
        remember(other, "Theirs")
        assert seen_by(user) == set(), "not even when acting there"
    assert seen_by(user) == set()


def test_the_newest_comes_first(in_workspace: Workspace) -> None:
    for word in ("first", "second", "third"):
        remember(in_workspace, word)
    found = [each.content for each in visible_to(a_user(in_workspace, Role.OWNER))]
    assert found == ["third", "second", "first"]


HOME = HANDOVER / "communications"
ALLOWED = {HOME / "queries.py", HOME / "operations.py"}  # what is asked, and what is written


def test_communications_are_asked_for_in_one_place_only() -> None:
    elsewhere = [
        str(path.relative_to(HANDOVER))
        for path in HANDOVER.rglob("*.py")
        if "tests" not in path.parts and path not in ALLOWED
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "Communication"
    ]
    assert elsewhere == []


def test_no_other_table_leads_to_communications() -> None:
    """Neither by a link back, nor by a link of its own: what is sent one day cannot name them."""
    back = [each.name for model in apps.get_models() for each in model._meta.related_objects
            if each.related_model is Communication and not each.hidden]  # fmt: skip
    own = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.related_model is Communication and field.concrete
    ]
    assert (back, own) == ([], [])


def test_nothing_about_a_communication_waits_to_be_sent() -> None:
    """There is no state in which a message would still have to go out."""
    assert set(Communication.Delivery.values) == {"not_known"}
    names = {field.name for field in Communication._meta.get_fields()}
    assert not names & {"scheduled_at", "send_at", "queued_at", "attempts", "state", "status"}
