"""Mail that the product sends."""

from django.apps import AppConfig

from handover.core import telemetry


class MessagingConfig(AppConfig):
    """Mail that the product sends."""

    name = "handover.messaging"

    def ready(self) -> None:
        """Offer the age of what waits to be sent."""
        from handover.messaging.delivery import waiting_for  # noqa: PLC0415  # models are known by now

        telemetry.watch("handover.outbox.age", "s", waiting_for)
