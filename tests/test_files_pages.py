"""A client's files and forms in the browser: added, looked at, named, put away; by whom not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from pytest_django import Settings

from handover.accounts.models import AuditEntry, Role, Workspace
from handover.clients.models import Client
from handover.clinical.documents import stored
from handover.clinical.documents.shape import Document, Section, Signature, Text
from handover.clinical.models import ClientForm, FormSignature
from handover.core.tenancy import acting_in
from handover.files import adding
from handover.files.keeping import Keeper
from handover.files.models import File, FileState, LooseKey
from handover.files.shelf import Shelf, installed_shelf
from tests.people import Person, a_person

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture(autouse=True)
def shelf(settings: Settings, home: Path) -> Shelf:
    """The shelf of an installation of one's own."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=home)
    return installed_shelf()


@pytest.fixture
def client(workspace: Workspace) -> Client:
    with acting_in(workspace.pk):
        return Client.objects.create(workspace_id=workspace.pk, first_name="Ada", last_name="Byron")


@pytest.fixture
def desk(workspace: Workspace) -> Person:
    return a_person(workspace, Role.RECEPTIONIST)


def add(person: Person, client: Client, *files: tuple[str, bytes]) -> str:
    sent = [SimpleUploadedFile(name, content, "text/html") for name, content in files]
    answer = person.browser.post(f"/clients/{client.pk}/files/add/", {"files": sent}, follow=True)
    return answer.text


def the_files(workspace: Workspace) -> list[File]:
    with acting_in(workspace.pk):
        return list(File.objects.order_by("pk"))


def body(answer: HttpResponseBase) -> bytes:
    return bytes(answer.getvalue())


def test_a_file_is_added_sniffed_and_handed_out_again(
    workspace: Workspace, desk: Person, client: Client
) -> None:
    page = add(desk, client, ("C:\\scans\\knee.png", PNG), ("letter.html", b"<html><script>"))
    assert "2 files were added." in page
    picture, letter = the_files(workspace)
    assert (picture.name, picture.sniffed_type, picture.uploader_id) == (
        "knee.png", "image/png", desk.user.pk,
    )  # fmt: skip
    assert letter.sniffed_type == "text/html"
    assert {each.state for each in (picture, letter)} == {FileState.STORED}
    with acting_in(workspace.pk):
        assert not LooseKey.objects.exists()
    assert body(desk.browser.get(f"/files/{picture.pk}/")) == PNG
    page = desk.browser.get(f"/files/{picture.pk}/view/").text
    assert f'src="/files/{picture.pk}/picture/"' in page
    shown = desk.browser.get(f"/files/{picture.pk}/picture/")
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "not shown here" in desk.browser.get(f"/files/{letter.pk}/view/").text
    assert desk.browser.get(f"/files/{letter.pk}/picture/").status_code == 404
    saved = desk.browser.get(f"/files/{letter.pk}/")
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")


def test_a_text_is_shown_as_text(workspace: Workspace, desk: Person, client: Client) -> None:
    add(desk, client, ("note.txt", "Größe <b>12</b>".encode()))
    (file,) = the_files(workspace)
    assert "Größe &lt;b&gt;12&lt;/b&gt;" in desk.browser.get(f"/files/{file.pk}/view/").text


def test_an_empty_file_and_one_that_is_too_large_are_refused_and_the_others_kept(
    workspace: Workspace, desk: Person, client: Client
) -> None:
    large = SimpleUploadedFile("film.mp4", b"x")
    large.size = adding.MOST_BYTES + 1
    page = add(desk, client, ("nothing.txt", b""), ("a.txt", b"a"))
    assert "nothing.txt is empty." in page
    assert "1 file was added." in page
    with acting_in(workspace.pk), pytest.raises(adding.CannotAdd, match="larger than 50 MB"):
        adding.add_file(
            client, desk.user, "film.mp4", large.chunks(), installed_shelf(), size=large.size
        )
    assert [each.name for each in the_files(workspace)] == ["a.txt"]


def test_a_file_beyond_the_limit_is_read_past_and_no_temporary_file_stays(
    workspace: Workspace, desk: Person, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    film = b"x" * (adding.MOST_BYTES + 1)
    page = add(desk, client, ("film.mp4", film), ("b.txt", b"b" * 3_000_000))
    assert "film.mp4 is larger than 50 MB." in page
    assert "1 file was added." in page
    assert [each.name for each in the_files(workspace)] == ["b.txt"]
    page = add(desk, client, ("film.mp4", film))
    assert "Choose a file first" not in page
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_fails_on_the_way_leaves_nothing(  # noqa: PLR0917  # fixtures
    workspace: Workspace,
    desk: Person,
    client: Client,
    settings: Settings,
    home: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "on the way").mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "on the way")
    many = [(f"{number}.txt", b"x" * 300_000) for number in range(9)]
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 8
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert "send up to 8 files at once" in add(desk, client, *many)
    (home / "files").write_text("a file, and no folder")
    assert "It could not be stored." in add(desk, client, *many[:2])
    assert the_files(workspace) == []
    assert list((tmp_path / "on the way").iterdir()) == []


