"""What operators see of an import: logs, metrics and traces, and nothing of anybody in them."""

import io
import json
import logging
import logging.config
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from handover.config import telemetry
from handover.config.logs import logging_for
from handover.core.tracing import about
from handover.importing.cliniko.problems import KeyRefused
from handover.sandbox import Fault
from tests.archive import Record, Value
from tests.moving import CALENDAR, Desk
from tests.test_secrets_and_isolation import forms_of


@contextmanager
def logs(form: str) -> Iterator[io.StringIO]:
    """What is written to stderr with this setting."""
    told = logging_for(form)
    written = io.StringIO()
    told["handlers"]["stderr"]["stream"] = written
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    logging.config.dictConfig(told)
    try:
        yield written
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        logging.getLogger("handover").setLevel(logging.NOTSET)


def names_in(text: str, desk: Desk) -> list[str]:
    """What is told of a client in a text that should tell of none."""
    keys = ("last_name", "first_name", "email", "date_of_birth")
    values = (str(each[key] or "") for each in desk.records["patients"] for key in keys)
    return sorted({each for each in values if len(each) > 3 and each in text})


def test_logs_are_json_lines_with_run_and_step_and_nothing_of_a_client(desk: Desk) -> None:
    desk.sandbox.faults = [
        Fault("truncated", path="/patients", times=1),
        Fault(status=503, path="/attendees", every=2, retry="bare"),
    ]
    with logs("json") as written:
        run = desk.move(only=CALENDAR).run
    lines: list[Record] = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {each["run"] for each in lines} == {run.pk}
    read = [each for each in lines if each["message"] == "read: 40 of patients"]
    assert {each["step"] for each in read} == {step_of(desk, "patients")}
    asked = [each for each in lines if each["logger"].endswith("asking")]
    assert any("attempt 1 of 8" in each["message"] for each in asked), "threads know of it too"
    assert (lines[0]["message"], lines[-1]["level"]) == ("import begins, queued", "info")
    assert lines[-1]["message"].startswith("import ends, done, after")
    assert names_in(written.getvalue(), desk) == []
    for form in forms_of(desk.sandbox.key):
        assert form not in written.getvalue()


def step_of(desk: Desk, name: str) -> int:
    from handover.importing.models import Step

    return Step.objects.using("owner").get(resource=name, workspace=desk.workspace).pk


def said(form: str) -> str:
    """A warning and an exception that quotes a record, as this form has them."""
    with logs(form) as written, about(run=3):
        log = logging.getLogger("handover.test")
        log.info("said\nin passing")
        log.warning("something %s", "odd")
        try:
            int("Papadopoulos")
        except ValueError:
            log.exception("it failed")
        logging.getLogger("elsewhere").info("not ours")
    return written.getvalue()


@pytest.mark.parametrize("form", ["quiet", "text", "json"])
def test_an_exception_is_told_by_its_kind_and_place_and_never_in_its_words(form: str) -> None:
    text = said(form)
    assert "Papadopoulos" not in text
    assert "ValueError" in text
    assert "test_traces.py" in text
    assert "not ours" not in text
    assert ("in passing" in text) is (form != "quiet")


def test_text_is_for_people_and_json_is_one_line_each() -> None:
    assert "handover.test: said\nin passing [run=3]" in said("text")
    assert " warning handover.test: something odd [run=3]" in said("text")
    assert said("quiet").startswith("something odd\nit failed\n    ValueError")
    first, second, third = (json.loads(line) for line in said("json").splitlines())
    assert (first["message"], first["run"]) == ("said\nin passing", 3)
    assert (second["level"], second["logger"]) == ("warning", "handover.test")
    assert third["where"][0] == "ValueError"


# OpenTelemetry


@dataclass
class Collector:
    """What collects metrics and traces, as OpenTelemetry's protocol has it."""

    metrics: list[ExportMetricsServiceRequest] = field(default_factory=list)
    traces: list[ExportTraceServiceRequest] = field(default_factory=list)
    raw: bytes = b""

    def take(self, path: str, body: bytes) -> None:
        self.raw += body
        if path == "/v1/metrics":
            self.metrics.append(ExportMetricsServiceRequest.FromString(body))
        else:
            self.traces.append(ExportTraceServiceRequest.FromString(body))

    @property
    def totals(self) -> dict[tuple[str, str], int]:
        """The newest sum of each counter, by one of its labels."""
        found: dict[tuple[str, str], int] = {}
        for metric in self._all():
            for point in metric.sum.data_points:
                labels = labelled(point.attributes)
                label = labels.get("phase") or labels["status"]
                key = (metric.name, f"{labels.get('type', '')}/{label}".strip("/"))
                found[key] = found.get(key, 0) + point.as_int
        return found

    @property
    def names(self) -> set[str]:
        return {metric.name for metric in self._all()}

    def _all(self) -> Iterator[Value]:
        for request in self.metrics:
            for resource in request.resource_metrics:
                for scope in resource.scope_metrics:
                    yield from scope.metrics

    @property
    def spans(self) -> list[Value]:
        return [
            span
            for request in self.traces
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


def labelled(attributes: "list[KeyValue]") -> dict[str, str]:
    return {each.key: each.value.string_value for each in attributes}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(self.path, body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        yield collector
        server.shutdown()
        thread.join()


def test_a_collector_hears_of_requests_waits_and_records_and_of_nobody(
    desk: Desk, collector: Collector
) -> None:
    desk.sandbox.faults = [Fault(status=503, path="/patients", times=2, retry="bare")]
    stop = telemetry.start()
    try:
        run = desk.move(only=("patients",)).run
    finally:
        stop()
    assert collector.totals["handover.records", "patients/read"] == 40
    assert collector.totals["handover.records", "patients/loaded"] == 40
    assert collector.totals["handover.requests", "503"] == 2
    assert collector.totals["handover.requests", "200"] >= 3
    assert collector.names >= {"handover.limit.wait", "handover.import", "handover.outbox.age"}
    spans = collector.spans
    (whole,) = (each for each in spans if each.name == "import")
    assert {each.name for each in spans} == {"import", "request", "load"}
    assert {each.trace_id for each in spans} == {whole.trace_id}, "one trace, whatever the thread"
    about_it = {each.key: each.value.int_value for each in whole.attributes}
    assert about_it["handover.run"] == run.pk
    assert names_in(collector.raw.decode("latin-1"), desk) == []
    assert desk.sandbox.key.rpartition("-")[0].encode() not in collector.raw


def test_a_span_that_failed_says_of_what_kind_and_not_in_words(
    desk: Desk, collector: Collector
) -> None:
    desk.sandbox.faults = [Fault("expired_key", path="/taxes")]
    stop = telemetry.start()
    try:
        with pytest.raises(KeyRefused):
            desk.move(only=("taxes",))
    finally:
        stop()
    (whole,) = (each for each in collector.spans if each.name == "import")
    assert (whole.status.code, whole.status.message) == (2, "KeyRefused")
    assert len(whole.events) == 0


def test_a_collector_that_is_away_stops_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    stop = telemetry.start()
    try:
        assert desk.move(only=("taxes",)).balanced
    finally:
        stop()


def test_without_a_collector_nothing_of_it_is_even_loaded() -> None:
    program = (
        "import sys; from handover.config import telemetry; telemetry.start();"
        "print([each for each in sys.modules if each.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    configured = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}
    assert telemetry.is_configured(configured)
    assert not telemetry.is_configured({})
    assert not telemetry.is_configured({**configured, "OTEL_SDK_DISABLED": "true"})
