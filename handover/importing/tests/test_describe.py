from pathlib import Path

import pytest

from handover.importing.cliniko.resources import NOT_IMPORTED, RESOURCES
from handover.importing.describe import document, main, mapping_document, words
from handover.importing.engine import Resource, fields
from handover.practice.models import Tax

PUBLISHED = Path(__file__).parents[3] / "docs" / "mapping.md"


def section(resource: type[Resource]) -> str:
    return mapping_document().split(f'<a id="{resource.spec.name}"></a>')[1].split("<a id=")[0]


def test_the_published_document_is_what_the_declarations_say_today() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == mapping_document(), "run `make docs`"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.spec.name)
def test_every_key_of_a_resource_is_in_its_table(resource: type[Resource]) -> None:
    text = section(resource)
    for key in resource.spec.decided:
        assert f"`{key}`" in text or f"`{key}." in text
    for reason in resource.spec.ignored.values():
        assert reason in text


def test_every_kind_of_record_here_says_what_it_is_made_from() -> None:
    text = mapping_document().split("| Here | comes from |")[1].split("<a id=")[0]
    assert "| Appointments | [Individual appointments](#individual_appointments), [Group" in text
    assert "| Client phones | `patient_phone_numbers` of [Patients](#patients) |" in text
    for resource in RESOURCES:
        assert f"(#{resource.spec.name})" in text


def test_every_list_that_is_not_read_is_told_with_its_reason() -> None:
    text = mapping_document()
    for path, reason in NOT_IMPORTED.items():
        assert f"| `{path}` | {reason} |" in text


def test_a_table_holds_whatever_a_reason_says() -> None:
    class Taxes(Resource, endpoint="/taxes", target=Tax, ignored={"kind": "this | that"}):
        name = fields.Text("name", required=True)

    text = document([Taxes], {})
    assert "| `kind` | not taken | this \\| that |" in text
    assert "| `name` | Name | text; **a record without it is refused** |" in text


def test_names_of_the_program_are_put_into_words() -> None:
    assert words("AppointmentTypes") == words("appointment_types") == "Appointment types"
    assert words("sms_reminders_sent") == "SMS reminders sent"


def test_the_command_writes_a_file_or_to_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path / "mapping.md")])
    main([])
    assert (tmp_path / "mapping.md").read_text(encoding="utf-8") == capsys.readouterr().out
