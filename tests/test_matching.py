"""People who are here already: taken for one another only on good evidence, and never silently."""

from collections.abc import Mapping

import pytest

from handover.accounts.models import User
from handover.practice.models import Practitioner
from tests.archive import Record
from tests.moving import Desk, linked

BY_NAME = ("first_name", "matched by name only")
NAMESAKE = ("first_name", "same name, not matched")
AMBIGUOUS = ("first_name", "ambiguous match")


def named(record: Mapping[str, object]) -> dict[str, str]:
    return {key: str(record[key]) for key in ("first_name", "last_name")}


def a_user(desk: Desk) -> Record:
    return desk.records["users"][4]


def test_people_of_one_name_with_two_addresses_stay_two(desk: Desk) -> None:
    user = a_user(desk)
    with desk.inside():
        User.objects.create(
            workspace=desk.workspace, email="somebody.else@example.org", **named(user)
        )
    done = desk.move(only=("users",))
    assert done.outcomes("users") == {"created": 12}
    assert done.causes("users") >= {NAMESAKE}
    users = desk.export().table("users")
    both = {each["email"] for each in users if named(each) == named(user)}
    assert both == {user["email"], "somebody.else@example.org"}


@pytest.mark.parametrize("where", ["here", "at the source"])
def test_who_is_known_by_name_alone_is_matched_and_listed_to_be_checked(
    desk: Desk, where: str
) -> None:
    user = a_user(desk)
    email = "" if where == "here" else "known@example.org"
    if where == "at the source":
        desk.practice.change("users", str(user["id"]), email=None)
    with desk.inside():
        User.objects.create(workspace=desk.workspace, email=email, **named(user))
    done = desk.move(only=("users",))
    assert done.outcomes("users") == {"matched": 1, "created": 11}
    (told,) = (each for each in done.problems("users") if each["cause"] == BY_NAME[1])
    assert (told["example_id"], told["count"]) == (str(user["id"]), 1)
    assert "check that it is the same person" in told["example"]


def test_who_is_known_by_address_is_not_asked_about(desk: Desk) -> None:
    user = a_user(desk)
    with desk.inside():
        User.objects.create(workspace=desk.workspace, email=str(user["email"]), **named(user))
    done = desk.move(only=("users",))
    assert done.outcomes("users") == {"matched": 1, "created": 11}
    assert not {BY_NAME, NAMESAKE, AMBIGUOUS} & done.causes("users")


def test_of_two_namesakes_here_the_one_with_another_address_is_out_of_the_question(
    desk: Desk,
) -> None:
    user = a_user(desk)
    with desk.inside():
        one, _ = (
            User.objects.create(workspace=desk.workspace, email=email, **named(user))
            for email in ("", "somebody.else@example.org")
        )
    done = desk.move(only=("users",))
    assert done.outcomes("users") == {"matched": 1, "created": 11}
    with desk.inside():
        assert desk.row_of("users", user["id"]) == one.pk


def test_of_two_namesakes_here_without_an_address_none_is_guessed_at(desk: Desk) -> None:
    user = a_user(desk)
    with desk.inside():
        for _ in range(2):
            User.objects.create(workspace=desk.workspace, **named(user))
    done = desk.move(only=("users",))
    assert done.outcomes("users") == {"created": 12}
    assert done.causes("users") >= {AMBIGUOUS}


@pytest.mark.parametrize("linked_here", [False, True])
def test_practitioners_of_one_name_with_two_users_stay_two(desk: Desk, linked_here: bool) -> None:
    one = next(each for each in desk.records["practitioners"] if linked(each["user"]))
    with desk.inside():
        other = User.objects.create(workspace=desk.workspace, email="somebody.else@example.org")
        Practitioner.objects.create(
            workspace=desk.workspace, user_id=other.pk if linked_here else None, **named(one)
        )
    done = desk.move(only=("practitioners",))
    assert done.outcomes("practitioners").get("matched", 0) == (not linked_here)
    assert done.causes("practitioners") >= {NAMESAKE if linked_here else BY_NAME}
