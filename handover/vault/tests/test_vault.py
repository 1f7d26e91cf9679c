"""Secrets of workspaces: sealed, opened by workers, sealed anew, and lost on purpose."""

from collections.abc import Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.utils import timezone

from conftest import Emptying, a_workspace
from handover.accounts.models import Workspace
from handover.core.encryption import CannotKeep, CannotOpen, sealed_by
from handover.core.keyring import key_ring
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun
from handover.vault import rotation
from handover.vault.models import DataKey
from handover.vault.opening import _Process, never_here, opened
from handover.vault.sealing import sealed

SECRET = "a-key-of-cliniko"


@pytest.fixture(scope="module")
def places(emptying: Emptying) -> Iterator[tuple[Workspace, Workspace]]:
    """Two workspaces for all of these: emptying every table takes longer than most of them."""
    with emptying():
        yield a_workspace("Test practice"), a_workspace("Other practice")


@pytest.fixture
def workspace(places: tuple[Workspace, Workspace]) -> Iterator[Workspace]:
    yield places[0]
    ImportRun.objects.using("owner").all().delete()
    DataKey.objects.using("owner").all().delete()


@pytest.fixture
def elsewhere(workspace: Workspace, places: tuple[Workspace, Workspace]) -> Workspace:
    return places[1]


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> ImportRun:
    return a_run(workspace, tmp_path)


def a_run(workspace: Workspace, home: Path, secret: str = SECRET) -> ImportRun:
    with acting_in(workspace.pk):
        run = ImportRun.objects.create(workspace=workspace, system="cliniko")
        run.sealed_key = sealed(home, run, "sealed_key", secret)
        run.save(update_fields=["sealed_key"])
    return run


def secret_of(run: ImportRun, home: Path) -> str:
    with acting_in(run.workspace_id):
        return opened(home, ImportRun.objects.get(pk=run.pk), "sealed_key")


def data_keys() -> list[DataKey]:
    return list(DataKey.objects.using("owner").order_by("pk"))


def test_a_workspace_has_one_data_key_for_all_its_secrets(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path
) -> None:
    other, foreign = a_run(run.workspace, tmp_path), a_run(elsewhere, tmp_path)
    assert sealed_by(run.sealed_key) == sealed_by(other.sealed_key)
    assert [each.workspace_id for each in data_keys()] == [run.workspace_id, foreign.workspace_id]
    assert {secret_of(each, tmp_path) for each in (run, other, foreign)} == {SECRET}


@pytest.mark.parametrize("foreign", [False, True])
def test_a_secret_opens_in_its_own_row_and_workspace_alone(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path, foreign: bool
) -> None:
    place = elsewhere if foreign else run.workspace
    other = a_run(place, tmp_path)
    ImportRun.objects.using("owner").filter(pk=other.pk).update(sealed_key=run.sealed_key)
    with pytest.raises(CannotOpen):
        secret_of(other, tmp_path)


def test_a_data_key_of_one_workspace_opens_nothing_in_another(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path
) -> None:
    other = a_run(elsewhere, tmp_path)
    mine, theirs = data_keys()
    DataKey.objects.using("owner").filter(pk=theirs.pk).update(sealed=mine.sealed)
    with pytest.raises(CannotOpen):
        secret_of(other, tmp_path)


def test_without_the_installations_key_nothing_opens(run: ImportRun, tmp_path: Path) -> None:
    (tmp_path / "secret.key").unlink()
    with pytest.raises(CannotOpen, match="which is not in the key file"):
        secret_of(run, tmp_path)


# new keys


def test_a_new_installation_key_opens_every_secret_and_the_old_one_is_gone(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path
) -> None:
    other, before = a_run(elsewhere, tmp_path), key_ring(tmp_path)
    rotated = rotation.rotate_installation(tmp_path)
    after = key_ring(tmp_path)
    assert (rotated.resealed, rotated.name) == (2, after.sealer.name)
    assert set(before.seals) & set(after.seals) == set()
    assert after.files == before.files
    assert {sealed_by(each.sealed) for each in data_keys()} == {after.sealer.name}
    assert {secret_of(each, tmp_path) for each in (run, other)} == {SECRET}


