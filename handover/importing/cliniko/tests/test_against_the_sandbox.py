import time
from collections.abc import Iterator

import pytest

from handover.importing.cliniko.client import ClinikoClient
from handover.importing.cliniko.envelope import record_id
from handover.importing.cliniko.gate import LocalGate
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.listing import Listing
from handover.importing.cliniko.patience import Patience
from handover.importing.cliniko.problems import KeyRefused, Redirected, StrayLink, UnreadablePage
from handover.importing.cliniko.reader import Reader
from handover.importing.cliniko.tests.serving import AT_ONCE, CONTACT, results_of
from handover.importing.cliniko.transport import MEGABYTE, Bounds
from handover.importing.engine.errors import ImportProblem, NotPermitted
from handover.sandbox import Fault, Practice, Sandbox, build_practice

PATIENTS = Listing("/patients", filters=("archived_at:*",), per_page=10)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return build_practice(clients=60, appointments=60)


@pytest.fixture
def sandbox(practice: Practice) -> Iterator[Sandbox]:
    with Sandbox(practice, rate_limit=0) as running:
        yield running


def client_for(sandbox: Sandbox, role: str = "administrator", **more: object) -> ClinikoClient:
    given: dict[str, object] = {"gate": LocalGate(0), "patience": AT_ONCE, **more}
    key = ApiKey.parse(sandbox.keys[role])
    return ClinikoClient(key, contact=CONTACT, url_template=sandbox.url, **given)  # type: ignore[arg-type]  # options as the test gives them


def ids_read(reader: Reader) -> set[str | None]:
    reader.submit("patients", PATIENTS, 1)
    known: set[str | None] = set()
    for each in results_of(reader):
        assert each.page is not None
        assert each.page.total is not None
        known |= {record_id(raw) for raw in each.page.records}
        if each.number == 1:
            for number in range(2, -(-each.page.total // 10) + 1):
                reader.submit("patients", PATIENTS, number)
    return known


def test_the_whole_list_comes_through(sandbox: Sandbox) -> None:
    with client_for(sandbox) as client, Reader(client) as reader:
        known = ids_read(reader)
        total = client.page(PATIENTS).total
    assert None not in known
    assert len(known) == total


def test_an_unsteady_server_costs_repeats_but_no_record(sandbox: Sandbox) -> None:
    patience = Patience(attempts=9, first=0.0, longest=0.0)
    with client_for(sandbox, patience=patience) as client, Reader(client) as reader:
        whole = ids_read(reader)
        sandbox.faults = (
            Fault(status=503, every=4),
            Fault(kind="reset", every=5),
            Fault(kind="reset_body", every=7),
            Fault(kind="html", every=11),
        )
        assert ids_read(reader) == whole


@pytest.mark.parametrize("window", ["sliding", "fixed"])
def test_the_whole_limit_is_used_without_a_single_429(practice: Practice, window: str) -> None:
    with Sandbox(practice, rate_limit=20, rate_period=0.25, window=window) as sandbox:  # type: ignore[arg-type]
        gate = LocalGate(20, 0.25, margin=0.02)
        with client_for(sandbox, gate=gate) as client, Reader(client) as reader:
            begun = time.monotonic()
            for _ in range(60):
                reader.submit("taxes", Listing("/taxes"), 1)
            assert all(each.page for each in results_of(reader))
            took = time.monotonic() - begun
        assert sandbox.stats.with_status(429) == 0
    assert 0.5 <= took < 1.6


def test_somebody_else_on_the_same_key_is_borne_with(practice: Practice) -> None:
    with Sandbox(practice, rate_limit=20, rate_period=1.0) as sandbox:
        gate = LocalGate(20, 1.0, margin=0.02, jitter=lambda _low, _high: 0.05)
        with client_for(sandbox) as other:
            for _ in range(15):
                other.page(Listing("/taxes"))
        with client_for(sandbox, gate=gate) as client, Reader(client) as reader:
            for _ in range(12):
                reader.submit("taxes", Listing("/taxes"), 1)
            assert all(each.page for each in results_of(reader))
        assert 1 <= sandbox.stats.with_status(429) <= 8


def test_a_receptionists_key_may_not_read_notes_but_clients(sandbox: Sandbox) -> None:
    with client_for(sandbox, "receptionist") as client:
        assert client.check_key().role == "receptionist"
        assert not client.check_key().is_administrator
        with pytest.raises(NotPermitted):
            client.page(Listing("/treatment_notes"))
        assert client.page(PATIENTS).records


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault(kind="expired_key"), KeyRefused),
        (Fault(kind="redirect"), Redirected),
        (Fault(kind="foreign_next"), StrayLink),
        (Fault(kind="endless"), UnreadablePage),
        (Fault(kind="huge", megabytes=3), UnreadablePage),
        (Fault(kind="truncated"), UnreadablePage),
    ],
)
def test_each_lasting_fault_has_its_own_name(
    sandbox: Sandbox, fault: Fault, problem: type[ImportProblem]
) -> None:
    sandbox.faults = (fault,)
    with client_for(sandbox, bounds=Bounds(size=MEGABYTE)) as client, pytest.raises(problem):
        client.page(PATIENTS)


def test_a_file_is_found_by_its_address(sandbox: Sandbox) -> None:
    with client_for(sandbox) as client:
        page = client.page(Listing("/patient_attachments"))
        number = record_id(page.records[0])
        assert sandbox.storage_host in client.location(f"/patient_attachments/{number}/content")[0]
