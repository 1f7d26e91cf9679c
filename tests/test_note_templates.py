"""Settings > Note templates: made, edited and archived, without losing what an import brought."""

import re

import pytest

from handover.accounts.models import Role, Workspace
from handover.clinical.documents import read, stored
from handover.clinical.documents.shape import (
    Checkboxes,
    Document,
    Option,
    Paragraph,
    Phones,
    Section,
    Statement,
    Text,
)
from handover.clinical.models import NoteTemplate
from handover.clinical.templates_of_notes import blocks_of, document_of
from handover.core.tenancy import acting_in
from tests.people import Person, a_person

IMPORTED = Document(
    version=1,
    kept={"odd": 1},
    sections=(
        Section(
            name="History",
            kept={"colour": "red"},
            items=(
                Statement(html="<div>Ask</div>", kept={"x": 1}),
                Paragraph(label="Past", html="<div><b>None</b></div>", connection="notes"),
                Checkboxes(label="Red flags", options=(Option(label="Night", kept={"id": 5}),)),
                Phones(label="Phone"),
            ),
        ),
        Section(name="Plan", items=(Text(label="Next visit"),)),
    ),
)
EDITOR = "/settings/note-templates/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return a_person(workspace, Role.OWNER)


@pytest.fixture
def template(workspace: Workspace) -> NoteTemplate:
    with acting_in(workspace.pk):
        return NoteTemplate.objects.create(
            workspace_id=workspace.pk, name="SOAP", document=stored(IMPORTED)
        )


def fields(page: str) -> dict[str, str]:
    """What the form on a page would send, without its buttons."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        checked = told.get("type") != "checkbox" or " checked" in tag
        if "name" in told and checked:
            found[told["name"]] = told.get("value", "on")
    return found | dict(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)', page))


def kept(workspace: Workspace, number: int) -> Document | None:
    with acting_in(workspace.pk):
        return read(NoteTemplate.objects.get(pk=number).document)


def test_a_template_that_is_opened_and_saved_is_the_same() -> None:
    assert document_of(blocks_of(IMPORTED), IMPORTED) == IMPORTED


def test_saving_the_form_as_it_is_changes_nothing(
    workspace: Workspace, owner: Person, template: NoteTemplate
) -> None:
    path = f"{EDITOR}{template.pk}/edit/"
    sent = fields(owner.browser.get(path).text) | {"save": "yes"}
    assert owner.browser.post(path, sent).status_code == 302
    assert kept(workspace, template.pk) == IMPORTED


def test_rows_are_added_moved_and_removed_by_buttons_alone(
    workspace: Workspace, owner: Person, template: NoteTemplate
) -> None:
    path = f"{EDITOR}{template.pk}/edit/"
    page = owner.browser.get(path).text
    for do in ("down 0.1", "remove 0.0", "add 1 multiple_choice", "up 1", "section"):
        page = owner.browser.post(path, fields(page) | {"do": do}).text
    sent = fields(page) | {
        "b0-r1-label": "Side",
        "b0-r1-text": "Left\n\nRight ",
        "b0-r1-other": "on",
        "b0-r1-required": "on",
        "b2-name": "Home",
        "save": "yes",
    }
    owner.browser.post(path, sent)
    document = kept(workspace, template.pk)
    assert document is not None
    assert document.sections is not None
    assert [each.name for each in document.sections] == ["Plan", "History", "Home"]
    side = document.sections[0].items[1]
    assert side.label == "Side"  # type: ignore[union-attr]  # a question
    assert [each.label for each in side.options] == ["Left", "Right"]  # type: ignore[union-attr]
    assert document.kept == {"odd": 1}
    history = document.sections[1]
    assert history.kept == {"colour": "red"}
    assert [type(each) for each in history.items] == [Checkboxes, Paragraph, Phones]
    assert history.items[0] == IMPORTED.sections[0].items[2]  # type: ignore[index]  # it has sections
    assert history.items[1] == IMPORTED.sections[0].items[1]  # type: ignore[index]


def test_two_who_edit_one_template_do_not_overwrite_each_other(
    workspace: Workspace, owner: Person, template: NoteTemplate
) -> None:
    path = f"{EDITOR}{template.pk}/edit/"
    opened = fields(owner.browser.get(path).text)
    owner.browser.post(path, opened | {"name": "First", "save": "yes"})
    late = owner.browser.post(path, opened | {"name": "Second", "save": "yes"})
    assert late.status_code == 422
    assert 'value="Second"' in late.text
    with acting_in(workspace.pk):
        assert NoteTemplate.objects.get().name == "First"


def test_a_template_is_made_needs_a_name_and_is_archived(
    workspace: Workspace, owner: Person
) -> None:
    new = f"{EDITOR}new/"
    page = owner.browser.get(new).text
    assert owner.browser.post(new, fields(page) | {"save": "yes"}).status_code == 422
    sent = fields(page) | {"name": "Brief", "b0-r0-label": "Notes", "save": "yes"}
    made = owner.browser.post(new, sent).headers["Location"]
    assert "Notes" in owner.browser.get(made).text
    owner.browser.post(f"{made}archive/")
    assert "Brief" not in owner.browser.get(EDITOR).text
    assert "Brief" in owner.browser.get(f"{EDITOR}?archived=yes").text


def test_hostile_text_in_a_template_is_cleaned(workspace: Workspace, owner: Person) -> None:
    new = f"{EDITOR}new/"
    sent = fields(owner.browser.get(new).text) | {
        "name": "<script>1</script>",
        "b0-r0-text-html": "<img src=x onerror=a><b>Ask</b>",
        "save": "yes",
    }
    made = owner.browser.post(new, sent).headers["Location"]
    page = owner.browser.get(made).text + owner.browser.get(f"{made}edit/").text
    assert "<b>Ask</b>" in page
    assert "onerror" not in page
    assert "<script>1" not in page


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.RECEPTIONIST])
def test_templates_are_made_by_those_who_run_the_practice(
    workspace: Workspace, template: NoteTemplate, role: Role
) -> None:
    person = a_person(workspace, role)
    for path in (EDITOR, f"{EDITOR}new/", f"{EDITOR}{template.pk}/edit/"):
        assert person.browser.get(path).status_code == 403
