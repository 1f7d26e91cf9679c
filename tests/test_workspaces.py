"""Workspaces are found by name; two names that are nearly one are never taken for one another."""

import pytest

from handover.accounts.models import Workspace
from handover.importing.engine.errors import StopImport
from handover.importing.runs import find_workspace


@pytest.fixture(autouse=True)
def made(clean_tables: None) -> Workspace:
    return find_workspace("Smith & Co", create=True)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("name", ["Smith Co", "Smith-Co", "Smith (Co)"])
def test_a_name_that_is_nearly_anothers_is_asked_about(name: str, create: bool) -> None:
    with pytest.raises(StopImport, match="there is a workspace 'Smith & Co'; did you mean") as told:
        find_workspace(name, create=create)
    assert ("choose another name" in str(told.value)) is create
    assert [each.name for each in Workspace.objects.using("owner")] == ["Smith & Co"]


@pytest.mark.parametrize("name", ["Smith & Co", "smith & co", " SMITH &  Co "])
def test_letters_may_be_large_or_small_and_spaces_many(made: Workspace, name: str) -> None:
    assert find_workspace(name) == find_workspace(name, create=True) == made


def test_an_accent_is_one_letter_however_it_is_typed() -> None:
    composed, apart = "Caf\u00e9", "Cafe\u0301"
    assert find_workspace(composed, create=True) == find_workspace(apart)


def test_a_name_longer_than_any_is_refused_in_words() -> None:
    with pytest.raises(StopImport, match="it has more than 100 characters"):
        find_workspace("a" * 101, create=True)