def test_a_sweep_of_an_import_takes_no_bytes_that_somebody_is_adding(
    workspace: Workspace, desk: Person, client: Client, shelf: Shelf
) -> None:
    """The sweep comes when the bytes lie there and their row does not hold them yet."""

    def swept() -> Iterator[bytes]:
        yield b"%PDF-1.7"
        Keeper(shelf).sweep(workspace.pk)

    with pytest.raises(adding.CannotAdd), acting_in(workspace.pk):
        adding.add_file(client, desk.user, "a.pdf", swept(), shelf, size=8)
    assert the_files(workspace) == []
    assert list(shelf.keys()) == []


def test_an_upload_that_breaks_off_leaves_a_note_for_the_next_sweep(
    workspace: Workspace, desk: Person, client: Client, shelf: Shelf
) -> None:
    class Died(Exception):
        """As if the process had been killed before it committed."""

    def dying() -> None:
        with acting_in(workspace.pk):
            adding.add_file(client, desk.user, "a.pdf", iter([b"%PDF-1.7"]), shelf, size=8)
            raise Died

    with pytest.raises(Died):
        dying()
    assert len(list(shelf.keys())) == 1
    assert Keeper(shelf).sweep(workspace.pk) == 1
    assert list(shelf.keys()) == []


def test_a_file_gets_another_name_and_is_put_away_and_fetched_back(
    workspace: Workspace, desk: Person, client: Client
) -> None:
    add(desk, client, ("a.txt", b"a"))
    (file,) = the_files(workspace)
    told = {"name": "../Referral.txt", "description": "From Dr Lee"}
    desk.browser.post(f"/files/{file.pk}/edit/", told)
    desk.browser.post(f"/files/{file.pk}/archive/")
    (file,) = the_files(workspace)
    assert (file.name, file.description) == ("Referral.txt", "From Dr Lee")
    listed = f"/clients/{client.pk}/files/"
    assert "Referral.txt" not in desk.browser.get(listed).text
    assert "Referral.txt" in desk.browser.get(listed, {"archived": "on", "name": "refer"}).text
    desk.browser.post(f"/files/{file.pk}/archive/", {"back": "yes"})
    assert "Referral.txt" in desk.browser.get(listed).text
    with acting_in(workspace.pk):
        done = AuditEntry.objects.filter(record="file", record_id=file.pk, client_id=client.pk)
        assert set(done.values_list("action", flat=True)) == {"created", "changed"}


def test_the_accountant_sees_neither_files_nor_forms(
    workspace: Workspace, desk: Person, client: Client
) -> None:
    add(desk, client, ("a.txt", b"a"))
    (file,) = the_files(workspace)
    accountant = a_person(workspace, Role.ACCOUNTANT)
    for path in (f"/clients/{client.pk}/files/", f"/clients/{client.pk}/forms/",
                 f"/files/{file.pk}/", f"/files/{file.pk}/view/"):  # fmt: skip
        assert accountant.browser.get(path).status_code == 403
    assert accountant.browser.post(f"/clients/{client.pk}/files/add/").status_code == 403


def a_form(workspace: Workspace, client: Client, shelf: Shelf, **more: object) -> ClientForm:
    """A form with one answer and one signature whose drawing is here."""
    document = Document(
        version=1,
        sections=(
            Section(
                items=(Text(label="Sleep", answer="Badly"), Signature(label="Sign", signature="9"))
            ),
        ),
    )  # fmt: skip
    with acting_in(workspace.pk):
        form = ClientForm.objects.create(
            workspace_id=workspace.pk,
            client=client,
            name="Intake",
            document=stored(document),
            **more,
        )
        key = shelf.new_key(workspace.pk)
        kept = shelf.put(key, [PNG])
        FormSignature.objects.create(
            workspace_id=workspace.pk, form=form, number="9", state="stored", storage_key=key,
            size=kept.size, sha256=kept.sha256, sniffed_type=kept.type,
        )  # fmt: skip
    return form


def test_a_form_is_read_with_answers_and_signature_on_the_page_and_on_paper(
    workspace: Workspace, desk: Person, client: Client, shelf: Shelf
) -> None:
    form = a_form(workspace, client, shelf)
    assert "Intake" in desk.browser.get(f"/clients/{client.pk}/forms/").text
    for path in (f"/forms/{form.pk}/", f"/forms/{form.pk}/print/"):
        page = desk.browser.get(path).text
        assert "Badly" in page
        assert '<img src="/signatures/' in page
    with acting_in(workspace.pk):
        number = FormSignature.objects.get().pk
    assert body(desk.browser.get(f"/signatures/{number}/")) == PNG


def test_a_form_for_practitioners_is_not_for_the_front_desk(
    workspace: Workspace, desk: Person, client: Client, shelf: Shelf
) -> None:
    form = a_form(workspace, client, shelf, restricted_to_practitioner=True)
    listed = desk.browser.get(f"/clients/{client.pk}/forms/").text
    assert "for practitioners only" in listed
    with acting_in(workspace.pk):
        number = FormSignature.objects.get().pk
    for path in (f"/forms/{form.pk}/", f"/forms/{form.pk}/print/", f"/signatures/{number}/"):
        assert desk.browser.get(path).status_code == 404
    robin = a_person(workspace, Role.PRACTITIONER)
    assert "Badly" in robin.browser.get(f"/forms/{form.pk}/").text
