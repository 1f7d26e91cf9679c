"""Asking for what is due, by e-mail."""

from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    """Asking for what is due, by e-mail."""

    name = "handover.followups"

    def ready(self) -> None:
        """Have the outbox ask once more before a follow-up goes, and for what goes with it."""
        from handover.followups.asking import KIND, still_wanted  # noqa: PLC0415  # models are known by now
        from handover.followups.attaching import TEST, with_invoice, with_test  # noqa: PLC0415
        from handover.messaging.enclosing import goes_with  # noqa: PLC0415
        from handover.messaging.withholding import asks_first  # noqa: PLC0415

        asks_first(KIND, still_wanted)
        goes_with(KIND, with_invoice)
        goes_with(TEST, with_test)
