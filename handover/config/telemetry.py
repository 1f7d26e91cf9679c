"""OpenTelemetry, if the environment names who collects it; otherwise it is not even loaded.

The variables are OpenTelemetry's own, of which the exporter reads the rest: OTEL_SERVICE_NAME,
OTEL_EXPORTER_OTLP_HEADERS, OTEL_METRIC_EXPORT_INTERVAL and so on. The protocol is http/protobuf.
"""

import atexit
import os
from collections.abc import Callable, Mapping

from handover.core import telemetry

SETTINGS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
)


def is_configured(variables: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody collects metrics and traces."""
    if variables.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return any(variables.get(name) for name in SETTINGS)


def start() -> Callable[[], None]:
    """Begin to tell the collector, until the process ends or what this returns is called.

    The end waits some seconds for a collector that is away: for work, not for every command.
    """
    if not is_configured():
        return lambda: None
    from handover.config.otlp import Teller  # noqa: PLC0415  # it takes time and memory to load

    teller = Teller()
    telemetry.listen(teller)

    def stop() -> None:
        atexit.unregister(stop)
        telemetry.listen(None)
        teller.close()

    atexit.register(stop)
    return stop