def test_a_rotation_that_was_cut_off_is_ended_by_the_next_one(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path
) -> None:
    other = a_run(elsewhere, tmp_path)
    ring = rotation.begin_rotation(tmp_path)
    with acting_in(run.workspace_id):  # one of two workspaces is done, and then the power fails
        rotation._reseal_data_key(ring, data_keys()[0])
    assert {secret_of(each, tmp_path) for each in (run, other)} == {SECRET}
    assert len(key_ring(tmp_path).seals) == 2
    rotated = rotation.rotate_installation(tmp_path)
    assert (rotated.resealed, rotated.name) == (1, ring.sealer.name), "not a third key"
    assert {secret_of(each, tmp_path) for each in (run, other)} == {SECRET}
    assert len(key_ring(tmp_path).seals) == 1


def test_keys_are_not_rotated_while_one_of_them_is_missing(run: ImportRun, tmp_path: Path) -> None:
    (tmp_path / "secret.key").unlink()
    wrong = key_ring(tmp_path)
    with pytest.raises(CannotOpen, match="which is not in the key file"):
        rotation.rotate_installation(tmp_path)
    assert key_ring(tmp_path) == wrong


def test_a_key_file_that_cannot_be_written_changes_nothing(
    run: ImportRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOVER_KEY_FILE", "/proc/version")
    with pytest.raises(CannotKeep):
        rotation.rotate_installation(tmp_path)
    monkeypatch.delenv("HANDOVER_KEY_FILE")
    assert secret_of(run, tmp_path) == SECRET


def test_a_new_data_key_seals_every_secret_of_its_workspace_and_no_other(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path
) -> None:
    other = a_run(elsewhere, tmp_path)
    damaged = a_run(run.workspace, tmp_path)
    ImportRun.objects.using("owner").filter(pk=damaged.pk).update(sealed_key="v2:gone:AAAA")
    rotated = rotation.rotate_workspace(tmp_path, run.workspace_id)
    assert (rotated.resealed, rotated.unreadable) == (1, 1)
    now = ImportRun.objects.using("owner").get(pk=run.pk).sealed_key
    assert sealed_by(now) == rotated.name != sealed_by(run.sealed_key)
    assert secret_of(run, tmp_path) == SECRET
    assert ImportRun.objects.using("owner").get(pk=other.pk).sealed_key == other.sealed_key
    assert sealed_by(a_run(run.workspace, tmp_path).sealed_key) == rotated.name


def test_a_replaced_data_key_goes_when_it_is_old_and_seals_nothing(
    run: ImportRun, tmp_path: Path
) -> None:
    rotation.rotate_workspace(tmp_path, run.workspace_id)
    assert rotation.drop_retired() == 0, "a process may have the old text in its hands"
    long_ago = timezone.now() - rotation.KEPT_AFTER - timedelta(seconds=1)
    old, _ = data_keys()
    DataKey.objects.using("owner").filter(pk=old.pk).update(retired_at=long_ago)
    late = ImportRun.objects.using("owner").create(
        workspace=run.workspace, system="cliniko", sealed_key=run.sealed_key
    )
    assert rotation.drop_retired() == 0, "something is still sealed with it"
    late.delete(using="owner")
    assert rotation.drop_retired() == 1
    assert old not in data_keys()
    assert secret_of(run, tmp_path) == SECRET


def test_without_its_data_key_a_secret_is_lost_for_good(
    run: ImportRun, elsewhere: Workspace, tmp_path: Path
) -> None:
    other = a_run(elsewhere, tmp_path)
    assert rotation.destroy_data_keys(run.workspace_id) == 1
    with pytest.raises(CannotOpen, match="was deleted"):
        secret_of(run, tmp_path)
    assert secret_of(other, tmp_path) == SECRET
    assert secret_of(a_run(run.workspace, tmp_path), tmp_path) == SECRET, "a new key is made"


# who may open


def test_a_process_that_serves_pages_seals_and_never_opens(run: ImportRun, tmp_path: Path) -> None:
    never_here()
    try:
        other = a_run(run.workspace, tmp_path)
        with pytest.raises(CannotOpen, match="opened by workers only"):
            secret_of(other, tmp_path)
    finally:
        _Process.may_open = True
    assert secret_of(other, tmp_path) == SECRET


def test_the_process_that_serves_pages_says_so() -> None:
    program = Path(wsgi_source()).read_text("utf-8")
    assert "\nnever_here()" in program


def wsgi_source() -> str:
    found = find_spec("handover.config.wsgi")
    assert found is not None
    assert found.origin is not None
    return found.origin
