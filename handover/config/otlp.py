"""Telling a collector by OpenTelemetry's protocol: the only module that knows OpenTelemetry."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version

from django.db import connections
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Histogram, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import StatusCode

from handover.core.tracing import current

log = logging.getLogger(__name__)


class Teller:
    """Tells a collector by OTLP; what cannot be delivered is dropped, and work goes on."""

    def __init__(self) -> None:
        resource = _resource()
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        self._meters = MeterProvider([reader], resource, shutdown_on_exit=False)
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._meter = self._meters.get_meter("handover")
        self._tracer = self._traces.get_tracer("handover")
        # equal names give the same instrument
        self._counter = lru_cache(self._meter.create_counter)
        self._times = lru_cache(self._made_histogram)

    def count(self, name: str, value: int, labels: dict[str, str]) -> None:
        """Add to a counter."""
        self._counter(name).add(value, labels)

    def took(self, name: str, seconds: float, labels: dict[str, str]) -> None:
        """Record a time in a histogram."""
        self._times(name).record(seconds, labels)

    def watch(self, name: str, unit: str, read: Callable[[], float]) -> None:
        """Ask for a gauge at each export; one that cannot be read is left out."""

        def ask(_options: CallbackOptions) -> Iterable[Observation]:
            value = _asked(read)
            return [] if value is None else [Observation(value)]

        self._meter.create_observable_gauge(name, [ask], unit)

    @contextmanager
    def span(self, name: str, labels: dict[str, str]) -> Iterator[None]:
        """A span under the one that is open, about the run and step at hand.

        One that fails says what kind of problem it was, and not in its words: they may quote.
        """
        attributes = {**labels, **{f"handover.{key}": each for key, each in current().items()}}
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as made:
            try:
                yield
            except BaseException as problem:
                made.set_status(StatusCode.ERROR, type(problem).__name__)
                raise

    def _made_histogram(self, name: str) -> Histogram:
        return self._meter.create_histogram(name, "s")

    def close(self) -> None:
        """Tell what is left, and end."""
        self._meters.shutdown()
        self._traces.shutdown()


def _asked(read: Callable[[], float]) -> float | None:
    """What a gauge shows now. It is asked in the exporter's thread, which keeps no connection."""
    try:
        return read()
    except Exception as problem:  # noqa: BLE001  # a gauge that fails must not stop the others
        log.warning("a gauge could not be read (%s)", type(problem).__name__)
        return None
    finally:
        connections.close_all()


def _resource() -> Resource:
    name = os.environ.get("OTEL_SERVICE_NAME", "handover")
    return Resource.create({"service.name": name, "service.version": version("handover")})
