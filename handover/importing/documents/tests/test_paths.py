"""What the path of a document says, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.importing.documents.paths import (
    attachment_in,
    clients_in,
    danger,
    is_junk,
    name_in,
    parts,
)

PARTS = st.text(st.characters(exclude_characters="/\\", exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(0, 10**20 - 1).map(str)


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("Jane Doe - 17/letter.pdf", ["17"]),
        ("Jane Doe - 1234567890123456789/letter.pdf", ["1234567890123456789"]),
        ("Clients/Jane Doe - 17/Letters/letter.pdf", ["17"]),
        ("Clients\\Jane Doe - 17\\letter.pdf", ["17"]),
        ("./Jane Doe - 17//letter.pdf", ["17"]),
        ("Doe - Smith, Jane - 17/letter.pdf", ["17"]),
        ("Jane Doe \u2013 17/letter.pdf", ["17"]),
        (" - 17/a client without a name.pdf", ["17"]),
        ("דנה כהן - 17\u200f/letter.pdf", ["17"]),
        ("\u202bדנה - 17\u202c/letter.pdf", ["17"]),
        ("Jane Doe - 17 /letter.pdf", ["17"]),
        ("Jane - 17/again - 17/letter.pdf", ["17"]),
        ("Jane - 17/Session - 3/letter.pdf", ["17", "3"]),
        ("Jane Doe/letter - 17", []),
        ("Jane Doe17/letter.pdf", []),
        ("Jane Doe-17/letter.pdf", []),
        ("17/letter.pdf", []),
        ("Jane Doe - 17b/letter.pdf", []),
        ("Jane Doe - 17.5/letter.pdf", []),
        ("Jane Doe - \u0661\u0667/letter.pdf", []),
        ("Jane Doe - 123456789012345678901/letter.pdf", []),
        ("letter.pdf", []),
        ("", []),
    ],
)
def test_a_client_is_known_by_the_number_that_a_folder_ends_in(
    path: str, numbers: list[str]
) -> None:
    assert clients_in(path) == numbers


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("Jane - 17/12 - referral.pdf", "12"),
        ("Jane - 17/12 - 2024 - referral.pdf", "12"),
        ("Jane - 17/\u200e12 - referral.pdf", "12"),
        ("Jane - 17/12-referral.pdf", ""),
        ("Jane - 17/12 - ", ""),
        ("12 - folder/referral.pdf", ""),
        ("", ""),
    ],
)
def test_an_attachment_is_known_by_the_number_that_its_name_begins_with(
    path: str, number: str
) -> None:
    assert attachment_in(path) == number


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "\\\\server\\share\\x", "C:\\Windows\\x", "c:/x", "../x", "a/../../x", "..\\x",
     "a\\..\\x", "a/.. /x", ".."],
)  # fmt: skip
def test_a_path_that_leads_outside_is_dangerous(path: str) -> None:
    assert danger(path)


@pytest.mark.parametrize(
    "path", ["a/b.pdf", "./a/b.pdf", "a/...", "a..b/c..", "Notes: 3/x", "a/C:/x", ".hidden"]
)
def test_an_odd_path_is_not_dangerous(path: str) -> None:
    assert danger(path) == ""


@pytest.mark.parametrize(
    ("path", "junk"),
    [
        ("__MACOSX/Jane - 17/._letter.pdf", True),
        ("Jane - 17/.DS_Store", True),
        ("Jane - 17/Thumbs.db", True),
        ("Jane - 17/desktop.ini", True),
        ("Jane - 17/._letter.pdf", True),
        ("Jane - 17/letter.pdf", False),
        ("Jane - 17/.letter.pdf", False),
        ("Jane - 17/DS_Store.pdf", False),
    ],
)
def test_what_systems_leave_behind_is_no_document(path: str, junk: bool) -> None:
    assert is_junk(path) is junk


@given(PARTS, NUMBERS, PARTS.filter(lambda part: part not in {"", "."}))
def test_whatever_the_names_are_the_number_decides(name: str, number: str, file: str) -> None:
    path = f"{name} - {number}/{file}"
    assert clients_in(path) == [number]
    assert name_in(path) == file


@given(st.lists(PARTS, max_size=6), st.sampled_from("/\\"))
def test_whatever_a_path_is_it_is_read(found: list[str], separator: str) -> None:
    path = separator.join(found)
    assert all(part and "/" not in part and "\\" not in part for part in parts(path))
    assert "/" not in name_in(path)
    assert all(number.isascii() and number.isdigit() for number in clients_in(path))
    assert (attachment_in(path) or "0").isdigit()
    is_junk(path)


@given(st.lists(PARTS.filter(lambda part: part.strip() != ".."), min_size=1, max_size=5))
def test_what_goes_up_is_dangerous_wherever_it_stands(found: list[str]) -> None:
    for place in range(len(found) + 1):
        assert danger("/".join([*found[:place], "..", *found[place:]]))
